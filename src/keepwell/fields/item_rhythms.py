"""Rhythms of customers and items: how often a customer buys of each category, and what of it is due.

A row for each customer and item they have a rhythm of: bought on ``least_days`` days or more. From these rows follow
the fields of the customer: how many items have a live rhythm, how many are overdue, and which is due first. A rhythm
is live until the silence is as long as its ``return_after``; then the customer has given the item up.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from keepwell.catalog.kinds import RHYTHM_FIELDS, Rhythm
from keepwell.catalog.plan import Plan
from keepwell.fields.passes import CUSTOMER, Needs
from keepwell.fields.rhythm import counted_days, expected
from keepwell.lake.engine import Engine
from keepwell.lake.functions import value_at_first
from keepwell.lake.lake import ARROW_TYPES

if TYPE_CHECKING:
    import ibis.expr.types as ir

ITEM = "item"
KEPT = ("days", "gap_days", "last_on", "since_days", "expected_on", "overdue_days", "overdue_ratio")
"""Suffixes of RHYTHM_FIELDS that the rows have."""
COUNTED_ITEMS = ("items", "overdue_items")
"""Suffixes of ITEM_FIELDS that are 0, not missing, for a customer without items."""


def by_item(plan: Plan) -> list[Rhythm]:
    """The rhythms at work that go by a column."""
    return [rhythm for rhythm in plan.rhythms.values() if rhythm.by]


def item_rhythm_pass(needs: Needs, facts: ir.Table, rhythm: Rhythm) -> ir.Table:
    """CUSTOMER, ``rhythm`` (its name), ``item`` and KEPT: a row for each item that a customer has a rhythm of.

    ``facts`` are of :meth:`Needs.facts`.
    """
    days = counted_days(needs, facts, rhythm).rename({ITEM: rhythm.by})
    days = days.filter(days[ITEM].notnull()).distinct()
    seen = days.group_by(CUSTOMER, ITEM).aggregate(
        days=days.count(), first_on=days.day.min(), last_on=days.day.max()
    )
    told = expected(seen.filter(seen.days >= rhythm.least_days), needs.as_of)
    return told.select(CUSTOMER, ITEM, *KEPT, rhythm=ibis.literal(rhythm.name))


def item_fields(items: ir.Table, rhythm: Rhythm) -> ir.Table:
    """CUSTOMER and the fields of :data:`keepwell.catalog.kinds.ITEM_FIELDS`, of customers with live items.

    ``items`` are the rhythm's, of :func:`item_rhythm_pass`.
    """
    live = items.filter(items.since_days < rhythm.return_after)
    fields = {
        "items": live.count(),
        "overdue_items": live.count(where=live.overdue_days > 0),
        "due_item": value_at_first(live[ITEM], live.expected_on, live[ITEM]),
        "due_on": live.expected_on.min(),
    }
    return live.group_by(CUSTOMER).aggregate(
        **{f"{rhythm.name}_{suffix}": value for suffix, value in fields.items()}
    )


def item_rows(engine: Engine, passes: Sequence[ir.Table], customers: ir.Table) -> ir.Table:
    """``customer_id``, ``rhythm``, ``item`` and KEPT, staged: the rows of all passes. ``customers`` have CUSTOMER."""
    if not passes:
        types = {suffix: ARROW_TYPES[RHYTHM_FIELDS[suffix].type.value] for suffix in KEPT}
        texts = dict.fromkeys(("customer_id", "rhythm", ITEM), pa.string())
        return engine.table(pa.schema(texts | types).empty_table())
    rows = reduce(lambda one, other: one.union(other), passes).inner_join(customers, CUSTOMER)
    return engine.stage(rows.select("customer_id", "rhythm", ITEM, *KEPT))
