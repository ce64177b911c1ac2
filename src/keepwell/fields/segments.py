"""Who is in which segment: every segment of the plan over every customer, and what changed since another time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.lake.engine import Engine
from keepwell.lake.functions import checked_sum
from keepwell.lake.lake import schema_of
from keepwell.language.to_ibis import to_ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

MEMBER_SCHEMA = schema_of({"segment": "text", "customer_id": "text"})

CHANGE_SCHEMA = schema_of(
    {
        "segment": "text",
        "customer_id": "text",
        "change": "text",
        "cause": "text",
        "as_of": "moment",
        "run_id": "text",
    }
)
"""One customer who was found to have entered (``entry``) or left (``exit``) a segment at the ``as_of`` of a run."""

MOVED, BEGAN, ENDED, REDEFINED, GONE = "moved", "began", "ended", "redefined", "gone"
"""Causes of a change: the customer moved; the segment is new, or no more; its definition changed; the customer is
no longer known by this id."""

SIZE_SCHEMA = schema_of(
    {
        "segment": "text",
        "as_of": "moment",
        "run_id": "text",
        "definition": "text",
        "size": "whole",
        "worth": "money",
    }
)
"""How many a segment held as of a run, and what was at stake; missing where it says no ``worth``."""


def membership(plan: Plan, engine: Engine, customers: ir.Table, as_of: AsOf) -> ir.Table:
    """``segment`` and ``customer_id``, one row for each segment a customer is in."""
    parts = [
        customers.filter(to_ibis(plan.checked(name, "segment")["where"], customers, as_of)).select(
            segment=ibis.literal(name), customer_id="customer_id"
        )
        for name in plan.segments
    ]
    if not parts:
        return engine.table(MEMBER_SCHEMA.empty_table())
    return reduce(lambda one, other: one.union(other), parts)


def sizes(plan: Plan, customers: ir.Table, as_of: AsOf) -> ir.Table:
    """One row: for each segment NAME ``NAME size``, and ``NAME worth`` where the segment says what is at stake."""
    figures: dict[str, ir.Value] = {}
    for name, segment in plan.segments.items():
        is_in = to_ibis(plan.checked(name, "segment")["where"], customers, as_of)
        figures[f"{name} size"] = customers.count(where=is_in)
        if segment.worth:
            figures[f"{name} worth"] = checked_sum(customers[segment.worth], is_in)
    return customers.aggregate(**figures)


def changes(
    before: ir.Table, after: ir.Table, customers: ir.Table, causes: Mapping[str, str]
) -> tuple[ir.Table, ir.Table]:
    """Those who entered and those who left between two memberships, each with ``change`` and ``cause``.

    ``causes`` has the cause of each segment's changes where it is not that customers moved.
    """
    keys = MEMBER_SCHEMA.names
    entered = after.anti_join(before, keys)
    left = before.anti_join(after, keys)
    known = customers.select("customer_id").mutate(known=True)
    left = left.left_join(known, "customer_id").select(*keys, "known")
    of_entry, of_exit = _cause(entered.segment, causes), _cause(left.segment, causes)
    return (
        entered.select(*keys, change=ibis.literal("entry"), cause=of_entry),
        left.select(
            *keys, change=ibis.literal("exit"), cause=ibis.ifelse(left.known.isnull(), GONE, of_exit)
        ),
    )


def _cause(segment: ir.StringValue, causes: Mapping[str, str]) -> ir.StringValue:
    branches = [(segment == name, cause) for name, cause in causes.items()]
    cause: ir.StringValue = ibis.cases(*branches, else_=MOVED) if branches else ibis.literal(MOVED)
    return cause
