"""A checked expression: a tree of typed operations, every choice of meaning made.

The list of operations *is* the meaning that both interpreters give: each implements exactly these, so that
neither has to know the types, the literals or the shorthands of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from keepwell.core.clock import AsOf
from keepwell.language.nodes import Node
from keepwell.language.types import Type, Value


class Operation(Enum):
    """What can be done to values. Missing in gives missing out, unless the line says otherwise."""

    # comparisons: two values of one type; a missing value makes them false
    EQUAL = auto()
    UNEQUAL = auto()
    LESS = auto()
    AT_MOST = auto()
    GREATER = auto()
    AT_LEAST = auto()
    CONTAINS = auto()
    STARTS_WITH = auto()
    BETWEEN = auto()  # value, low, high: both ends included
    ONE_OF = auto()  # value, options…: equal to any
    NONE_OF = auto()  # value, options…: unequal to each
    # conditions: never missing
    IS_MISSING = auto()
    IS_PRESENT = auto()
    HOLDS = auto()  # a flag as a condition: missing is false
    AND = auto()
    OR = auto()
    NOT = auto()
    # int64, for whole and money; missing on overflow
    ADD_WHOLE = auto()
    SUBTRACT_WHOLE = auto()
    MULTIPLY_WHOLE = auto()
    NEGATE_WHOLE = auto()
    ABS_WHOLE = auto()
    # float64; missing when the result is not finite or the divisor is zero
    ADD_NUMBER = auto()
    SUBTRACT_NUMBER = auto()
    MULTIPLY_NUMBER = auto()
    DIVIDE_NUMBER = auto()
    NEGATE_NUMBER = auto()
    ABS_NUMBER = auto()
    # between the two
    WIDEN = auto()  # int64 to the nearest float64
    HALF_UP = auto()  # floor(x + 0.5); missing beyond 2^53
    FLOOR = auto()  # missing beyond 2^53
    # days and moments
    TODAY = auto()
    START_OF_DAY = auto()  # the first instant of a local day
    DAY_OF = auto()  # the local day of a moment
    DAYS_BETWEEN = auto()
    DAY = auto()  # of year, month and day of the month; missing where the calendar has none
    ADD_DAYS = auto()
    ADD_MONTHS = auto()
    MONTH_DAY = auto()
    MONTH = auto()
    YEAR = auto()
    WEEKDAY = auto()  # 1 Monday … 7 Sunday
    HOUR = auto()  # the local hour of a moment, 0 to 23
    # text
    LOWER = auto()
    TRIM = auto()
    LENGTH = auto()
    # any type
    COALESCE = auto()  # the first that is not missing
    IF = auto()  # condition, then, otherwise
    LEAST = auto()
    GREATEST = auto()


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal in the type it took from what it met; a moment's is written as START_OF_DAY of a day."""

    value: Value
    type: Type
    source: Node


@dataclass(frozen=True, slots=True)
class FieldValue:
    """The value of a field of the record."""

    name: str
    type: Type
    source: Node
    choices: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation on values."""

    operation: Operation
    arguments: tuple[Typed, ...]
    type: Type
    source: Node


Typed = Constant | FieldValue | Apply

Evaluator = Callable[[Mapping[str, Value], AsOf], Value]
"""A checked expression made ready for one record at a time."""

PASSING = {Operation.COALESCE: 0, Operation.IF: 1, Operation.LEAST: 0, Operation.GREATEST: 0}
"""Operations that pass on one of their arguments, from that position on."""


def condition(flag: Typed) -> Typed:
    """A flag where a condition is expected: one that may be missing counts as false."""
    is_open = isinstance(flag, FieldValue) or (isinstance(flag, Apply) and flag.operation in PASSING)
    return Apply(Operation.HOLDS, (flag,), Type.FLAG, flag.source) if is_open else flag


def names_in(node: Typed) -> frozenset[str]:
    """The fields a checked expression reads."""
    match node:
        case Constant():
            return frozenset()
        case FieldValue(name):
            return frozenset({name})
        case Apply(_, arguments):
            return frozenset[str]().union(*(names_in(argument) for argument in arguments))
