"""All fields of all customers as of an instant: the passes over the facts, joined, and what is derived from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.kinds import DerivedField, Measure, Rhythm
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.fields.facts import facts
from keepwell.fields.items import item_passes
from keepwell.fields.measures import measure_pass
from keepwell.fields.passes import CUSTOMER, Needs
from keepwell.fields.rhythm import rhythm_pass
from keepwell.lake.lake import ARROW_TYPES, Lake
from keepwell.lake.manifest import Manifest
from keepwell.language.to_ibis import to_ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

Progress = Callable[[str], None]


def customer_fields(
    plan: Plan, lake: Lake, manifest: Manifest, as_of: AsOf, *, progress: Progress = lambda _: None
) -> ir.Table:
    """One row per customer: ``customer_id`` and every field of the plan, in the order of its customer record."""
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
    progress("derived fields")
    complete = engine.stage(_complete(plan, reduce(_beside, made, customers)))
    engine.drop(*(table.get_name() for table in (*made, parties, customers)))
    return _derived(plan, complete, as_of)


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
    """The measures and rhythms of the customer record, in its order; those that no source feeds are missing."""
    columns: dict[str, ir.Value] = {}
    for name, field in plan.customer_record().fields.items():
        if name in plan.fields:
            continue
        if name not in customers.columns:
            columns[name] = ibis.null(ibis.dtype(ARROW_TYPES[field.type.value]))
        elif name in plan.measures and plan.measures[name].aggregate == "distinct":
            columns[name] = ibis.coalesce(customers[name], 0)
        else:
            columns[name] = customers[name]
    return customers.select(**columns)


def _derived(plan: Plan, customers: ir.Table, as_of: AsOf) -> ir.Table:
    """With the derived fields, those that use no other of the same step together."""
    for step in _steps(plan):
        customers = customers.mutate(
            **{name: _value(plan, plan.fields[name], customers, as_of) for name in step}
        )
    return customers.select(*plan.customer_record().fields)


def _steps(plan: Plan) -> list[list[str]]:
    """The derived fields, each after all that it uses, in as few steps as can be."""
    step_of: dict[str, int] = {}
    for name in plan.field_order:
        step_of[name] = 1 + max((step_of.get(used, 0) for used in plan.depends_on(name, "field")), default=0)
    return [[name for name in step_of if step_of[name] == step] for step in sorted(set(step_of.values()))]


def _value(plan: Plan, field: DerivedField, customers: ir.Table, as_of: AsOf) -> ir.Value:
    checked = plan.checked(field.name, "field")
    if field.value is not None:
        return to_ibis(checked["value"], customers, as_of)
    branches = [
        (to_ibis(checked[f"cases[{number}].when"], customers, as_of), case.value)
        for number, case in enumerate(field.cases)
        if case.when is not None
    ]
    otherwise = next((case.value for case in field.cases if case.when is None), ibis.null("string"))
    return ibis.cases(*branches, else_=otherwise) if branches else ibis.literal(otherwise)
