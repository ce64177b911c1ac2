"""How far overdue customers are by their own rhythm, and which categories they are overdue in."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from keepwell.access.model import Viewer
from keepwell.answers.among import Among, customers_among
from keepwell.answers.classes import money_field, summed
from keepwell.answers.sight import Sight
from keepwell.catalog.kinds import Rhythm
from keepwell.fields.item_rhythms import ITEM, by_item
from keepwell.lake.snapshot import ITEMS

if TYPE_CHECKING:
    import ibis.expr.types as ir

RATIO = "purchase_overdue_ratio"
LIMITS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
"""Silence in usual gaps: the bands lie below the first, between each two, and from the last on."""
ITEMS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Band:
    """Customers silent for ``least`` usual gaps or more, and less than ``below``; None where there is no limit."""

    least: float | None
    below: float | None
    customers: int
    worth_minor: int | None

    @property
    def where(self) -> str:
        """The customers in it, as an expression."""
        if self.least is None:
            return f"{RATIO} < {self.below}"
        return f"{RATIO} >= {self.least}" + (f" and {RATIO} < {self.below}" if self.below is not None else "")


@dataclass(frozen=True, slots=True)
class Item:
    """An item that ``customers`` buy in a rhythm that lives; ``overdue`` of them are past the day expected.

    ``gap_days`` is the mean of their usual gaps.
    """

    name: str
    customers: int
    overdue: int
    gap_days: float


@dataclass(frozen=True, slots=True)
class Overdue:
    """Bands, nearest first; ``without`` have no usual gap yet. ``items`` are those most are overdue in."""

    bands: tuple[Band, ...]
    without: int
    worth: str | None
    rhythm: str | None
    items: tuple[Item, ...]

    @property
    def customers(self) -> int:
        """How many have a usual gap."""
        return sum(band.customers for band in self.bands)

    @property
    def late(self) -> int:
        """How many have been silent for longer than their usual gap."""
        return sum(band.customers for band in self.bands if band.least is not None and band.least >= 1)


def overdue(sight: Sight, viewer: Viewer, *, worth: str | None = None, among: Among | None = None) -> Overdue:
    """Customers by silence over their usual gap, and the first rhythm by items that the plan has.

    Raises NotFound where ``worth`` is no money field.
    """
    worth = money_field(sight.plan, worth)
    among = among or Among()
    has_rhythm = RATIO in sight.plan.customer_record().fields
    bands, without = _bands(sight, viewer, among, worth) if has_rhythm else ((), 0)
    rhythm = next(iter(by_item(sight.plan)), None)
    items = _items(sight, viewer, among, rhythm) if rhythm else ()
    return Overdue(bands, without, worth, rhythm.name if rhythm else None, items)


def _bands(sight: Sight, viewer: Viewer, among: Among, worth: str | None) -> tuple[tuple[Band, ...], int]:
    customers = customers_among(sight, viewer, among, {RATIO, *([worth] if worth else [])})
    ratio = customers[RATIO]
    passed: ir.Value = sum(
        ((ratio >= limit).cast("int64") for limit in LIMITS[1:]), (ratio >= LIMITS[0]).cast("int64")
    )
    rows = customers.group_by(band=passed).aggregate(
        customers=customers.count(), worth=summed(customers, worth)
    )
    found = {row["band"]: row for row in sight.snapshot.engine.rows(rows)}
    nobody = {"customers": 0, "worth": 0 if worth else None}
    bands = tuple(
        Band(least, below, row["customers"], row["worth"])
        for number, (least, below) in enumerate(pairwise((None, *LIMITS, None)))
        for row in [found.get(number, nobody)]
    )
    return bands, found.get(None, nobody)["customers"] or 0


def _items(sight: Sight, viewer: Viewer, among: Among, rhythm: Rhythm) -> tuple[Item, ...]:
    items = sight.snapshot.table(ITEMS).semi_join(customers_among(sight, viewer, among), "customer_id")
    live = items.filter(items.rhythm == rhythm.name, items.since_days < rhythm.return_after)
    counted = live.group_by(ITEM).aggregate(
        customers=live.count(), overdue=live.count(where=live.overdue_days > 0), gap_days=live.gap_days.mean()
    )
    first = counted.order_by(counted.overdue.desc(), counted.customers.desc(), counted[ITEM]).limit(
        ITEMS_SHOWN
    )
    return tuple(
        Item(row[ITEM], row["customers"], row["overdue"], row["gap_days"])
        for row in sight.snapshot.engine.rows(first)
    )
