"""The table of activity: what each customer did in each month of the plan's zone in which they were heard of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from keepwell.fields.passes import CUSTOMER
from keepwell.lake.functions import checked_sum

if TYPE_CHECKING:
    import ibis.expr.types as ir

ACTIVITY = "activity"
"""Table of a snapshot: one row per customer and month with an order, a return or an interaction.

``customer_id``; ``month`` (its first day); ``orders`` that count and their worth, ``sales``; ``spend``, which is
sales less what was given back; ``last_on``, the last day heard of in that month; ``first_month``, the month of the
customer's first counted order, missing before there is one; ``next_month``, the next month with a row, missing in
the last one. Amounts are minor units of the plan's currency.
"""


def activity(orders: ir.Table, interactions: ir.Table) -> ir.Table:
    """The rows of :data:`ACTIVITY` with CUSTOMER in the place of ``customer_id``, from events.

    A purchase that counts for nothing (cancelled, or given back) and an interaction are heard of, no more.
    """
    events = orders.union(interactions)
    # Not by truncating: that makes a moment of a day on DuckDB.
    events = events.mutate(month=ibis.date(events.day.year(), events.day.month(), 1))
    given_back = events.amount < 0
    by_month = events.group_by(CUSTOMER, "month").aggregate(
        orders=events.count(where=events.counted),
        sales=_total(events.amount, events.counted),
        spend=_total(events.amount, events.counted | given_back),
        last_on=events.day.max(),
    )
    of_one = ibis.window(group_by=by_month[CUSTOMER])
    in_order = ibis.window(group_by=by_month[CUSTOMER], order_by=by_month.month)
    bought_in = ibis.ifelse(by_month.orders > 0, by_month.month, None)  # Spark filters no window
    return by_month.mutate(
        first_month=bought_in.min().over(of_one),
        next_month=by_month.month.lead().over(in_order),
    )


def _total(amount: ir.IntegerValue, where: ir.BooleanValue) -> ir.Value:
    """Of nothing 0; missing where it does not fit into 64 bits."""
    return ibis.ifelse(amount.count(where=where) > 0, checked_sum(amount, where), 0)
