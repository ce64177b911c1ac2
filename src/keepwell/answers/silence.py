"""How many customers were silent at the end of each month, by how long, and whether fewer were heard from again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from keepwell.access.model import Viewer
from keepwell.answers.among import Among, first_period, reach_of, rows_among
from keepwell.answers.sight import Sight
from keepwell.answers.trend import Point, Trend, trend
from keepwell.cohorts.activity import ACTIVITY
from keepwell.cohorts.periods import first_day, last_day, number_of
from keepwell.core.errors import Refused

if TYPE_CHECKING:
    import ibis.expr.types as ir

STAGES = ("in_touch", "silent", "at_risk", "dormant", "lost")
"""Stages of silence, in order; the shipped ``lifecycle_stage`` has the same, and others before them."""
LIMITS = (30, 60, 180, 365)
"""Days of silence from which each stage after the first begins."""


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """How many customers had been silent for how long at the end of a month, by :data:`STAGES`."""

    start: date
    stages: tuple[int, ...]

    @property
    def known(self) -> int:
        """All but the lost: those heard from within the last of the limits."""
        return sum(self.stages[:-1])

    @property
    def silent(self) -> int:
        """The silent and those at risk."""
        return self.stages[1] + self.stages[2]


@dataclass(frozen=True, slots=True)
class Silence:
    """Months that are over, oldest first; the trend of those heard from in one month and again in the next."""

    months: tuple[MonthEnd, ...]
    trend: Trend


def silence(
    sight: Sight, viewer: Viewer, *, limits: Sequence[int] = LIMITS, among: Among | None = None
) -> Silence:
    """Silence at the end of each month, of customers who had bought by then.

    An order, a return, a cancellation and any interaction end it.

    Raises Refused unless there are four rising ``limits``, NotFound where nobody has bought.
    """
    if len(limits) != len(LIMITS) or list(limits) != sorted(set(limits)) or limits[0] < 1:
        raise Refused(
            "silence has four limits in days, each greater than the one before", hint="write 30,60,180,365"
        )
    among = among or Among()
    reach = reach_of(sight)
    first = first_period(reach, "month", among.years)
    last = number_of(reach.latest_on, "month")
    months = range(first, last + 1 if reach.covers(last, "month") else last)
    heard = _heard(rows_among(sight, viewer, among, ACTIVITY), first_day(first, "month"))
    rows = sight.snapshot.engine.rows(heard)
    return Silence(_month_ends(rows, months, limits), trend(_heard_again(rows, months)))


def _heard(activity: ir.Table, since: date) -> ir.Table:
    """How many customers were last heard from on a day until another month, as far as that is not before ``since``."""
    buyers = activity.filter(activity.month >= activity.first_month)
    told = buyers.filter(buyers.next_month.isnull() | (buyers.next_month >= since))
    return told.group_by("month", "last_on", "next_month").aggregate(customers=told.count())


def _month_ends(rows: Iterable[dict[str, Any]], months: range, limits: Sequence[int]) -> tuple[MonthEnd, ...]:
    """From each row to every month's end up to the next month heard from."""
    ends = {number: last_day(number, "month") for number in months}
    stages = {number: [0] * len(STAGES) for number in months}
    for row in rows:
        for number in _until_next(row, months):
            days = (ends[number] - row["last_on"]).days
            stages[number][sum(days >= limit for limit in limits)] += row["customers"]
    return tuple(
        MonthEnd(first_day(number, "month"), tuple(counts))
        for number, counts in stages.items()
        if any(counts)
    )


def _until_next(row: dict[str, Any], months: range) -> range:
    following = number_of(row["next_month"], "month") if row["next_month"] else months.stop
    return range(max(number_of(row["month"], "month"), months.start), min(following, months.stop))


def _heard_again(rows: Iterable[dict[str, Any]], months: range) -> list[Point]:
    """Of those heard from in the month before, how many were in this one.

    These are new draws every month; the stock of silent customers is mostly the same people as the month before.
    """
    before: Counter[int] = Counter()
    again: Counter[int] = Counter()
    for row in rows:
        month = number_of(row["month"], "month")
        before[month + 1] += row["customers"]
        if row["next_month"] and number_of(row["next_month"], "month") == month + 1:
            again[month + 1] += row["customers"]
    return [Point(first_day(number, "month"), again[number], before[number]) for number in months]
