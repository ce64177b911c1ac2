"""The operations on single values, in Python. Arguments are never missing; a result of None is missing."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from math import floor
from operator import contains, eq, ge, gt, le, lt, ne

from keepwell.language.typed import Operation
from keepwell.language.types import MAX_NUMBER, MAX_ROUNDED, MAX_WHOLE, MIN_WHOLE, Value

WHITE_SPACE = " \t\n\r\v\f"
CAPITALS, SMALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
MAX_DAYS = 3_652_058
"""The days from the first day of year 1 to the last of year 9999: no date arithmetic goes further."""
MAX_MONTHS = 12 * 9_999

_LOWER = str.maketrans(CAPITALS, SMALL)


def whole(value: int) -> int | None:
    """An int64, or missing."""
    return value if MIN_WHOLE <= value <= MAX_WHOLE else None


def number(value: float) -> float | None:
    """A finite float64, or missing: NaN lies within no bounds."""
    return value if -MAX_NUMBER <= value <= MAX_NUMBER else None


def _divided(left: float, right: float) -> float | None:
    return number(left / right) if right else None


def _floor(value: float) -> int | None:
    return floor(value) if -MAX_ROUNDED <= value <= MAX_ROUNDED else None


def _half_up(value: float) -> int | None:
    return floor(value + 0.5) if -MAX_ROUNDED <= value <= MAX_ROUNDED else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):  # no such day; beyond what C counts with
        return None


def _days_later(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days)
    except OverflowError:
        return None


def _months_later(day: date, months: int) -> date | None:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


COMPARED: dict[Operation, Callable[..., bool]] = {
    Operation.EQUAL: eq,
    Operation.UNEQUAL: ne,
    Operation.LESS: lt,
    Operation.AT_MOST: le,
    Operation.GREATER: gt,
    Operation.AT_LEAST: ge,
    Operation.CONTAINS: contains,
    Operation.STARTS_WITH: str.startswith,
    Operation.BETWEEN: lambda value, low, high: low <= value <= high,
    Operation.ONE_OF: lambda value, *options: value in options,
    Operation.NONE_OF: lambda value, *options: value not in options,
}
"""True or false of values that are all there; ONE_OF alone may hold where an option is missing."""

COMPUTED: dict[Operation, Callable[..., Value]] = {
    Operation.ADD_WHOLE: lambda left, right: whole(left + right),
    Operation.SUBTRACT_WHOLE: lambda left, right: whole(left - right),
    Operation.MULTIPLY_WHOLE: lambda left, right: whole(left * right),
    Operation.NEGATE_WHOLE: lambda value: whole(-value),
    Operation.ABS_WHOLE: lambda value: whole(abs(value)),
    Operation.ADD_NUMBER: lambda left, right: number(left + right),
    Operation.SUBTRACT_NUMBER: lambda left, right: number(left - right),
    Operation.MULTIPLY_NUMBER: lambda left, right: number(left * right),
    Operation.DIVIDE_NUMBER: _divided,
    Operation.NEGATE_NUMBER: lambda value: -value,
    Operation.ABS_NUMBER: abs,
    Operation.WIDEN: float,
    Operation.HALF_UP: _half_up,
    Operation.FLOOR: _floor,
    Operation.DAYS_BETWEEN: lambda first, second: (second - first).days,
    Operation.DAY: _day,
    Operation.ADD_DAYS: _days_later,
    Operation.ADD_MONTHS: _months_later,
    Operation.MONTH_DAY: lambda day: f"{day.month:02}-{day.day:02}",
    Operation.MONTH: lambda day: day.month,
    Operation.YEAR: lambda day: day.year,
    Operation.WEEKDAY: lambda day: day.isoweekday(),
    Operation.LOWER: lambda text: text.translate(_LOWER),
    Operation.TRIM: lambda text: text.strip(WHITE_SPACE),
    Operation.LENGTH: len,
    Operation.LEAST: min,
    Operation.GREATEST: max,
}
"""A value from values that are all there; missing in gives missing out."""
