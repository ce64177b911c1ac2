"""Repurchase × basket: customers by how often they bought in the latest months and what an order was worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import ibis

from keepwell.access.model import Viewer
from keepwell.answers.among import Among, reach_of, rows_among
from keepwell.answers.sight import Sight
from keepwell.cohorts.activity import ACTIVITY
from keepwell.cohorts.periods import first_day, number_of
from keepwell.core.errors import Refused
from keepwell.lake.functions import checked_sum

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from keepwell.lake.engine import Engine

MONTHS = 12
PURCHASES_FROM = (1, 2, 3, 4, 7)
"""Bands of the number of purchases, each from so many on: 1, 2, 3, 4 to 6, 7 and more."""
QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """How many customers, and their spend in minor units; None where it does not fit into 64 bits."""

    customers: int
    spend: int | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """Customers who bought from the month of ``since`` on, up to ``as_of``.

    Rows are numbers of purchases, each from ``purchases_from`` to before the next; columns average baskets, up to
    each of ``baskets_to`` and beyond the last, in minor units.
    """

    since: date
    purchases_from: tuple[int, ...]
    baskets_to: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def customers(self) -> int:
        """All of them."""
        return sum(cell.customers for row in self.rows for cell in row)


def matrix(
    sight: Sight,
    viewer: Viewer,
    *,
    months: int = MONTHS,
    baskets_to: Sequence[int] | None = None,
    among: Among | None = None,
) -> Matrix:
    """Customers who bought in the latest ``months`` calendar months, the running one included.

    The average basket is what counted orders were worth over their number, in whole minor units. Its bands are
    ``baskets_to`` (minor units, rising), or the customers' quartiles: up to the basket of the customer at a
    quarter, half and three quarters of all in order, so that equal baskets are never parted.

    Raises Refused for limits that do not rise, NotFound where nobody has bought.
    """
    if baskets_to is not None and list(baskets_to) != sorted(set(baskets_to)):
        raise Refused("limits of baskets rise, each greater than the one before", hint="write 100,200,500")
    reach_of(sight)
    since = number_of(sight.as_of.day, "month") - months + 1
    engine = sight.snapshot.engine
    buyers = engine.stage(
        _buyers(rows_among(sight, viewer, among or Among(), ACTIVITY), first_day(since, "month"))
    )
    try:
        limits = _quartiles(engine, buyers) if baskets_to is None else tuple(baskets_to)
        cells = {(row["often"], row["worth"]): row for row in engine.rows(_cells(buyers, limits))}
    finally:
        engine.drop(buyers.get_name())
    return Matrix(
        first_day(since, "month"),
        PURCHASES_FROM,
        limits,
        tuple(
            tuple(
                Cell(cell["customers"], cell["spend"]) if (cell := cells.get((often, worth))) else Cell(0, 0)
                for worth in range(len(limits) + 1)
            )
            for often in range(len(PURCHASES_FROM))
        ),
    )


def _buyers(activity: ir.Table, since: date) -> ir.Table:
    """Customers with a purchase since a day: how many, the average basket, the spend."""
    recent = activity.filter(activity.month >= ibis.date(since.isoformat()))
    by_customer = recent.group_by("customer_id").aggregate(
        purchases=checked_sum(recent.orders), sales=checked_sum(recent.sales), spend=checked_sum(recent.spend)
    )
    buyers = by_customer.filter(by_customer.purchases > 0)
    return buyers.select("purchases", "spend", basket=buyers.sales // buyers.purchases)


def _quartiles(engine: Engine, buyers: ir.Table) -> tuple[int, ...]:
    """Baskets at a quarter, half and three quarters of the customers in order of basket; equal ones once."""
    baskets = buyers.filter(buyers.basket.notnull()).select("basket").order_by("basket")
    count = engine.count(baskets)
    places = [-(-count * quarter // QUARTERS) - 1 for quarter in range(1, QUARTERS)] if count else []
    found = {value for place in places for value in engine.values(baskets.limit(1, offset=place).basket)}
    return tuple(sorted(found))


def _cells(buyers: ir.Table, limits: Sequence[int]) -> ir.Table:
    banded = buyers.filter(buyers.basket.notnull()).mutate(
        often=_passed([buyers.purchases >= least for least in PURCHASES_FROM[1:]]),
        worth=_passed([buyers.basket > most for most in limits]),
    )
    return banded.group_by("often", "worth").aggregate(
        customers=banded.count(), spend=checked_sum(banded.spend)
    )


def _passed(conditions: Sequence[ir.BooleanValue]) -> ir.IntegerValue:
    """How many of the conditions hold."""
    return sum((condition.cast("int64") for condition in conditions), start=ibis.literal(0, "int64"))
