"""What translating needs at every node: columns, constants, settled numbers and names for large values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import reduce
from itertools import count
from operator import and_
from typing import TypeAlias

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops

from keepwell.core.clock import AsOf
from keepwell.language.evaluate import compiled
from keepwell.language.typed import Apply, FieldValue, Operation, Typed, names_in
from keepwell.language.types import MAX_NUMBER, Type, Value

Columns: TypeAlias = Mapping[str, ibis.Value] | ibis.Table
Operator: TypeAlias = Callable[["Translation", Sequence[Typed], Operation], ibis.Value]
RawOperator: TypeAlias = Callable[..., ibis.Value]

TRUE, FALSE = (ibis.literal(flag) for flag in (True, False))

DATA_TYPES: Mapping[Type, dt.DataType] = {
    Type.WHOLE: dt.int64,
    Type.NUMBER: dt.float64,
    Type.MONEY: dt.int64,
    Type.TEXT: dt.string,
    Type.FLAG: dt.boolean,
    Type.DAY: dt.date,
    Type.MOMENT: dt.timestamp,
}
SMALL_SIZE = 200
"""Operations up to which a value is rather written out again than bound to a name."""


_TOTAL = frozenset({
    Operation.DAY_OF, Operation.DAYS_BETWEEN, Operation.MONTH_DAY, Operation.MONTH, Operation.YEAR,
    Operation.WEEKDAY, Operation.HOUR,
    Operation.LOWER, Operation.TRIM, Operation.LENGTH, Operation.WIDEN,
})  # fmt: skip
"""Operations that are missing only where an argument is."""

_CLOSED = (ops.Field, ops.Literal, ops.Argument, ops.Coalesce, ops.IfElse)
"""What needs no parentheses wherever it stands."""


ASKED_SIZE = 12
"""Operations up to which asking a value whether it is there costs less than a CASE around the comparison."""


class Translation:
    """One expression on its way to Ibis."""

    def __init__(
        self,
        columns: Columns,
        as_of: AsOf,
        operators: Mapping[Operation, Operator],
        raw_operators: Mapping[Operation, RawOperator],
    ) -> None:
        self.columns = columns
        self.as_of = as_of
        self.operators = operators
        self.raw_operators = raw_operators
        self.sizes: dict[ops.Node, int] = {}
        self.held = count(1)

    def value(self, node: Typed) -> ibis.Value:
        """The values of a node, null where missing."""
        if is_constant(node):
            return literal(self.constant(node), node.type)
        if isinstance(node, FieldValue):
            column = self.column(node)
            return self.settled(column) if node.type is Type.NUMBER else column
        assert isinstance(node, Apply)
        if node.operation in self.raw_operators:
            return self.settled(self.raw(node))
        return self.operators[node.operation](self, node.arguments, node.operation)

    def raw(self, node: Typed) -> ibis.Value:
        """The values of a number, NaN or infinite where they are missing for that reason."""
        if isinstance(node, FieldValue):
            return self.column(node)
        if isinstance(node, Apply) and node.operation in self.raw_operators and not is_constant(node):
            return self.raw_operators[node.operation](self, *node.arguments)
        return self.value(node)

    def constant(self, node: Typed) -> Value:
        """The value of a node that reads no field."""
        return compiled(node)({}, self.as_of)

    def column(self, node: FieldValue) -> ibis.Value:
        """The column of a field, in the data type of its type."""
        column, wanted = self.columns[node.name], DATA_TYPES[node.type]
        found = column.type()
        if wanted.is_timestamp() and found.is_timestamp() and found.timezone is None:
            return column
        if found.copy(nullable=True) == wanted:
            return column
        if (wanted.is_int64() and found.is_integer()) or (wanted.is_float64() and found.is_floating()):
            return column.cast(wanted)
        raise TypeError(f"column {node.name!r} is {found}; field of {node.type} needs {wanted}")

    def operand(self, node: Typed) -> ibis.Value:
        """The values of a side of a comparison; a condition stands in a CASE there.

        Ibis writes no parentheses around a condition that is compared (``NOT a = b``), and an engine would
        read something else.
        """
        value = self.value(node)
        if node.type is not Type.FLAG or isinstance(value.op(), _CLOSED):
            return value
        return value.ifelse(TRUE, FALSE)

    def certain(self, outcome: ibis.Value, *sides: tuple[Typed, ibis.Value]) -> ibis.Value:
        """The outcome of a comparison of nodes and their values, false where one of the values is missing.

        Values are asked whether they are there, which is quick, and for a plain column lets an engine skip whole
        blocks by their bounds; but not a large value, which would be reckoned again for it.
        """
        asked = [source for node, value in sides for source in self.sources(node, value)]
        if any(self.size(source.op()) > ASKED_SIZE for source in asked):
            return outcome.ifelse(TRUE, FALSE)
        return reduce(and_, [source.notnull() for source in asked], outcome)

    def sources(self, node: Typed, value: ibis.Value) -> list[ibis.Value]:
        """What has to be there for the value to be there: the columns, where nothing else can make it missing."""
        if isinstance(node, Apply) and _is_total(node):
            return [self.columns[name] for name in sorted(names_in(node))]
        return [] if is_constant(node) and self.constant(node) is not None else [value]

    def settled(self, value: ibis.Value) -> ibis.Value:
        """A number, null where it is not finite."""
        return self.within(value, -MAX_NUMBER, MAX_NUMBER)

    def within(self, value: ibis.Value, low: float | date, high: float | date) -> ibis.Value:
        """The value where it lies within these bounds, otherwise null."""
        return self.once(value, lambda held: held.between(low, high).ifelse(held, ibis.null(held.type())))

    def once(
        self, value: ibis.Value, use: Callable[[ibis.Value], ibis.Value], *, mentions: int = 2
    ) -> ibis.Value:
        """``use`` of a value that it mentions more than once: by name where writing it out would cost."""
        size = self.size(value.op())
        if size == 1 or size * mentions <= SMALL_SIZE:
            return use(value)
        name = ops.Argument(name=f"held_{next(self.held)}", shape=value.op().shape, dtype=value.type())
        body = use(name.to_expr())
        return ops.ArrayMap(ibis.array([value]), body=body, param=name, index=None).to_expr()[0]

    def size(self, operation: ops.Node) -> int:
        """How many operations its text would have, shared ones counted each time."""
        if operation not in self.sizes:
            self.sizes[operation] = 1 + sum(self.size(part) for part in _parts(operation))
        return self.sizes[operation]


def height(operation: ops.Node) -> int:
    """How many operations lie between this one and its farthest column or constant, both counted."""
    heights: dict[ops.Node, int] = {}
    waiting = [operation]
    while waiting:
        current = waiting[-1]
        unknown = [part for part in _parts(current) if part not in heights]
        if unknown:
            waiting.extend(unknown)
        else:
            heights[current] = 1 + max((heights[part] for part in _parts(current)), default=0)
            waiting.pop()
    return heights[operation]


def _parts(operation: ops.Node) -> tuple[ops.Node, ...]:
    is_source = isinstance(operation, ops.Field | ops.Relation)
    return () if is_source else operation.__children__


def _is_total(node: Typed) -> bool:
    if isinstance(node, Apply):
        return node.operation in _TOTAL and all(_is_total(argument) for argument in node.arguments)
    return isinstance(node, FieldValue)


def is_constant(node: Typed) -> bool:
    """Whether it reads no field."""
    return not names_in(node)


def literal(value: Value, type_: Type) -> ibis.Value:
    """One value as an Ibis literal of the type's data type.

    A number is written as text and cast: DuckDB reads -5.85 as a decimal, which turns into -5.8500000000000005.
    """
    if value is None:
        return ibis.null(DATA_TYPES[type_])
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    if isinstance(value, float):
        return ibis.literal(repr(value)).cast(dt.float64)
    return ibis.literal(value, type=DATA_TYPES[type_])


def joined(parts: Sequence[ibis.Value], join: Callable[[ibis.Value, ibis.Value], ibis.Value]) -> ibis.Value:
    """All parts joined as a balanced tree, for a long list nested to one side is too deep for an engine."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return join(joined(parts[:middle], join), joined(parts[middle:], join))
