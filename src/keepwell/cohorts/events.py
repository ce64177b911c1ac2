"""What a customer did that cohorts are made of: orders, each with whether it counts, and other interactions.

What counts as a purchase is said by the plan's rhythm ``purchase``; a plan without one has no purchases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.fields.facts import facts
from keepwell.fields.passes import CUSTOMER
from keepwell.lake.lake import ARROW_TYPES, ReadableLake
from keepwell.lake.manifest import Manifest
from keepwell.language.to_ibis import to_ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

PURCHASE = "purchase"
"""The rhythm whose facts and condition say what a purchase is."""

EVENT = pa.schema(
    [
        (CUSTOMER, pa.int32()),
        ("at", ARROW_TYPES["moment"]),
        ("day", ARROW_TYPES["day"]),
        ("counted", ARROW_TYPES["flag"]),
        ("amount", ARROW_TYPES["money"]),
    ]
)
"""One event: when, on which local day, whether it is a purchase, and its amount in minor units."""


def orders(plan: Plan, lake: ReadableLake, manifest: Manifest, parties: ir.Table, as_of: AsOf) -> ir.Table:
    """Orders known at ``as_of`` in the columns of :data:`EVENT`, those that do not count included."""
    rhythm = plan.rhythms.get(PURCHASE)
    if rhythm is None or rhythm.of != "order":
        return lake.engine.table(EVENT.empty_table())
    known = _known(facts(plan, lake, manifest, "order", parties), as_of)
    condition = plan.checked(PURCHASE, "rhythm").get("where")
    counted = ibis.literal(True) if condition is None else to_ibis(condition, known, as_of)  # noqa: FBT003
    return _in_shape(known, counted, known.amount)


def interactions(
    plan: Plan, lake: ReadableLake, manifest: Manifest, parties: ir.Table, as_of: AsOf
) -> ir.Table:
    """Interactions known at ``as_of``, in the columns of :data:`EVENT`; none of them counts as a purchase."""
    if not plan.fact_columns("interaction"):
        return lake.engine.table(EVENT.empty_table())
    known = _known(facts(plan, lake, manifest, "interaction", parties), as_of)
    return _in_shape(known, ibis.literal(False), ibis.null("int64"))  # noqa: FBT003


def _known(all_facts: ir.Table, as_of: AsOf) -> ir.Table:
    return all_facts.filter(all_facts.occurred_at <= ibis.timestamp(as_of.instant.replace(tzinfo=None)))


def _in_shape(known: ir.Table, counted: ir.BooleanValue, amount: ir.Value) -> ir.Table:
    return known.select(
        **{CUSTOMER: known[CUSTOMER]},
        at=known.occurred_at,
        day=known.occurred_on,
        counted=counted,
        amount=amount,
    )
