"""The business month by month: who bought, who was new, who came back, and what they spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import ibis

from keepwell.access.model import Viewer
from keepwell.answers.among import Among, reach_of, rows_among
from keepwell.answers.sight import Sight
from keepwell.cohorts.activity import ACTIVITY
from keepwell.cohorts.periods import first_day, number_of, numbers_of
from keepwell.lake.functions import checked_sum

if TYPE_CHECKING:
    import ibis.expr.types as ir

MONTHS = 13
"""A year, and the month that it is compared with."""
BOTH = 0b11


@dataclass(frozen=True, slots=True)
class Month:
    """What was bought in the month that begins on ``start``.

    ``buyers`` bought, ``new`` of them for the first time; ``kept`` of the ``of`` buyers of the month before bought
    again. Amounts are minor units of what orders were worth, None where they do not fit into 64 bits. A month that
    is not ``complete`` may still grow.
    """

    start: date
    complete: bool
    buyers: int
    new: int
    orders: int
    sales_minor: int | None
    kept: int
    of: int

    @property
    def average_minor(self) -> int | None:
        """Sales per order."""
        return None if self.sales_minor is None or not self.orders else self.sales_minor // self.orders

    @property
    def kept_share(self) -> float | None:
        """``kept`` ÷ ``of``."""
        return self.kept / self.of if self.of else None


def monthly(sight: Sight, viewer: Viewer, *, months: int = MONTHS) -> tuple[Month, ...]:
    """The latest ``months`` up to the one that facts reach, oldest first, none before the first purchase.

    Raises NobodyBought.
    """
    reach = reach_of(sight)
    last = number_of(reach.latest_on, "month")
    numbers = range(last - months + 1, last + 1)
    activity = rows_among(sight, viewer, Among(), ACTIVITY)
    since = ibis.date(first_day(numbers.start - 1, "month").isoformat())
    bought = activity.filter(activity.orders > 0, activity.month >= since)
    engine = sight.snapshot.engine
    rows = {row["number"]: row for row in engine.rows(_by_month(bought))}
    [kept] = engine.rows(_kept(bought, numbers))
    known = [number for number in numbers if number >= min(rows, default=numbers.stop)]
    return tuple(
        _month(number, rows, kept[f"kept {number}"], complete=reach.covers(number, "month"))
        for number in known
    )


def _by_month(bought: ir.Table) -> ir.Table:
    return bought.group_by(number=numbers_of(bought.month, "month")).aggregate(
        buyers=bought.count(),
        new=bought.count(where=bought.first_month == bought.month),
        orders=checked_sum(bought.orders),
        sales=checked_sum(bought.sales),
    )


def _kept(bought: ir.Table, numbers: Sequence[int]) -> ir.Table:
    """One row: how many bought in a month and in the one before it.

    Each customer's months are bits of one number, which takes one pass where joining months takes one for each.
    """
    one = ibis.literal(1, "int64")
    bit = one << (numbers_of(bought.month, "month") - (numbers[0] - 1))
    of_one = bought.group_by("customer_id").aggregate(bits=bit.bit_or())
    counts = {
        f"kept {number}": of_one.count(where=((of_one.bits >> place) & BOTH) == BOTH)
        for place, number in enumerate(numbers)
    }
    return of_one.aggregate(**counts)


def _month(number: int, rows: dict[int, dict[str, Any]], kept: int, *, complete: bool) -> Month:
    nothing = {"buyers": 0, "new": 0, "orders": 0, "sales": 0}
    row, before = rows.get(number, nothing), rows.get(number - 1, nothing)
    return Month(
        start=first_day(number, "month"),
        complete=complete,
        buyers=row["buyers"],
        new=row["new"],
        orders=row["orders"],
        sales_minor=row["sales"],
        kept=kept,
        of=before["buyers"],
    )
