"""Days and moments over columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import ibis
import ibis.expr.datatypes as dt

from keepwell.core.clock import offsets
from keepwell.language.to_ibis.translation import Translation, literal
from keepwell.language.typed import Operation, Typed
from keepwell.language.types import Type
from keepwell.language.values import MAX_DAYS, MAX_MONTHS


def day_of(to: Translation, arguments: Sequence[Typed], _: Operation) -> ibis.Value:
    """The local day of a moment."""
    return _local(to, arguments[0], lambda local: local.date())


def hour(to: Translation, arguments: Sequence[Typed], _: Operation) -> ibis.Value:
    """The local hour of a moment."""
    return _local(to, arguments[0], lambda local: local.hour().cast(dt.int64))


def _local(to: Translation, argument: Typed, read: Callable[[ibis.Value], ibis.Value]) -> ibis.Value:
    """What is read off the local time of a moment, by the one table of offsets."""
    table = offsets(to.as_of.zone.key)
    intervals = {offset: ibis.interval(seconds=int(offset.total_seconds())) for _, offset in table}

    def offset_at(moment: ibis.Value, low: int, high: int) -> ibis.Value:
        """The offset of a moment, found by halving the table."""
        if high - low == 1:
            return intervals[table[low][1]]
        middle = (low + high) // 2
        is_before = moment < literal(table[middle][0], Type.MOMENT)
        return is_before.ifelse(offset_at(moment, low, middle), offset_at(moment, middle, high))

    def read_local(moment: ibis.Value) -> ibis.Value:
        return read(moment + offset_at(moment, 0, len(table)))

    return to.once(to.value(argument), read_local, mentions=len(table))


def day(to: Translation, arguments: Sequence[Typed], _: Operation) -> ibis.Value:
    """The day of a year, a month and a day of the month, null where the calendar has no such day."""
    # Beyond these bounds an engine might read the text as some other day.
    year, month, day_of_month = (
        (to.within(to.value(argument), 1, last) + 10**digits).cast(dt.string).right(digits)
        for argument, (last, digits) in zip(arguments, ((date.max.year, 4), (12, 2), (31, 2)), strict=True)
    )
    return year.concat("-", month, "-", day_of_month).try_cast(dt.date)


def days_between(to: Translation, arguments: Sequence[Typed], _: Operation) -> ibis.Value:
    """Whole days from the first to the second."""
    first, second = (to.value(argument) for argument in arguments)
    return second.delta(first, unit="day")


def later(to: Translation, arguments: Sequence[Typed], operation: Operation) -> ibis.Value:
    """The day so many days or months later, null outside the calendar."""
    day, steps = (to.value(argument) for argument in arguments)
    limit, unit = (MAX_DAYS, "D") if operation is Operation.ADD_DAYS else (MAX_MONTHS, "M")
    interval = to.within(steps, -limit, limit).as_interval(unit)
    return to.within((day.cast(dt.timestamp) + interval).date(), date.min, date.max)


def month_day(to: Translation, arguments: Sequence[Typed], _: Operation) -> ibis.Value:
    """Month and day as text."""
    return to.value(arguments[0]).strftime("%m-%d")
