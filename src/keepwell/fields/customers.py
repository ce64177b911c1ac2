"""All fields of all customers as of an instant: the passes over the facts, joined, and what is derived from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.kinds import Measure, Rhythm
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.fields.derived import derived
from keepwell.fields.facts import facts
from keepwell.fields.item_rhythms import COUNTED_ITEMS, by_item, item_fields, item_rhythm_pass, item_rows
from keepwell.fields.items import item_passes
from keepwell.fields.measures import measure_pass
from keepwell.fields.passes import CUSTOMER, Needs, numbered_customers
from keepwell.fields.rhythm import rhythm_pass
from keepwell.fields.tags import tag_pass
from keepwell.lake.lake import ARROW_TYPES, ReadableLake
from keepwell.lake.manifest import Manifest

if TYPE_CHECKING:
    import ibis.expr.types as ir

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Computed:
    """What is known of all customers.

    ``customers``: one row for each, ``customer_id`` and every field of the plan in the order of its customer record;
    ``items``: their rhythms by item, see :func:`keepwell.fields.item_rhythms.item_rows`.
    """

    customers: ir.Table
    items: ir.Table


def customer_fields(
    plan: Plan,
    lake: ReadableLake,
    manifest: Manifest,
    as_of: AsOf,
    *,
    progress: Progress = lambda _: None,
) -> Computed:
    """Everything about every customer as of an instant."""
    engine = lake.engine
    customers, parties = numbered_customers(lake, manifest)
    made: list[ir.Table] = []
    of_items: list[ir.Table] = []
    for kind, needs in _needs_by_kind(plan, as_of).items():
        progress(f"facts of kind {kind}")
        of_kind = engine.stage(needs.facts(facts(plan, lake, manifest, kind, parties)))
        progress(f"measures of {kind}")
        measured = measure_pass(engine, needs, of_kind, customers)
        made += [measured] if measured is not None else []
        made += item_passes(engine, needs, of_kind)
        for rhythm in needs.rhythms:
            progress(f"rhythm {rhythm.name}")
            if rhythm.by:
                of_items.append(engine.stage(item_rhythm_pass(needs, of_kind, rhythm)))
                made.append(engine.stage(item_fields(of_items[-1], rhythm)))
            else:
                made.append(engine.stage(rhythm_pass(needs, of_kind, rhythm)))
        engine.drop(of_kind.get_name())
    if plan.tags and manifest.tags:
        progress("tags")
        made.append(engine.stage(tag_pass(plan, lake, manifest, as_of, parties)))
    progress("derived fields")
    complete = engine.stage(_complete(plan, reduce(_beside, made, customers)))
    items = item_rows(engine, of_items, customers)
    engine.drop(*(table.get_name() for table in (*made, *of_items, parties, customers)))
    return Computed(derived(plan, engine, complete, as_of), items)


def _needs_by_kind(plan: Plan, as_of: AsOf) -> dict[str, Needs]:
    measures: dict[str, list[Measure]] = defaultdict(list)
    rhythms: dict[str, list[Rhythm]] = defaultdict(list)
    for measure in plan.measures.values():
        measures[measure.of].append(measure)
    for rhythm in plan.rhythms.values():
        rhythms[rhythm.of].append(rhythm)
    kinds = sorted(measures.keys() | rhythms.keys())
    return {kind: Needs(plan, measures[kind], rhythms[kind], as_of) for kind in kinds}


def _beside(customers: ir.Table, columns: ir.Table) -> ir.Table:
    """Customers with the columns of one pass more; missing where it knows nothing of them."""
    return customers.left_join(columns, CUSTOMER).drop(f"{CUSTOMER}_right")


def _complete(plan: Plan, customers: ir.Table) -> ir.Table:
    """CUSTOMER, then measures, rhythms and tags in the record's order; those that no source feeds are missing."""
    counted = {name for name, measure in plan.measures.items() if measure.aggregate == "distinct"}
    counted |= {f"{rhythm.name}_{suffix}" for rhythm in by_item(plan) for suffix in COUNTED_ITEMS}
    columns: dict[str, ir.Value] = {CUSTOMER: customers[CUSTOMER]}
    for name, field in plan.customer_record().fields.items():
        if name in plan.fields or name in plan.rankings:
            continue
        if name not in customers.columns:
            columns[name] = ibis.null(ibis.dtype(ARROW_TYPES[field.type.value]))
        elif name in counted:
            columns[name] = ibis.coalesce(customers[name], 0)
        else:
            columns[name] = customers[name]
    return customers.select(**columns)
