"""Each customer's own rhythm: on how many days they came, how far apart, and how far overdue they are now.

The typical gap is the mean of the gaps between consecutive days with a fact, that is (last - first) / (days - 1).
Silence is measured in typical gaps: the customer's own "hiatus" (Wübben & v. Wangenheim, Instant Customer Base
Analysis, Journal of Marketing 72(3), 2008, judge activity by a hiatus common to all; here each has their own).
If gaps were exponential, silence beyond two gaps would have a chance of e^-2 = 14 %, beyond three of 5 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.kinds import RHYTHM_FIELDS, Rhythm
from keepwell.core.clock import AsOf
from keepwell.fields.passes import CUSTOMER, Needs
from keepwell.lake.functions import checked_sum

if TYPE_CHECKING:
    import ibis.expr.types as ir


GAPS_TO_VARY = 2
"""Gaps below which nothing can be said of how even they are."""


def rhythm_pass(needs: Needs, facts: ir.Table, rhythm: Rhythm) -> ir.Table:
    """CUSTOMER and the fields of :data:`keepwell.catalog.kinds.RHYTHM_FIELDS`, one row per customer."""
    known = counted_days(needs, facts, rhythm)
    window = ibis.window(group_by=known[CUSTOMER], order_by=known.day)
    # Facts of one day are 0 days apart, so that no pass is needed to bring them down to one.
    gaps = known.mutate(gap=known.day.delta(known.day.lag().over(window), unit="day"))
    seen = gaps.group_by(CUSTOMER).aggregate(
        days=gaps.count(where=gaps.gap.isnull() | (gaps.gap > 0)),
        first_on=gaps.day.min(),
        last_on=gaps.day.max(),
        returned_on=gaps.day.max(where=gaps.gap >= rhythm.return_after),
        longest_gap_days=gaps.gap.max(where=gaps.gap > 0),
        squares=checked_sum(gaps.gap.cast("int64") * gaps.gap.cast("int64")),
    )
    # Of whole days, so that nothing is rounded before the root: n * sum of squares - square of the sum.
    span = seen.last_on.delta(seen.first_on, unit="day")
    spread = (seen.days - 1) * seen.squares - span * span
    variation = ibis.ifelse(seen.days > GAPS_TO_VARY, spread.cast("float64").sqrt() / span, None)
    told = expected(seen.mutate(gap_variation=variation), needs.as_of)
    return told.select(CUSTOMER, **{f"{rhythm.name}_{suffix}": told[suffix] for suffix in RHYTHM_FIELDS})


def counted_days(needs: Needs, facts: ir.Table, rhythm: Rhythm) -> ir.Table:
    """CUSTOMER, ``day`` and the column the rhythm goes by, of the facts that count in it."""
    where = needs.where(rhythm)
    known = facts if where is None else facts.filter(facts[where])
    by = [rhythm.by] if rhythm.by else []
    return known.filter(known.occurred_on.notnull()).select(CUSTOMER, *by, day="occurred_on")


def expected(seen: ir.Table, as_of: AsOf) -> ir.Table:
    """What follows from ``days``, ``first_on`` and ``last_on``: the typical gap, the silence, and the day expected."""
    today = ibis.date(as_of.day.isoformat())
    span = seen.last_on.delta(seen.first_on, unit="day")
    seen = seen.mutate(
        gap_days=ibis.ifelse(seen.days > 1, span.cast("float64") / (seen.days - 1), None),
        since_days=today.delta(seen.last_on, unit="day"),
    )
    expected_in = (seen.gap_days + 0.5).floor().cast("int64")
    seen = seen.mutate(expected_on=(seen.last_on.cast("timestamp") + expected_in.as_interval("D")).date())
    overdue = today.delta(seen.expected_on, unit="day")
    return seen.mutate(
        overdue_days=ibis.ifelse(overdue > 0, overdue, ibis.ifelse(overdue.notnull(), 0, None)),
        overdue_ratio=seen.since_days / seen.gap_days,
    )
