"""What the comparisons mean between the types: two values of one type, and text for ``contains``."""

from __future__ import annotations

from collections.abc import Sequence

from keepwell.core.nearest import nearest
from keepwell.language.findings import MAX_LISTED, Findings, described, shown
from keepwell.language.literals import alike
from keepwell.language.nodes import Between, Comparison, Membership, Number, Text
from keepwell.language.typed import Apply, Constant, FieldValue, Operation, Typed
from keepwell.language.types import Type

_OPERATIONS = {
    "=": Operation.EQUAL,
    "!=": Operation.UNEQUAL,
    "<": Operation.LESS,
    "<=": Operation.AT_MOST,
    ">": Operation.GREATER,
    ">=": Operation.AT_LEAST,
    "contains": Operation.CONTAINS,
    "starts with": Operation.STARTS_WITH,
}
_EQUALITIES = (Operation.EQUAL, Operation.UNEQUAL, Operation.ONE_OF, Operation.NONE_OF)
_ON_TEXT = (Operation.CONTAINS, Operation.STARTS_WITH)


def comparison(
    node: Comparison | Between | Membership, sides: Sequence[Typed], findings: Findings
) -> Typed | None:
    """The typed operation, or None after a complaint."""
    operation = _operation(node)
    if operation in _ON_TEXT:
        return _on_text(operation, node, sides, findings)
    both = alike(sides, findings)
    if both is None:
        _complain_of_types(node, sides, findings)
        return None
    if both[0].type is Type.FLAG and operation not in _EQUALITIES:
        findings.complain(node, "a flag is neither more nor less than another", "use `=`, or the flag itself")
        return None
    if operation in (*_EQUALITIES, Operation.BETWEEN):
        _refuse_day_for_moment(both, findings)
    if operation in _EQUALITIES:
        _hold_choices(both, findings)
    return Apply(operation, both, Type.FLAG, node)


def _operation(node: Comparison | Between | Membership) -> Operation:
    match node:
        case Comparison(operator):
            return _OPERATIONS[operator]
        case Between():
            return Operation.BETWEEN
        case Membership(negated=negated):
            return Operation.NONE_OF if negated else Operation.ONE_OF


def _on_text(
    operation: Operation, node: Comparison | Between | Membership, sides: Sequence[Typed], findings: Findings
) -> Typed | None:
    wrong = [side for side in sides if side.type is not Type.TEXT]
    for side in wrong:
        findings.complain(side.source, f"{described(side)}, text is needed", _quoted_number(side))
    return None if wrong else Apply(operation, tuple(sides), Type.FLAG, node)


def _complain_of_types(
    node: Comparison | Between | Membership, sides: Sequence[Typed], findings: Findings
) -> None:
    first = sides[0]
    other = next((side for side in sides[1:] if alike((first, side), findings) is None), sides[-1])
    what = f"these cannot be compared: {described(first)}, {described(other)}"
    findings.complain(node, what, _hint(first, other))


def _hint(first: Typed, other: Typed) -> str | None:
    types = {first.type, other.type}
    if Type.FLAG in types:
        return "a flag is no number and no text: it is true, false or missing"
    if types == {Type.DAY, Type.MOMENT}:
        moment = first if first.type is Type.MOMENT else other
        name = moment.name if isinstance(moment, FieldValue) else "…"
        return f"write day_of({name}) for the day of a moment"
    if Type.TEXT in types:
        text, rest = (first, other) if first.type is Type.TEXT else (other, first)
        if isinstance(text, Constant) and rest.type in (Type.WHOLE, Type.NUMBER, Type.MONEY):
            return "numbers stand without quotes"
        return _quoted_number(rest)
    if Type.MONEY in types:
        return "a literal is read as money, a computed number is not; money / money is a number"
    return None


def _quoted_number(side: Typed) -> str | None:
    is_number = isinstance(side, Constant) and isinstance(side.source, Number)
    return f"a text stands in single quotes: '{shown(side.source)}'" if is_number else None


def _refuse_day_for_moment(sides: Sequence[Typed], findings: Findings) -> None:
    """A day beside a moment is its first instant, which is hardly what an equality or ``between`` means."""
    for side in sides:
        if isinstance(side, Apply) and side.operation is Operation.START_OF_DAY:
            what = "a moment is hardly ever the first instant of a day"
            findings.complain(side.source, what, "compare days: day_of(…), or use < and >=")


def _hold_choices(sides: Sequence[Typed], findings: Findings) -> None:
    """A text beside a field with known values is one of them."""
    choices = next((side.choices for side in sides if isinstance(side, FieldValue) and side.choices), None)
    if choices is None:
        return
    for side in sides:
        if isinstance(side, Constant) and isinstance(side.source, Text) and side.value not in choices:
            text = side.source.value
            close = nearest(text, choices)
            listed = ", ".join(f"'{choice}'" for choice in choices[:MAX_LISTED])
            listed += ", …" if len(choices) > MAX_LISTED else ""
            hint = f"did you mean '{close}'?" if close else f"it is one of {listed}"
            findings.complain(side.source, f"{shown(side.source)} is no value of this field", hint)
