"""How often, how lately, for how long and for how much each customer bought: what models of buying are fitted to.

The definitions are those of Fader, Hardie & Lee, "Counting Your Customers" the Easy Way (Marketing Science 24(2),
2005), in days, as ``lifetimes.utils.summary_data_from_transaction_data`` gives them: whatever is bought on one day is
one purchase, the first purchase is no repeat, and its amount does not count.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis

from keepwell.lake.functions import checked_sum, exact_sum, settled_sum, value_at_first

if TYPE_CHECKING:
    import ibis.expr.types as ir


def purchase_summary(purchases: ir.Table, customer: str, last_day: date) -> ir.Table:
    """One row per value of the column ``customer``: it, and five figures.

    ``frequency``: days with a purchase after the first one;
    ``recency_days``: from the first such day to the last;
    ``age_days``: from the first to ``last_day``, called T;
    ``repeat_spend``: what was paid after the first day, in minor units, missing where it does not fit;
    ``monetary``: that by ``frequency``, in minor units; 0 for who bought on one day only.

    ``purchases`` have ``occurred_on`` and ``amount`` beside ``customer``; those after ``last_day``, or without a day,
    are left out.
    """
    end = ibis.date(last_day.isoformat())
    known = purchases.filter(purchases.occurred_on <= end)
    days = known.group_by(customer, "occurred_on").aggregate(
        paid=settled_sum(exact_sum(known.amount).coalesce(0), known.amount.type())
    )
    seen = days.group_by(customer).aggregate(
        frequency=days.count() - 1,
        first_on=days.occurred_on.min(),
        last_on=days.occurred_on.max(),
        all_fit=days.paid.count() == days.count(),
        paid=checked_sum(days.paid),
        paid_first=value_at_first(days.paid, days.occurred_on, None),
    )
    repeat_spend = seen.all_fit.ifelse(seen.paid - seen.paid_first, ibis.null("int64"))
    return seen.select(
        customer,
        "frequency",
        recency_days=seen.last_on.delta(seen.first_on, unit="day"),
        age_days=end.delta(seen.first_on, unit="day"),
        repeat_spend=repeat_spend,
        monetary=ibis.ifelse(seen.frequency > 0, repeat_spend / seen.frequency, 0.0),
    )
