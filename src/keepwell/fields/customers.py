"""All fields of all customers as of an instant: the passes over the facts, joined, and what is derived from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.kinds import DerivedField, Measure, Rhythm
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.fields.facts import facts
from keepwell.fields.measures import COUNTED, measure_pass
from keepwell.fields.passes import CUSTOMER, Needs
from keepwell.fields.rhythm import rhythm_pass
from keepwell.lake.lake import ARROW_TYPES, ReadableLake
from keepwell.lake.manifest import Manifest
from keepwell.language.to_ibis import to_ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

Progress = Callable[[str], None]


def customer_fields(
    plan: Plan, lake: ReadableLake, manifest: Manifest, as_of: AsOf, *, progress: Progress = lambda _: None
) -> ir.Table:
    """One row per customer: ``customer_id`` and every field of the plan, in the order of its customer record."""
    engine = lake.engine
    customers = lake.customers(manifest).select("customer_id").distinct()
    customers = engine.stage(customers.mutate(**{CUSTOMER: ibis.row_number()}))
    parties = engine.stage(lake.customers(manifest).inner_join(customers, "customer_id"))
    for kind, needs in _needs_by_kind(plan, as_of).items():
        progress(f"facts of kind {kind}")
        of_kind = engine.stage(needs.facts(facts(plan, lake, manifest, kind, parties)))
        if needs.measures:
            progress(f"measures of {kind}")
            counted = [measure.name for measure in needs.measures if measure.aggregate in COUNTED]
            customers = _joined(lake, customers, measure_pass(needs, of_kind), zero_without_facts=counted)
        for rhythm in needs.rhythms:
            progress(f"rhythm {rhythm.name}")
            customers = _joined(lake, customers, rhythm_pass(needs, of_kind, rhythm))
        engine.drop(of_kind.get_name())
    progress("derived fields")
    return _derived(plan, engine.stage(_complete(plan, customers)), as_of)


def _needs_by_kind(plan: Plan, as_of: AsOf) -> dict[str, Needs]:
    measures: dict[str, list[Measure]] = defaultdict(list)
    rhythms: dict[str, list[Rhythm]] = defaultdict(list)
    for measure in plan.measures.values():
        measures[measure.of].append(measure)
    for rhythm in plan.rhythms.values():
        rhythms[rhythm.of].append(rhythm)
    kinds = sorted(measures.keys() | rhythms.keys())
    return {kind: Needs(plan, measures[kind], rhythms[kind], as_of) for kind in kinds}


def _joined(
    lake: ReadableLake, customers: ir.Table, columns: ir.Table, *, zero_without_facts: Sequence[str] = ()
) -> ir.Table:
    joined = customers.left_join(lake.engine.stage(columns), CUSTOMER)
    # Not by filling what is missing: a sum that does not fit is missing too, and must not become 0.
    absent = joined[f"{CUSTOMER}_right"].isnull()
    zeros = {name: ibis.ifelse(absent, 0, joined[name]) for name in zero_without_facts}
    return (joined.mutate(**zeros) if zeros else joined).drop(f"{CUSTOMER}_right")


def _complete(plan: Plan, customers: ir.Table) -> ir.Table:
    """The measures and rhythms of the customer record, in its order; those that no source feeds are missing."""
    columns: dict[str, ir.Value] = {}
    for name, field in plan.customer_record().fields.items():
        if name in plan.fields:
            continue
        if name in customers.columns:
            columns[name] = customers[name]
        else:
            columns[name] = ibis.null(ibis.dtype(ARROW_TYPES[field.type.value]))
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
