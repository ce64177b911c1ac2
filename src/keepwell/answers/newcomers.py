"""New customers of each month: how many came back within 1, 7 and 30 days of their first purchase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from keepwell.access.model import Viewer
from keepwell.answers.among import Among, first_period, reach_of, rows_among
from keepwell.answers.sight import Sight
from keepwell.answers.trend import Point, Trend, trend
from keepwell.cohorts.first_steps import FIRST_STEPS
from keepwell.cohorts.periods import first_day, numbers_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAYS = (1, 7, 30)


@dataclass(frozen=True, slots=True)
class Back:
    """How many came back ``within`` so many days after the first, and how many ``on`` exactly the last of them.

    ``complete`` when the month is over and its last newcomer has had all of those days.
    """

    within: int
    on: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Month:
    """The customers who first bought in the month that begins on ``start``; ``back`` by :data:`DAYS`."""

    start: date
    size: int
    back: Mapping[int, Back]


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Months, oldest first, and the trend of those who came back within 30 days."""

    months: tuple[Month, ...]
    trend: Trend


def newcomers(
    sight: Sight, viewer: Viewer, *, any_contact: bool = False, among: Among | None = None
) -> Newcomers:
    """New customers by month of their first purchase. Coming back is to buy; with ``any_contact``, to interact too.

    Raises NotFound where nobody has bought.
    """
    among = among or Among()
    reach = reach_of(sight)
    steps = rows_among(sight, viewer, among, FIRST_STEPS)
    counts = _counts(steps, any_contact=any_contact)
    counts = counts.filter(counts.month >= first_period(reach, "month", among.years)).order_by("month")
    months = []
    for row in sight.snapshot.engine.rows(counts):
        over = reach.covers(row["month"], "month")
        back = {
            days: Back(
                within=row[f"within_{days}"],
                on=row[f"on_{days}"],
                complete=over and row["latest_on"] + timedelta(days=days) <= reach.last_whole_day,
            )
            for days in DAYS
        }
        months.append(Month(first_day(row["month"], "month"), row["customers"], back))
    longest = max(DAYS)
    complete = [
        Point(month.start, month.back[longest].within, month.size)
        for month in months
        if month.back[longest].complete
    ]
    return Newcomers(tuple(months), trend(complete))


def _counts(steps: ir.Table, *, any_contact: bool) -> ir.Table:
    bits = steps.bought_bits | steps.touched_bits if any_contact else steps.bought_bits
    steps = steps.mutate(month=numbers_of(steps.first_on, "month"), bits=bits)
    figures = {"customers": steps.count(), "latest_on": steps.first_on.max()}
    for days in DAYS:
        on = 1 << days
        within = (on << 1) - 2  # the bits of day 1 to this day
        figures[f"within_{days}"] = steps.count(where=(steps.bits & within) != 0)
        figures[f"on_{days}"] = steps.count(where=(steps.bits & on) != 0)
    return steps.group_by("month").aggregate(**figures)
