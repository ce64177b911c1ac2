"""All fields of all customers as of an instant: the passes over the facts, joined, and what is derived from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.kinds import DerivedField, Measure
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.fields.facts import facts
from keepwell.fields.measures import COUNTED, measure_pass
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
    by_kind: dict[str, list[Measure]] = defaultdict(list)
    for measure in plan.measures.values():
        by_kind[measure.of].append(measure)
    customers = lake.customers(manifest).select("customer_id").distinct()
    for kind in sorted(by_kind.keys() | {rhythm.of for rhythm in plan.rhythms.values()}):
        of_kind = lake.engine.stage(facts(plan, lake, manifest, kind))
        if by_kind[kind]:
            progress(f"measures of {kind}")
            customers = _joined(lake, customers, measure_pass(plan, of_kind, by_kind[kind], as_of))
        for rhythm in plan.rhythms.values():
            if rhythm.of == kind:
                progress(f"rhythm {rhythm.name}")
                customers = _joined(lake, customers, rhythm_pass(plan, of_kind, rhythm, as_of))
        lake.engine.drop(of_kind.get_name())
    progress("derived fields")
    return _derived(plan, lake.engine.stage(_complete(plan, customers)), as_of)


def _joined(lake: Lake, customers: ir.Table, columns: ir.Table) -> ir.Table:
    return customers.left_join(lake.engine.stage(columns), "customer_id").drop("customer_id_right")


def _complete(plan: Plan, customers: ir.Table) -> ir.Table:
    """Counts and sums of customers without facts are 0; fields that no source feeds are missing."""
    columns: dict[str, ir.Value] = {}
    for name, field in plan.customer_record().fields.items():
        if name in plan.fields:
            continue
        measure = plan.measures.get(name)
        if name not in customers.columns:
            columns[name] = ibis.null(ibis.dtype(ARROW_TYPES[field.type.value]))
        elif measure is not None and measure.aggregate in COUNTED:
            columns[name] = customers[name].fill_null(0)
        else:
            columns[name] = customers[name]
    return customers.select(**columns)


def _derived(plan: Plan, customers: ir.Table, as_of: AsOf) -> ir.Table:
    for name in plan.field_order:
        customers = customers.mutate(**{name: _value(plan, plan.fields[name], customers, as_of)})
    return customers.select(*plan.customer_record().fields)


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
