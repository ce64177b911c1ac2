"""What is derived from measures and rhythms: fields, each of one customer, and rankings, of all of them together.

Whatever can be is computed at once. Rankings cost one pass for as many as stand behind one another, whatever their
number; fields cost none, they are columns of the expression that the next pass reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.kinds import DerivedField
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.fields.passes import CUSTOMER
from keepwell.fields.ranking import ranking_pass
from keepwell.lake.engine import Engine
from keepwell.language.to_ibis import to_ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir


def derived(plan: Plan, engine: Engine, customers: ir.Table, as_of: AsOf) -> ir.Table:
    """Every field of the customer record, in its order.

    ``customers`` is staged, one row per customer: CUSTOMER and every field that is not derived.
    """
    for names in _steps(plan):
        if names[0] in plan.fields:
            values = {name: value_of(plan, plan.fields[name], customers, as_of) for name in names}
            customers = customers.mutate(**values)
        else:
            ranked = ranking_pass(plan, customers, [plan.rankings[name] for name in names], as_of)
            joined = customers.left_join(engine.stage(ranked), CUSTOMER)
            customers = joined.drop(f"{CUSTOMER}_right")
    return customers.select(*plan.customer_record().fields)


def _steps(plan: Plan) -> list[list[str]]:
    """All that is derived, in steps: fields, or rankings, that need no more than what the steps before gave."""
    uses = {name: plan.depends_on(name) for name in plan.field_order}
    steps = []
    while uses:
        ready = [name for name, used in uses.items() if not used & uses.keys()]
        steps.append([name for name in ready if name in plan.fields] or ready)
        for name in steps[-1]:
            del uses[name]
    return steps


def value_of(plan: Plan, field: DerivedField, customers: ir.Table, as_of: AsOf) -> ir.Value:
    """A derived field over customers who have all that it uses."""
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
