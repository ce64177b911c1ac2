"""Types: is this expression meant, and what exactly does it mean? All errors at once, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from keepwell.core.nearest import nearest
from keepwell.language import arithmetic, calls, comparisons, literals
from keepwell.language.findings import MAX_LISTED, Findings, described, shown
from keepwell.language.nodes import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Flag,
    Membership,
    Missing,
    Name,
    Negate,
    Node,
    Not,
    Number,
    Or,
    Text,
    children,
)
from keepwell.language.parse import parse, refused
from keepwell.language.show import show
from keepwell.language.typed import Apply, Evaluator, FieldValue, Operation, Typed, condition, names_in
from keepwell.language.types import Record, Type


@dataclass(frozen=True)
class Checked:
    """An expression that means something: its typed tree, its type and the fields it reads."""

    source: Node
    node: Typed
    type: Type
    fields: frozenset[str]
    evaluator: Evaluator | None = field(default=None, compare=False, repr=False)
    """Filled by :func:`keepwell.language.evaluate.evaluate` on first use."""

    @property
    def is_condition(self) -> bool:
        """Whether it is true or false and never missing, as with ``expect=Type.FLAG`` it always is."""
        return self.type is Type.FLAG and condition(self.node) is self.node

    def __str__(self) -> str:
        return show(self.source)


def check(
    expression: str | Node, record: Record, *, expect: Type | None = None, also: Type | None = None
) -> Checked:
    """The meaning of an expression over ``record``; ``ExpressionRefused`` with all errors where it has none.

    With ``expect`` the result is of that type: a literal takes it, a whole widens to a number, and for
    ``Type.FLAG`` the expression is a condition, in which a missing flag counts as false. What cannot be of that
    type may be of the type ``also``, and stays so.
    """
    source = parse(expression) if isinstance(expression, str) else expression
    checker = _Checker(record)
    node = checker.expected(source, expect, also)
    problems = checker.findings.problems
    if node is None or problems:
        raise refused(problems)
    return Checked(source, node, node.type, names_in(node))


class _Checker:
    """Each method gives the typed node, or None after a complaint about it or about something below it."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.findings = Findings(record)

    def expected(self, source: Node, expect: Type | None, also: Type | None) -> Typed | None:
        if expect is Type.FLAG:
            return self.condition(source)
        node = self.typed(source)
        if node is None or expect is None:
            return node
        converted = literals.convert(node, expect, self.findings)
        if converted is None and node.type is also:
            return node
        if converted is None:
            self.findings.complain(source, f"{described(node)}, {expect} is needed here")
        return converted

    def condition(self, source: Node) -> Typed | None:
        node = self.typed(source)
        if node is None:
            return None
        if node.type is Type.FLAG:
            return condition(node)
        hint = "compare it with something, or test it with `is missing`"
        self.findings.complain(source, f"{described(node)}, a condition is needed here", hint)
        return None

    def all_typed(self, sources: Sequence[Node]) -> list[Typed] | None:
        nodes = [self.typed(source) for source in sources]
        done = [node for node in nodes if node is not None]
        return done if len(done) == len(nodes) else None

    def typed(self, node: Node) -> Typed | None:
        match node:
            case Number() | Text() | Flag():
                return literals.constant(node, self.findings)
            case Name():
                return self.name(node)
            case Not(operand):
                return self.junction(Operation.NOT, (operand,), node)
            case And(parts):
                return self.junction(Operation.AND, parts, node)
            case Or(parts):
                return self.junction(Operation.OR, parts, node)
            case Call():
                return self.call(node)
            case _:
                return self.operation(node)

    def operation(
        self, node: Negate | Arithmetic | Comparison | Membership | Between | Missing
    ) -> Typed | None:
        match node:
            case Negate(operand):
                sides = self.all_typed((operand,))
                return arithmetic.negation(node, sides[0], self.findings) if sides else None
            case Arithmetic(_, left, right):
                sides = self.all_typed((left, right))
                return arithmetic.arithmetic(node, sides[0], sides[1], self.findings) if sides else None
            case Missing(operand, negated):
                sides = self.all_typed((operand,))
                tested = Operation.IS_PRESENT if negated else Operation.IS_MISSING
                return Apply(tested, (sides[0],), Type.FLAG, node) if sides else None
            case Comparison() | Between() | Membership():
                sides = self.all_typed(children(node))
                return comparisons.comparison(node, sides, self.findings) if sides else None

    def junction(self, operation: Operation, sources: Sequence[Node], node: Node) -> Typed | None:
        nodes = [self.condition(source) for source in sources]
        parts = tuple(part for part in nodes if part is not None)
        return Apply(operation, parts, Type.FLAG, node) if len(parts) == len(nodes) else None

    def call(self, node: Call) -> Typed | None:
        function = calls.known(node, self.findings)
        arguments = self.all_typed(node.arguments)
        if function is None or arguments is None:
            return None
        return calls.call(node, function, arguments, self.findings)

    def name(self, node: Name) -> Typed | None:
        known = self.record.fields.get(node.name)
        if known is not None:
            return FieldValue(node.name, known.type, node, known.choices)
        hints = []
        if close := nearest(node.name, self.record.names):
            hints.append(f"did you mean `{show(Name(close))}`?")
        if node.quoted:
            hints.append(f"a text stands in single quotes: {show(Text(node.name))}")
        if not hints and len(self.record.names) <= MAX_LISTED:
            hints.append("there are " + ", ".join(show(Name(name)) for name in self.record.names))
        self.findings.complain(node, f"there is no field `{shown(node)}`", "; ".join(hints) or None)
        return None
