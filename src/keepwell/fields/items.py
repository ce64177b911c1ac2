"""Measures of the different values there are: how many, which one most often, and its share.

One pass for each column of items, whatever the number of measures and windows: facts are brought down to one row per
customer and item first. A window has an item when the item's latest fact before the window's end lies in it, so that
one band for each *end* of a window answers all windows with that end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

from keepwell.catalog.kinds import Measure
from keepwell.fields.passes import BAND, CUSTOMER, Needs
from keepwell.lake.engine import Engine
from keepwell.lake.functions import checked_sum, value_at_first

if TYPE_CHECKING:
    import ibis.expr.types as ir

OF_ITEMS = frozenset({"distinct", "mode", "mode_share"})
"""Aggregates that this pass answers."""

ITEM = "item"

Counted = tuple[str | None, range]
"""A condition's column and a window's bands."""


def item_passes(engine: Engine, needs: Needs, facts: ir.Table) -> list[ir.Table]:
    """For each column of items CUSTOMER and one column per measure, for customers that have any; staged.

    ``facts`` are of :meth:`Needs.facts`.
    """
    of_items: dict[str, list[Measure]] = defaultdict(list)
    for measure in needs.measures:
        if measure.aggregate in OF_ITEMS:
            of_items[str(needs.value(measure))].append(measure)
    return [engine.stage(_item_pass(needs, facts, item, found)) for item, found in of_items.items()]


def _item_pass(needs: Needs, facts: ir.Table, item: str, measures: Sequence[Measure]) -> ir.Table:
    wanted = {each.name: (needs.where(each), needs.bands.span(each.window)) for each in measures}
    ends: dict[tuple[str | None, int], str] = {}
    times: dict[Counted, str] = {}
    for measure in measures:
        where, span = wanted[measure.name]
        if measure.aggregate == "distinct":
            ends.setdefault((where, span.start), f"latest band {len(ends)}")
        else:
            times.setdefault((where, span), f"times {len(times)}")
    known = _known(facts, item, {where for where, _ in wanted.values()})
    grouped = known.group_by(CUSTOMER, **{ITEM: known[item]}).aggregate(
        **{
            name: known[BAND].min(where=_within(known, where, start)) for (where, start), name in ends.items()
        },
        **{
            name: known.count(where=_within(known, where, span.start, span.stop))
            for (where, span), name in times.items()
        },
    )
    columns = {
        each.name: _over_items(grouped, each.aggregate, wanted[each.name], ends, times) for each in measures
    }
    return grouped.group_by(CUSTOMER).aggregate(**columns)


def _known(facts: ir.Table, item: str, conditions: set[str | None]) -> ir.Table:
    """The facts that have the item and count in some measure."""
    known = facts.filter(facts[item].notnull())
    flags = [known[where] for where in sorted(where for where in conditions if where is not None)]
    return known.filter(reduce(or_, flags)) if len(flags) == len(conditions) else known


def _within(
    facts: ir.Table, where: str | None, start: int, stop: int | None = None
) -> ir.BooleanValue | None:
    """Facts that meet a condition, in the bands from ``start`` on, up to ``stop`` where there is one."""
    tests = [] if where is None else [facts[where]]
    tests += [facts[BAND] >= start] if start else []
    tests += [facts[BAND] < stop] if stop is not None else []
    return reduce(and_, tests) if tests else None


def _over_items(
    grouped: ir.Table,
    aggregate: str,
    counted: Counted,
    ends: Mapping[tuple[str | None, int], str],
    times: Mapping[Counted, str],
) -> ir.Value:
    where, span = counted
    if aggregate == "distinct":
        return grouped.count(where=grouped[ends[where, span.start]] < span.stop)
    often = grouped[times[counted]]
    if aggregate == "mode":
        return value_at_first(grouped[ITEM], -often, grouped[ITEM], often > 0)
    return often.max().nullif(0) / checked_sum(often).nullif(0)
