"""The table of first steps: when each customer first bought, and what they did after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from keepwell.fields.passes import CUSTOMER

if TYPE_CHECKING:
    import ibis.expr.types as ir

FIRST_STEPS = "first_steps"
"""Table of a snapshot: one row per customer with a counted order.

``customer_id``; ``first_on``, the local day of the first; ``again_days`` from it to the next counted order;
``touched_days`` from it to the first interaction after it; ``bought_days`` from that interaction to the first counted
order after that. Steps follow one another by instant, days between them are local midnights; a step that was
not taken is missing. ``bought_bits`` and ``touched_bits``: bit *n* is set when the customer bought, or interacted
otherwise, on the *n*-th day after ``first_on``, for *n* from 1 to 30.
"""

DAYS_MAX = 30
"""The last day after the first purchase that has a bit."""


def first_steps(orders: ir.Table, interactions: ir.Table) -> ir.Table:
    """The rows of :data:`FIRST_STEPS` with CUSTOMER in the place of ``customer_id``, from events."""
    purchases = orders.filter(orders.counted)
    first = purchases.group_by(CUSTOMER).aggregate(first_at=purchases.at.min(), first_on=purchases.day.min())
    again = _after(purchases, first, since=first.first_at, bits="bought_bits")
    touched = _after(interactions, first, since=first.first_at, bits="touched_bits")
    began = touched.select(CUSTOMER, "at", first_on="on")
    bought = _after(purchases, began, since=began.at)
    steps = first
    for name, step in {"again": again, "touched": touched, "bought": bought}.items():
        columns = {
            f"{name}_on": step.on,
            **{bits: step[bits] for bits in step.columns if bits.endswith("bits")},
        }
        steps = steps.left_join(step.select(CUSTOMER, **columns), CUSTOMER).drop(f"{CUSTOMER}_right")
    return steps.select(
        CUSTOMER,
        "first_on",
        again_days=steps.again_on.delta(steps.first_on, unit="day"),
        touched_days=steps.touched_on.delta(steps.first_on, unit="day"),
        bought_days=steps.bought_on.delta(steps.touched_on, unit="day"),
        bought_bits=steps.bought_bits.fill_null(0),
        touched_bits=steps.touched_bits.fill_null(0),
    )


def _after(
    events: ir.Table, begun: ir.Table, *, since: ir.TimestampColumn, bits: str | None = None
) -> ir.Table:
    """The first event after ``since`` of each customer: ``at`` and ``on``, and the ``bits`` of all days after."""
    later = events.join(begun, [CUSTOMER, events.at > since])
    columns = {"at": later.at.min(), "on": later.day.min()}
    if bits:
        days = later.day.delta(later.first_on, unit="day")
        has_bit = days.between(1, DAYS_MAX)
        # Where there is no bit, shift by what fits all the same: engines compute it before they choose.
        bit = ibis.literal(1, "int64") << ibis.ifelse(has_bit, days, 0)
        columns[bits] = bit.bit_or(where=has_bit)
    return later.group_by(CUSTOMER).aggregate(**columns)
