"""What is derived from measures and rhythms: fields, each of one customer, and rankings, of all of them together.

Fields between two rankings are columns of one expression; rankings that wait for no other ranking are computed in one
pass. So a chain of any length costs as many passes as rankings stand behind one another in it.
"""

from __future__ import annotations

from collections import defaultdict
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
    for fields, rankings in _layers(plan):
        for name in fields:
            customers = customers.mutate(**{name: _value(plan, plan.fields[name], customers, as_of)})
        if rankings:
            ranked = ranking_pass(plan, customers, [plan.rankings[name] for name in rankings], as_of)
            joined = customers.left_join(engine.stage(ranked), CUSTOMER)
            customers = joined.drop(f"{CUSTOMER}_right")
    return customers.select(*plan.customer_record().fields)


def _layers(plan: Plan) -> list[tuple[list[str], list[str]]]:
    """Fields, then the rankings that need no more than those and what came before; again and again."""
    depths: dict[str, int] = {}
    layers: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for name in plan.field_order:
        used = plan.depends_on(name, "field" if name in plan.fields else "ranking")
        depth = max((depths.get(each, 0) for each in used), default=0)
        fields, rankings = layers[depth]
        if name in plan.fields:
            fields.append(name)
            depths[name] = depth
        else:
            rankings.append(name)
            depths[name] = depth + 1
    return [layers[depth] for depth in sorted(layers)]


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
