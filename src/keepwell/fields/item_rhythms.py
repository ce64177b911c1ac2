"""Rhythms of customers and items: how often a customer buys of each category, and what of it is due.

A row for each customer and item they have a rhythm of: bought on ``least_days`` days or more. From these rows follow
the fields of the customer: how many items have a live rhythm, how many are overdue, and which is due first. A rhythm
is live until the silence is as long as its ``return_after``; then the customer has given the item up.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from keepwell.catalog.kinds import RHYTHM_FIELDS, Rhythm
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.fields.facts import facts
from keepwell.fields.passes import CUSTOMER, Needs
from keepwell.fields.rhythm import rhythm_of
from keepwell.lake.functions import value_at_first
from keepwell.lake.lake import ARROW_TYPES, ReadableLake
from keepwell.lake.manifest import Manifest

if TYPE_CHECKING:
    import ibis.expr.types as ir

ITEM = "item"
KEPT = ("days", "gap_days", "last_on", "since_days", "expected_on", "overdue_days", "overdue_ratio")
"""Suffixes of RHYTHM_FIELDS that the rows have."""
COUNTED_ITEMS = ("items", "overdue_items")
"""Suffixes of ITEM_FIELDS that are 0, not missing, for a customer without items."""


def item_rhythms(plan: Plan, lake: ReadableLake, manifest: Manifest, as_of: AsOf) -> ir.Table:
    """``customer_id``, ``rhythm`` (its name), ``item`` and KEPT: a staged row for each rhythm that is known."""
    known = lake.customers(manifest)
    numbered = known.mutate(**{CUSTOMER: ibis.dense_rank().over(order_by=known.customer_id)})
    parties = lake.engine.stage(numbered)
    parts = [
        _items_of(rhythm, Needs(plan, [], [rhythm], as_of), facts(plan, lake, manifest, rhythm.of, parties))
        for rhythm in by_item(plan)
    ]
    if not parts:
        return lake.engine.table(_no_items())
    customers = parties.select(CUSTOMER, "customer_id").distinct()
    rows = reduce(lambda one, other: one.union(other), parts).inner_join(customers, CUSTOMER)
    return lake.engine.stage(rows.select("customer_id", "rhythm", ITEM, *KEPT))


def by_item(plan: Plan) -> list[Rhythm]:
    """The rhythms at work that go by a column."""
    return [rhythm for rhythm in plan.rhythms.values() if rhythm.by]


def _items_of(rhythm: Rhythm, needs: Needs, of_kind: ir.Table) -> ir.Table:
    wanted = needs.facts(of_kind)
    wanted = wanted.filter(wanted[rhythm.by].notnull()).rename({ITEM: rhythm.by})
    found = rhythm_of(needs, wanted, rhythm, (CUSTOMER, ITEM))
    return found.filter(found.days >= rhythm.least_days).select(
        CUSTOMER, ITEM, *KEPT, rhythm=ibis.literal(rhythm.name)
    )


def item_fields(items: ir.Table, rhythm: Rhythm) -> ir.Table:
    """CUSTOMER and the fields of :data:`keepwell.catalog.kinds.ITEM_FIELDS`, of customers with live items."""
    live = items.filter(items.rhythm == rhythm.name, items.since_days < rhythm.return_after)
    fields = {
        "items": live.count(),
        "overdue_items": live.count(where=live.overdue_days > 0),
        "due_item": value_at_first(live[ITEM], live.expected_on, live[ITEM]),
        "due_on": live.expected_on.min(),
    }
    return live.group_by(CUSTOMER).aggregate(
        **{f"{rhythm.name}_{suffix}": value for suffix, value in fields.items()}
    )


def _no_items() -> pa.Table:
    types = {suffix: ARROW_TYPES[RHYTHM_FIELDS[suffix].type.value] for suffix in KEPT}
    texts = dict.fromkeys(("customer_id", "rhythm", ITEM), pa.string())
    return pa.schema(texts | types).empty_table()
