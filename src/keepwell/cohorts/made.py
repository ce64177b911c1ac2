"""The tables of a snapshot that questions about cohorts are answered from, made from the facts in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keepwell.catalog.plan import Plan
from keepwell.cohorts.activity import ACTIVITY, activity
from keepwell.cohorts.events import interactions, orders
from keepwell.cohorts.first_steps import FIRST_STEPS, first_steps
from keepwell.core.clock import AsOf
from keepwell.fields.passes import CUSTOMER, numbered_customers
from keepwell.lake.lake import ReadableLake
from keepwell.lake.manifest import Manifest

if TYPE_CHECKING:
    import ibis.expr.types as ir


def cohort_tables(plan: Plan, lake: ReadableLake, manifest: Manifest, as_of: AsOf) -> dict[str, ir.Table]:
    """Name → table, of everything known at ``as_of``; computed, in order of customer."""
    engine = lake.engine
    ids, parties = numbered_customers(lake, manifest)
    bought = engine.stage(orders(plan, lake, manifest, parties, as_of))
    touched = engine.stage(interactions(plan, lake, manifest, parties, as_of))
    months = engine.stage(activity(bought, touched))
    steps = engine.stage(first_steps(bought, touched))
    engine.drop(parties.get_name(), bought.get_name(), touched.get_name())
    return {
        ACTIVITY: _with_ids(months, ids).order_by("customer_id", "month"),
        FIRST_STEPS: _with_ids(steps, ids).order_by("customer_id"),
    }


def _with_ids(rows: ir.Table, ids: ir.Table) -> ir.Table:
    columns = [name for name in rows.columns if name != CUSTOMER]
    return rows.inner_join(ids, CUSTOMER).select("customer_id", *columns)
