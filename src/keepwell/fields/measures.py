"""Measures: all of one kind of fact in one pass, whatever their number and windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.kinds import Measure, Window
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.lake.functions import checked_sum, value_at_first, value_at_last
from keepwell.language.to_ibis import to_ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

COUNTED = ("count", "sum", "distinct")
"""Aggregates that are 0, not missing, for a customer without facts."""


def measure_pass(plan: Plan, facts: ir.Table, measures: Sequence[Measure], as_of: AsOf) -> ir.Table:
    """``customer_id`` and one column per measure, for the customers that have facts up to ``as_of``."""
    known = facts.filter(facts.occurred_at <= _naive(as_of))
    columns = {measure.name: _aggregate(plan, known, measure, as_of) for measure in measures}
    return known.group_by("customer_id").aggregate(**columns)


def in_window(facts: ir.Table, window: Window, as_of: AsOf) -> ir.BooleanValue | None:
    """Whether a fact lies in a window; None for all of a lifetime."""
    if window.days is None:
        return None
    start = as_of.window_start(window.days, windows_back=window.windows_back)
    inside: ir.BooleanValue = facts.occurred_at >= ibis.timestamp(start.replace(tzinfo=None))
    if window.windows_back:
        end = as_of.window_start(window.days, windows_back=window.windows_back - 1)
        inside &= facts.occurred_at < ibis.timestamp(end.replace(tzinfo=None))
    return inside


def _aggregate(plan: Plan, facts: ir.Table, measure: Measure, as_of: AsOf) -> ir.Value:
    conditions = [in_window(facts, measure.window, as_of)]
    if "where" in (checked := plan.checked(measure.name, "measure")):
        conditions.append(to_ibis(checked["where"], facts, as_of))
    where = _all(conditions)
    if measure.count:
        return facts.count(where=where)
    column = facts[str(measure.column)]
    match measure.aggregate:
        case "sum":
            return checked_sum(column, where)
        case "distinct":
            return column.nunique(where=where)
        case "min":
            return column.min(where=where)
        case "max":
            return column.max(where=where)
        case "first":
            return value_at_first(column, facts.occurred_at, facts.key, where)
        case _:
            return value_at_last(column, facts.occurred_at, facts.key, where)


def _all(conditions: Sequence[ir.BooleanValue | None]) -> ir.BooleanValue | None:
    found = [condition for condition in conditions if condition is not None]
    return None if not found else found[0] if len(found) == 1 else found[0] & found[1]


def _naive(as_of: AsOf) -> ir.TimestampScalar:
    return ibis.timestamp(as_of.instant.replace(tzinfo=None))
