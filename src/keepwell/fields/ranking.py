"""Rankings: where each customer stands among all.

The rank is the share of those ranked whose value is lower: (competition rank - 1) / n, from 0 up to just below 1. Equal
values have equal ranks, the lowest of those they would share, so that no tie is broken by chance ("standard competition
ranking"). It is the quotient of two counts, and the same on every engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.kinds import Ranking
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.fields.passes import CUSTOMER
from keepwell.language.to_ibis import to_ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir


def ranking_pass(plan: Plan, customers: ir.Table, rankings: Sequence[Ranking], as_of: AsOf) -> ir.Table:
    """CUSTOMER and one column per ranking; missing where a customer is not ranked."""
    values = customers.select(
        CUSTOMER, **{ranking.name: _value(plan, customers, ranking, as_of) for ranking in rankings}
    )
    return values.select(CUSTOMER, **{ranking.name: _rank(values, ranking) for ranking in rankings})


def _value(plan: Plan, customers: ir.Table, ranking: Ranking, as_of: AsOf) -> ir.Value:
    """What a customer is ranked by; missing for those who are not among the ranked."""
    checked = plan.checked(ranking.name, "ranking")
    value = to_ibis(checked["value"], customers, as_of)
    if ranking.among is None:
        return value
    return to_ibis(checked["among"], customers, as_of).ifelse(value, ibis.null(value.type()))


def _rank(values: ir.Table, ranking: Ranking) -> ir.Value:
    value = values[ranking.name]
    ranked = value.notnull()
    order = value.asc() if ranking.best == "highest" else value.desc()
    lower = ibis.rank().over(group_by=ranked, order_by=order)  # Ibis counts ranks from 0
    count = values.count().over(group_by=ranked)
    share = lower.cast("float64") / count.cast("float64")
    return (ranked & (count >= ranking.at_least)).ifelse(share, ibis.null("float64"))
