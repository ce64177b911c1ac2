"""An expression as a form of conditions: rows of a field, a comparison and values, joined by all or any.

Rows may stand in groups, one level deep. A form and its expression say the same: ``expression_of(form_of(node)) ==
node`` for every node that a form can show, and ``form_of(expression_of(form)) == form`` for forms made that way. The
other nodes stay text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from keepwell.language.nodes import (
    And,
    Between,
    Call,
    Comparison,
    Flag,
    Membership,
    Missing,
    Name,
    Node,
    Not,
    Number,
    Or,
    Text,
)

ROWS_MAX = 50

Literal = Number | Text | Flag
"""What stands in a row as a value."""


class Compare(StrEnum):
    """How a row compares its field. Those named ``days_…`` compare how many days ago the field's day was."""

    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="
    BETWEEN = "between"
    ONE_OF = "in"
    NONE_OF = "not in"
    CONTAINS = "contains"
    CONTAINS_NOT = "not contains"
    STARTS = "starts with"
    STARTS_NOT = "not starts with"
    MISSING = "is missing"
    PRESENT = "is not missing"
    HOLDS = "holds"
    HOLDS_NOT = "not holds"
    DAYS_LESS = "days <"
    DAYS_AT_MOST = "days <="
    DAYS_GREATER = "days >"
    DAYS_AT_LEAST = "days >="
    DAYS_EQUAL = "days ="

    @property
    def counts_days(self) -> bool:
        """Whether the value is a number of days, whatever the field's type."""
        return self.value.startswith("days ")

    @property
    def values_wanted(self) -> tuple[int, int]:
        """How many values a row needs at least, and how many it may have."""
        if self in _NO_VALUE:
            return 0, 0
        if self is Compare.BETWEEN:
            return 2, 2
        return (1, ROWS_MAX) if self in {Compare.ONE_OF, Compare.NONE_OF} else (1, 1)


_NO_VALUE = frozenset({Compare.MISSING, Compare.PRESENT, Compare.HOLDS, Compare.HOLDS_NOT})
_PLAIN = frozenset({"=", "!=", "<", "<=", ">", ">=", "contains", "starts with"})
_DAYS = frozenset({"=", "<", "<=", ">", ">="})
_NOT_BEFORE = frozenset({"contains", "starts with"})
DAYS_SINCE = "days_since"


@dataclass(frozen=True, slots=True)
class Row:
    """One condition about one field."""

    field: str
    compare: Compare
    values: tuple[Literal, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Rows inside a form, joined the other way than the form itself: two or more."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """Rows and groups, of which ``every`` one or any one must hold; none at all stands for everybody."""

    every: bool
    parts: tuple[Row | Group, ...]


def form_of(node: Node) -> Form | None:
    """The form that says the same as an expression; None where no form does."""
    match node:
        case Flag(True):
            return Form(every=True, parts=())
        case And(parts) | Or(parts):
            every = isinstance(node, And)
            shown = [_part(part, Or if every else And) for part in parts]
            found = tuple(part for part in shown if part is not None)
            whole = len(found) == len(parts) and _count(found) <= ROWS_MAX
            return Form(every, found) if whole else None
        case _:
            row = _row(node)
            return Form(every=True, parts=(row,)) if row else None


def expression_of(form: Form) -> Node:
    """The expression that a form stands for."""
    inner, outer = (Or, And) if form.every else (And, Or)
    parts = [
        _junction(inner, [_condition(row) for row in part.rows])
        if isinstance(part, Group)
        else _condition(part)
        for part in form.parts
    ]
    return _junction(outer, parts) if parts else Flag(value=True)


def _count(parts: tuple[Row | Group, ...]) -> int:
    return sum(len(part.rows) if isinstance(part, Group) else 1 for part in parts)


def _junction(kind: Callable[[tuple[Node, ...]], Node], parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else kind(tuple(parts))


def _part(node: Node, inner: type[And | Or]) -> Row | Group | None:
    if not isinstance(node, And | Or):
        return _row(node)
    rows = tuple(row for part in node.parts if (row := _row(part)) is not None)
    return Group(rows) if isinstance(node, inner) and len(rows) == len(node.parts) else None


def _row(node: Node) -> Row | None:
    match node:
        case Name(name):
            return Row(name, Compare.HOLDS)
        case Not(Name(name)):
            return Row(name, Compare.HOLDS_NOT)
        case Missing(Name(name), negated):
            return Row(name, Compare.PRESENT if negated else Compare.MISSING)
        case Not(Comparison(operator, Name(name), right)) if operator in _NOT_BEFORE:
            return _of(name, Compare(f"not {operator}"), (right,))
        case Comparison(operator, Name(name), right) if operator in _PLAIN:
            return _of(name, Compare(operator), (right,))
        case Comparison(operator, Call("days_since", (Name(name),)), Number() as days) if operator in _DAYS:
            return _of(name, Compare(f"days {operator}"), (days,))
        case Between(Name(name), low, high):
            return _of(name, Compare.BETWEEN, (low, high))
        case Membership(Name(name), options, negated) if len(options) <= ROWS_MAX:
            return _of(name, Compare.NONE_OF if negated else Compare.ONE_OF, options)
    return None


def _of(name: str, compare: Compare, nodes: tuple[Node, ...]) -> Row | None:
    values = tuple(node for node in nodes if isinstance(node, Number | Text | Flag) and is_enterable(node))
    return Row(name, compare, values) if len(values) == len(nodes) else None


def is_enterable(value: Literal) -> bool:
    """Whether a line of a form can hold it: the empty text cannot be told from nothing, and a line has no breaks."""
    return not isinstance(value, Text) or (
        value.value != "" and "\n" not in value.value and "\r" not in value.value
    )


def _condition(row: Row) -> Node:
    name, values = Name(row.field), row.values
    match row.compare:
        case Compare.HOLDS:
            return name
        case Compare.HOLDS_NOT:
            return Not(name)
        case Compare.MISSING | Compare.PRESENT:
            return Missing(name, row.compare is Compare.PRESENT)
        case Compare.CONTAINS_NOT | Compare.STARTS_NOT:
            return Not(Comparison(row.compare.removeprefix("not "), name, values[0]))
        case Compare.BETWEEN:
            return Between(name, values[0], values[1])
        case Compare.ONE_OF | Compare.NONE_OF:
            return Membership(name, values, row.compare is Compare.NONE_OF)
        case compare if compare.counts_days:
            return Comparison(compare.removeprefix("days "), Call(DAYS_SINCE, (name,)), values[0])
        case compare:
            return Comparison(compare.value, name, values[0])
