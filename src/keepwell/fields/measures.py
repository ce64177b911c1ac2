"""Measures: all of one kind of fact in one pass, whatever their number and windows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.kinds import Measure, Window
from keepwell.core.clock import AsOf
from keepwell.fields.passes import CUSTOMER, Needs
from keepwell.lake.functions import checked_sum, value_at_first, value_at_last

if TYPE_CHECKING:
    import ibis.expr.types as ir

COUNTED = ("count", "sum", "distinct")
"""Aggregates that are 0, not missing, for a customer without facts."""


def measure_pass(needs: Needs, facts: ir.Table) -> ir.Table:
    """CUSTOMER and one column per measure, for the customers that ``facts``, of :meth:`Needs.facts`, tell of."""
    columns = {measure.name: _aggregate(needs, facts, measure) for measure in needs.measures}
    return facts.group_by(CUSTOMER).aggregate(**columns)


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


def _aggregate(needs: Needs, facts: ir.Table, measure: Measure) -> ir.Value:
    conditions = [in_window(facts, measure.window, needs.as_of), needs.where(facts, measure)]
    if measure.count:
        return facts.count(where=_all(conditions))
    column = facts[str(measure.column)]
    match measure.aggregate:
        case "sum":
            # Of nothing 0; missing where it does not fit.
            some = column.count(where=_all(conditions)) > 0
            return ibis.ifelse(some, checked_sum(column, _all(conditions)), 0)
        case "distinct":
            return column.nunique(where=_all(conditions))
        case "min":
            return column.min(where=_all(conditions))
        case "max":
            return column.max(where=_all(conditions))
    # The first or last that there is: engines differ in what they make of a missing value there.
    where = _all([*conditions, column.notnull()])
    value_at = value_at_first if measure.aggregate == "first" else value_at_last
    return value_at(column, facts.occurred_at, facts.key, where)


def _all(conditions: Sequence[ir.BooleanValue | None]) -> ir.BooleanValue | None:
    found = [condition for condition in conditions if condition is not None]
    return reduce(and_, found) if found else None
