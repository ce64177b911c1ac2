"""What ``+ - * /`` and unary minus mean between the types."""

from __future__ import annotations

from keepwell.language.findings import Findings, described
from keepwell.language.literals import alike, convert
from keepwell.language.nodes import Arithmetic, Negate, Node
from keepwell.language.typed import Apply, Operation, Typed
from keepwell.language.types import Type

_WHOLE = {
    "+": Operation.ADD_WHOLE,
    "-": Operation.SUBTRACT_WHOLE,
    "*": Operation.MULTIPLY_WHOLE,
}
_NUMBER = {
    "+": Operation.ADD_NUMBER,
    "-": Operation.SUBTRACT_NUMBER,
    "*": Operation.MULTIPLY_NUMBER,
    "/": Operation.DIVIDE_NUMBER,
}
_COUNTS = (Type.WHOLE, Type.NUMBER)


def arithmetic(node: Arithmetic, left: Typed, right: Typed, findings: Findings) -> Typed | None:
    """The typed operation, or None after a complaint."""
    if node.operator in "+-":
        done = _sum(node, left, right, findings)
    elif Type.MONEY in (left.type, right.type):
        done = _money(node, left, right)
    else:
        done = _counts(node, left, right, findings)
    if done is None:
        what = f"`{node.operator}` cannot join them: {described(left)}, {described(right)}"
        findings.complain(node, what, _hint(node.operator, {left.type, right.type}))
    return done


def negation(node: Negate, operand: Typed, findings: Findings) -> Typed | None:
    """The typed operation, or None after a complaint."""
    if operand.type in (Type.WHOLE, Type.MONEY):
        return Apply(Operation.NEGATE_WHOLE, (operand,), operand.type, node)
    if operand.type is Type.NUMBER:
        return Apply(Operation.NEGATE_NUMBER, (operand,), operand.type, node)
    findings.complain(node, f"`-` needs a whole, a number or money: {described(operand)}")
    return None


def _sum(node: Arithmetic, left: Typed, right: Typed, findings: Findings) -> Typed | None:
    """Two of a kind: wholes, numbers or amounts of money."""
    both = alike((left, right), findings)
    if both is None or both[0].type not in (*_COUNTS, Type.MONEY):
        return None
    operations = _NUMBER if both[0].type is Type.NUMBER else _WHOLE
    return Apply(operations[node.operator], both, both[0].type, node)


def _counts(node: Arithmetic, left: Typed, right: Typed, findings: Findings) -> Typed | None:
    """Product and quotient of wholes and numbers; a quotient is always a number."""
    if left.type not in _COUNTS or right.type not in _COUNTS:
        return None
    if node.operator == "*" and left.type is right.type is Type.WHOLE:
        return Apply(Operation.MULTIPLY_WHOLE, (left, right), Type.WHOLE, node)
    both = [convert(side, Type.NUMBER, findings) for side in (left, right)]
    return Apply(_NUMBER[node.operator], tuple(side for side in both if side), Type.NUMBER, node)


def _money(node: Arithmetic, left: Typed, right: Typed) -> Typed | None:
    """Money times or divided by a count is money, rounded half up; money by money is a number."""
    if node.operator == "*":
        amount, factor = (left, right) if left.type is Type.MONEY else (right, left)
        if factor.type is Type.WHOLE:
            return Apply(Operation.MULTIPLY_WHOLE, (amount, factor), Type.MONEY, node)
        if factor.type is Type.NUMBER:
            return _rounded(Operation.MULTIPLY_NUMBER, amount, factor, node)
    elif left.type is right.type:
        sides = (_widened(left), _widened(right))
        return Apply(Operation.DIVIDE_NUMBER, sides, Type.NUMBER, node)
    elif left.type is Type.MONEY and right.type in _COUNTS:
        return _rounded(Operation.DIVIDE_NUMBER, left, right, node)
    return None


def _rounded(operation: Operation, amount: Typed, factor: Typed, node: Node) -> Typed:
    exact = Apply(operation, (_widened(amount), _widened(factor)), Type.NUMBER, node)
    return Apply(Operation.HALF_UP, (exact,), Type.MONEY, node)


def _widened(side: Typed) -> Typed:
    if side.type is Type.NUMBER:
        return side
    return Apply(Operation.WIDEN, (side,), Type.NUMBER, side.source)


def _hint(operator: str, types: set[Type]) -> str | None:
    if Type.FLAG in types:
        return "a flag is no number: if(flag, 1, 0) makes it one"
    if types & {Type.DAY, Type.MOMENT}:
        return "add_days(day, days) and days_between(first, second) reckon with days"
    if Type.TEXT in types:
        return "texts are not reckoned with"
    if Type.MONEY in types and operator in "+-":
        return "money is added to money only; a literal is read as money, a computed number is not"
    return (
        "money is multiplied by a number, and divided by a number or by money"
        if Type.MONEY in types
        else None
    )
