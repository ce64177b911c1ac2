"""Each customer's own rhythm: on how many days they came, how far apart, and how far overdue they are now.

The typical gap is the mean of the gaps between consecutive days with a fact, that is (last - first) / (days - 1).
Silence is measured in typical gaps: the customer's own "hiatus" (Wübben & v. Wangenheim, Instant Customer Base
Analysis, Journal of Marketing 72(3), 2008, judge activity by a hiatus common to all; here each has their own).
If gaps were exponential, silence beyond two gaps would have a chance of e^-2 = 14 %, beyond three of 5 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.kinds import Rhythm
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.language.to_ibis import to_ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir


def rhythm_pass(plan: Plan, facts: ir.Table, rhythm: Rhythm, as_of: AsOf) -> ir.Table:
    """``customer_id`` and the fields of :data:`keepwell.catalog.kinds.RHYTHM_FIELDS`, one row per customer."""
    known = facts.filter(facts.occurred_at <= ibis.timestamp(as_of.instant.replace(tzinfo=None)))
    if "where" in (checked := plan.checked(rhythm.name, "rhythm")):
        known = known.filter(to_ibis(checked["where"], known, as_of))
    days = known.select("customer_id", day="occurred_on").distinct()
    window = ibis.window(group_by=days.customer_id, order_by=days.day)
    gaps = days.mutate(gap=days.day.delta(days.day.lag().over(window), unit="day"))
    per_customer = gaps.group_by("customer_id").aggregate(
        days=gaps.count(),
        first_on=gaps.day.min(),
        last_on=gaps.day.max(),
        returned_on=gaps.day.max(where=gaps.gap >= rhythm.return_after),
    )
    return _fields(per_customer, rhythm.name, as_of)


def _fields(seen: ir.Table, name: str, as_of: AsOf) -> ir.Table:
    today = ibis.date(as_of.day.isoformat())
    span = seen.last_on.delta(seen.first_on, unit="day")
    seen = seen.mutate(
        gap_days=ibis.ifelse(seen.days > 1, span.cast("float64") / (seen.days - 1), None),
        since_days=today.delta(seen.last_on, unit="day"),
    )
    expected_in = (seen.gap_days + 0.5).floor().cast("int64")
    seen = seen.mutate(expected_on=(seen.last_on.cast("timestamp") + expected_in.as_interval("D")).date())
    overdue = today.delta(seen.expected_on, unit="day")
    fields = {
        "days": seen.days,
        "gap_days": seen.gap_days,
        "last_on": seen.last_on,
        "since_days": seen.since_days,
        "expected_on": seen.expected_on,
        "overdue_days": ibis.ifelse(overdue > 0, overdue, ibis.ifelse(overdue.notnull(), 0, None)),
        "overdue_ratio": seen.since_days / seen.gap_days,
        "returned_on": seen.returned_on,
    }
    return seen.select("customer_id", **{f"{name}_{suffix}": value for suffix, value in fields.items()})
