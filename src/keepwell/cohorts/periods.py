"""Calendar periods as running numbers, and how far the facts reach: what is not over yet counts as nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from keepwell.core.clock import AsOf, local_midnight

if TYPE_CHECKING:
    import ibis.expr.types as ir

By = Literal["month", "quarter", "year"]
MONTHS: dict[By, int] = {"month": 1, "quarter": 3, "year": 12}
"""Length of a period in months."""


def number_of(day: date, by: By) -> int:
    """The running number of the period a day lies in; the next period's is one greater."""
    return (day.year * 12 + day.month - 1) // MONTHS[by]


def numbers_of(day: ir.DateValue, by: By) -> ir.IntegerValue:
    """:func:`number_of` in the engine."""
    month = day.year().cast("int64") * 12 + day.month() - 1
    number: ir.IntegerValue = month if by == "month" else month // MONTHS[by]
    return number


def first_day(number: int, by: By) -> date:
    """The first day of a period."""
    year, month = divmod(number * MONTHS[by], 12)
    return date(year, month + 1, 1)


def last_day(number: int, by: By) -> date:
    """The last day of a period."""
    return first_day(number + 1, by) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far what we know reaches: up to ``as_of``, and no further than the day of the latest fact.

    Files that end a month ago say nothing about this month, whenever they are asked.
    """

    as_of: AsOf
    latest_on: date

    @property
    def last_whole_day(self) -> date:
        """The last local day that was over at ``as_of`` and that facts reach."""
        # Instants are whole microseconds: a day's last one is the end of the day.
        end = local_midnight(self.latest_on + timedelta(days=1), self.as_of.zone) - timedelta(microseconds=1)
        return self.latest_on if self.as_of.instant >= end else self.latest_on - timedelta(days=1)

    def covers(self, number: int, by: By) -> bool:
        """Whether the whole of a period was over, and facts reach its last day."""
        return last_day(number, by) <= self.last_whole_day
