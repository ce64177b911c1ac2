"""The funnel of new customers: they buy, they interact, they buy again; how many get how far, and how soon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from keepwell.access.model import Viewer
from keepwell.answers.among import Among, first_period, reach_of, rows_among
from keepwell.answers.sight import Sight
from keepwell.cohorts.first_steps import FIRST_STEPS
from keepwell.cohorts.periods import first_day, numbers_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

TOUCH_WITHIN_DAYS = 30
BUY_WITHIN_DAYS = 90


@dataclass(frozen=True, slots=True)
class Step:
    """How many took a step, and the median of the days since the step before it; None where nobody took it."""

    customers: int
    median_days: float | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """Those who first bought since ``since``, and of them who went on.

    ``too_recent`` are left out: they have not had all the days yet. ``directly`` bought again within all those
    days together without taking the step between in time.
    """

    since: date
    bought: int
    touched: Step
    bought_again: Step
    directly: int
    too_recent: int


def funnel(
    sight: Sight,
    viewer: Viewer,
    *,
    touch_within: int = TOUCH_WITHIN_DAYS,
    buy_within: int = BUY_WITHIN_DAYS,
    among: Among | None = None,
) -> Funnel:
    """From the first purchase to the first interaction after it, and to the first purchase after that.

    Each step counts within so many local days of the one before. Raises NotFound where nobody has bought.
    """
    among = among or Among()
    reach = reach_of(sight)
    first = first_period(reach, "month", among.years)
    steps = rows_among(sight, viewer, among, FIRST_STEPS)
    steps = steps.filter(numbers_of(steps.first_on, "month") >= first)
    had_time = steps.filter(
        steps.first_on <= reach.last_whole_day - timedelta(days=touch_within + buy_within)
    )
    # A step not taken has no days, and what is missing is no more than anything.
    touched = had_time.filter(had_time.touched_days <= touch_within)
    again = touched.filter(touched.bought_days <= buy_within)
    others = had_time.filter(~(had_time.touched_days <= touch_within).fill_null(False))  # noqa: FBT003
    engine = sight.snapshot.engine
    customers = engine.count(had_time)
    return Funnel(
        since=first_day(first, "month"),
        bought=customers,
        touched=_step(engine.rows(_by_days(touched, "touched_days"))),
        bought_again=_step(engine.rows(_by_days(again, "bought_days"))),
        directly=engine.count(others.filter(others.again_days <= touch_within + buy_within)),
        too_recent=engine.count(steps) - customers,
    )


def _by_days(steps: ir.Table, column: str) -> ir.Table:
    """How many took so many days, fewest first: few rows, from which a median is exact on every engine."""
    return steps.group_by(days=steps[column]).aggregate(customers=steps.count()).order_by("days")


def _step(by_days: Iterable[Mapping[str, int]]) -> Step:
    days = [(row["days"], row["customers"]) for row in by_days]
    customers = sum(count for _, count in days)
    return Step(customers, _median(days, customers) if customers else None)


def _median(days: Sequence[tuple[int, int]], customers: int) -> float:
    """The middle one; between two the mean of both."""
    return (_nth(days, (customers - 1) // 2) + _nth(days, customers // 2)) / 2


def _nth(days: Sequence[tuple[int, int]], position: int) -> int:
    for value, count in days:
        if position < count:
            return value
        position -= count
    raise AssertionError("there are more positions than customers")
