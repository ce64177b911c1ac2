"""Cohorts: of those who bought in a period, how many buy again in each later one, and where that began to fall."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, get_args

from keepwell.access.model import Viewer
from keepwell.answers.among import Among, first_period, reach_of, rows_among
from keepwell.answers.sight import Sight
from keepwell.answers.trend import Point, Trend, trend
from keepwell.cohorts.activity import ACTIVITY
from keepwell.cohorts.periods import By, Reach, first_day, number_of, numbers_of
from keepwell.core.errors import NotFound
from keepwell.core.nearest import did_you_mean

if TYPE_CHECKING:
    import ibis.expr.types as ir

LEVELS = ("new", "returning", "vip", "all")
"""Who of a period's buyers make up its cohort: those who bought for the first time, those who had bought before,
those in the plan's segment :data:`VIP`, or all of them."""
VIP = "vip"


@dataclass(frozen=True, slots=True)
class Cell:
    """How many of a cohort bought in a later period. One that is not ``complete`` may still grow."""

    bought: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Cohort:
    """The buyers of the period that begins on ``start``; ``cells`` are the periods after it, one after another."""

    start: date
    size: int
    complete: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Retention:
    """Cohorts, oldest first, and the trend of their first cells: who buys again in the very next period."""

    by: By
    level: str
    cohorts: tuple[Cohort, ...]
    trend: Trend


def retention(
    sight: Sight, viewer: Viewer, *, by: str = "month", level: str = "new", among: Among | None = None
) -> Retention:
    """Retention by month, quarter or year and by level. Cohorts without customers are left out.

    Raises NotFound for a period or level there is not, and where nobody has bought.
    """
    period = _known_period(by)
    if level not in LEVELS:
        raise NotFound(f"there is no level `{level}`", hint=_choices(level, LEVELS))
    among = among or Among()
    reach = reach_of(sight)
    if level == VIP:
        among = Among((*among.segments, VIP), among.where, among.years)
    bought = _bought(rows_among(sight, viewer, among, ACTIVITY), period)
    counts = Counter(
        {
            (row["cohort"], row["period"]): row["customers"]
            for row in sight.snapshot.engine.rows(
                _pairs(bought, level, first_period(reach, period, among.years))
            )
        }
    )
    cohorts = _cohorts(counts, period, reach)
    following = [
        Point(cohort.start, cohort.cells[0].bought, cohort.size)
        for cohort in cohorts
        if cohort.cells and cohort.cells[0].complete
    ]
    return Retention(period, level, cohorts, trend(following))


def _known_period(by: str) -> By:
    known: tuple[By, ...] = get_args(By)
    for period in known:
        if by == period:
            return period
    raise NotFound(f"there are no cohorts by `{by}`", hint=_choices(by, known))


def _choices(given: str, known: tuple[str, ...]) -> str:
    return did_you_mean(given, known) or f"there are {', '.join(known)}"


def _bought(activity: ir.Table, by: By) -> ir.Table:
    """Customer, the period of the first purchase, and each period with one."""
    bought = activity.filter(activity.orders > 0)
    periods = bought.select(
        "customer_id", began=numbers_of(bought.first_month, by), period=numbers_of(bought.month, by)
    )
    return periods if by == "month" else periods.distinct()


def _pairs(bought: ir.Table, level: str, first: int) -> ir.Table:
    """Cohort, later period (or the cohort's own) and how many customers of the one bought in the other."""
    if level == "new":
        pairs = bought.filter(bought.began >= first).rename(cohort="began")
    else:
        members = bought.filter(bought.period >= first)
        if level == "returning":
            members = members.filter(members.began < members.period)
        members = members.select("customer_id", cohort="period")
        later = bought.filter(bought.period >= first).select("customer_id", "period")
        pairs = members.inner_join(later, "customer_id")
        pairs = pairs.filter(pairs.period >= pairs.cohort)
    return pairs.group_by("cohort", "period").aggregate(customers=pairs.count())


def _cohorts(counts: Counter[tuple[int, int]], by: By, reach: Reach) -> tuple[Cohort, ...]:
    last = number_of(reach.latest_on, by)
    return tuple(
        Cohort(
            start=first_day(number, by),
            size=counts[number, number],
            complete=reach.covers(number, by),
            cells=tuple(
                Cell(counts[number, later], reach.covers(later, by)) for later in range(number + 1, last + 1)
            ),
        )
        for number in sorted({cohort for cohort, _ in counts})
    )
