"""All fields of all customers as of an instant: the passes over the facts, joined, and what is derived from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.kinds import Measure, Rhythm
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.fields.derived import derived
from keepwell.fields.facts import facts
from keepwell.fields.item_rhythms import COUNTED_ITEMS, by_item, item_fields, item_rhythms
from keepwell.fields.items import item_passes
from keepwell.fields.measures import measure_pass
from keepwell.fields.passes import CUSTOMER, Needs
from keepwell.fields.rhythm import rhythm_pass
from keepwell.fields.tags import tag_pass
from keepwell.lake.lake import ARROW_TYPES, ReadableLake
from keepwell.lake.manifest import Manifest

if TYPE_CHECKING:
    import ibis.expr.types as ir

Progress = Callable[[str], None]


def customer_fields(
    plan: Plan,
    lake: ReadableLake,
    manifest: Manifest,
    as_of: AsOf,
    *,
    items: ir.Table | None = None,
    progress: Progress = lambda _: None,
) -> ir.Table:
    """One row per customer: ``customer_id`` and every field of the plan, in the order of its customer record.

    ``items`` is what :func:`keepwell.fields.item_rhythms.item_rhythms` gives for the same arguments, where the caller
    has it.
    """
    engine = lake.engine
    customers = lake.customers(manifest).select("customer_id").distinct()
    customers = engine.stage(customers.mutate(**{CUSTOMER: ibis.row_number().cast("int32")}))
    parties = engine.stage(lake.customers(manifest).inner_join(customers, "customer_id"))
    made: list[ir.Table] = []
    for kind, needs in _needs_by_kind(plan, as_of).items():
        progress(f"facts of kind {kind}")
        of_kind = engine.stage(needs.facts(facts(plan, lake, manifest, kind, parties)))
        progress(f"measures of {kind}")
        measured = measure_pass(engine, needs, of_kind, customers)
        made += [measured] if measured is not None else []
        made += item_passes(engine, needs, of_kind)
        for rhythm in needs.rhythms:
            progress(f"rhythm {rhythm.name}")
            made.append(engine.stage(rhythm_pass(needs, of_kind, rhythm)))
        engine.drop(of_kind.get_name())
    if by_item(plan):
        progress("rhythms by item")
        items = item_rhythms(plan, lake, manifest, as_of) if items is None else items
        numbered = items.inner_join(customers, "customer_id")
        made += [engine.stage(item_fields(numbered, rhythm)) for rhythm in by_item(plan)]
    if plan.tags and manifest.tags:
        progress("tags")
        made.append(engine.stage(tag_pass(plan, lake, manifest, as_of, parties)))
    progress("derived fields")
    complete = engine.stage(_complete(plan, reduce(_beside, made, customers)))
    engine.drop(*(table.get_name() for table in (*made, parties, customers)))
    return derived(plan, engine, complete, as_of)


def _needs_by_kind(plan: Plan, as_of: AsOf) -> dict[str, Needs]:
    measures: dict[str, list[Measure]] = defaultdict(list)
    rhythms: dict[str, list[Rhythm]] = defaultdict(list)
    for measure in plan.measures.values():
        measures[measure.of].append(measure)
    for rhythm in [rhythm for rhythm in plan.rhythms.values() if not rhythm.by]:
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
