"""A customer's orders month by month, for a chart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from keepwell.access.model import Viewer
from keepwell.answers.persons import party_keys_of
from keepwell.answers.sight import Sight

MONTHS = 24
NOT_COUNTED = ("cancelled", "returned")


@dataclass(frozen=True, slots=True)
class Month:
    """What was ordered in a month of the plan's zone; ``spend_minor`` is in the plan's currency."""

    first_day: date
    orders: int
    spend_minor: int


def orders_by_month(sight: Sight, viewer: Viewer, customer_id: str, *, months: int = MONTHS) -> list[Month]:
    """The latest months up to the day of the snapshot, those without an order included.

    An order counts when money was paid for it and it was neither cancelled nor returned. Empty where no source
    gives orders.
    """
    keys = party_keys_of(sight, viewer, [customer_id]).get(customer_id, [])
    days = _days(sight.as_of.day, months)
    orders = dict.fromkeys(days, 0)
    spend = dict.fromkeys(days, 0)
    manifest = sight.lake.current()
    known = False
    for name, source in sight.plan.sources.items():
        state = manifest.sources.get(name)
        if state is None or not (source.fact == "order" or name in sight.plan.orders_from_lines):
            continue
        known = True
        facts = sight.lake.facts_of_parties(state, keys)
        if "status" in facts.columns:
            facts = facts.filter(~facts.status.isin(NOT_COUNTED).fill_null(False))  # noqa: FBT003 (a value, no flag)
        of_one = facts.group_by("order_id").agg(
            day=facts.occurred_on.min(), amount=facts.amount.sum().cast("int64")
        )
        paid = of_one.filter(of_one.amount > 0, of_one.day >= days[0])
        by_month = paid.group_by(year=paid.day.year(), month=paid.day.month()).agg(
            orders=paid.count(), spend=paid.amount.sum()
        )
        for row in sight.lake.engine.collect(by_month).to_pylist():
            day = date(row["year"], row["month"], 1)
            if day in orders:
                orders[day] += row["orders"]
                spend[day] += int(row["spend"])
    return [Month(day, orders[day], spend[day]) for day in days] if known else []


def _days(last: date, months: int) -> list[date]:
    """The first days of the latest ``months`` months, rising."""
    days = [last.replace(day=1)]
    while len(days) < months:
        days.append((days[-1] - timedelta(days=1)).replace(day=1))
    return days[::-1]
