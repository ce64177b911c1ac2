"""Measures whose windows can be put together from bands: all of a kind in one pass, whatever their number and windows.

Facts are added up once for each customer and band. Then the bands of a customer stand side by side in one row, and each
window is put together from its own: added, or the least, greatest, first or last of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, NamedTuple

import ibis

from keepwell.catalog.kinds import Measure
from keepwell.fields.items import OF_ITEMS
from keepwell.fields.passes import BAND, CUSTOMER, Needs
from keepwell.lake.engine import Engine
from keepwell.lake.functions import exact_sum, settled_sum, value_at_first, value_at_last

if TYPE_CHECKING:
    import ibis.expr.types as ir


CUSTOMERS_AT_ONCE = 250_000
"""So many customers' bands fit into memory, with what each holds of some thirty parts."""


class Part(NamedTuple):
    """What is aggregated in each band: columns of facts by name, as :class:`Needs` names them."""

    aggregate: str
    value: str | None
    where: str | None


@dataclass(frozen=True, slots=True)
class _Need:
    """A measure and what it is put together from; ``seen`` counts the facts of a sum, some of which lack a value."""

    measure: Measure
    part: Part
    seen: Part | None
    span: range


def measure_pass(engine: Engine, needs: Needs, facts: ir.Table, customers: ir.Table) -> ir.Table | None:
    """CUSTOMER and one column per measure, for all ``customers``; None where there is nothing to measure.

    ``facts`` are of :meth:`Needs.facts`; the result is staged.
    """
    wanted = [_need(needs, measure) for measure in needs.measures if measure.aggregate not in OF_ITEMS]
    if not wanted:
        return None
    parts = {part: f"part {number}" for number, part in enumerate(_parts(wanted))}
    made = []
    for first in range(0, max(engine.count(customers), 1), CUSTOMERS_AT_ONCE):
        some_customers, some_facts = (_of_customers(table, first) for table in (customers, facts))
        aggregates = {name: _aggregate(some_facts, part) for part, name in parts.items()}
        banded = engine.stage(some_facts.group_by(CUSTOMER, BAND).aggregate(**aggregates))
        wide = _side_by_side(some_customers, banded, wanted, parts)
        columns = {need.measure.name: _over_window(wide, need, parts, facts) for need in wanted}
        made.append(engine.stage(wide.select(CUSTOMER, **columns)))
        engine.drop(banded.get_name())
    if len(made) == 1:
        return made[0]
    whole = engine.stage(reduce(lambda one, other: one.union(other), made))
    engine.drop(*(table.get_name() for table in made))
    return whole


def _of_customers(table: ir.Table, first: int) -> ir.Table:
    """The rows of CUSTOMERS_AT_ONCE customers from the ``first`` on."""
    return table.filter(table[CUSTOMER].between(first, first + CUSTOMERS_AT_ONCE - 1))


def _need(needs: Needs, measure: Measure) -> _Need:
    where = needs.where(measure)
    seen = Part("count", None, where) if measure.aggregate == "sum" else None
    part = Part(measure.aggregate, needs.value(measure), where)
    return _Need(measure, part, seen, needs.bands.span(measure.window))


def _parts(wanted: Sequence[_Need]) -> Mapping[Part, None]:
    return dict.fromkeys(part for need in wanted for part in (need.part, need.seen) if part is not None)


def _aggregate(facts: ir.Table, part: Part) -> ir.Value:
    where = None if part.where is None else facts[part.where]
    if part.value is None:
        return facts.count(where=where)
    value = facts[part.value]
    match part.aggregate:
        case "sum":
            return exact_sum(value, where)
        case "min":
            return value.min(where=where)
        case "max":
            return value.max(where=where)
    # The first or last that there is: engines differ in what they make of a missing value there.
    there = value.notnull() if where is None else where & value.notnull()
    value_at = value_at_first if part.aggregate == "first" else value_at_last
    return value_at(value, facts.occurred_at, facts.key, there)


def _side_by_side(
    customers: ir.Table, banded: ir.Table, wanted: Sequence[_Need], parts: Mapping[Part, str]
) -> ir.Table:
    """One row per customer, with what each band has of each part that is needed of it."""
    bands = sorted({band for need in wanted for band in need.span})
    wide = customers.select(CUSTOMER)
    for band in bands:
        needed = [part for part in parts if any(band in n.span and part in (n.part, n.seen) for n in wanted)]
        columns = {_in_band(parts[part], band): banded[parts[part]] for part in needed}
        of_band = banded.filter(banded[BAND] == band).select(
            **{_in_band(CUSTOMER, band): CUSTOMER}, **columns
        )
        wide = wide.left_join(of_band, [wide[CUSTOMER] == of_band[_in_band(CUSTOMER, band)]])
    return wide


def _in_band(name: str, band: int) -> str:
    return f"{name} in band {band}"


def _over_window(wide: ir.Table, need: _Need, parts: Mapping[Part, str], facts: ir.Table) -> ir.Value:
    def bands(part: Part) -> list[ir.Value]:
        """What the part is in each band of the window, the newest first; missing where a band has no facts."""
        return [wide[_in_band(parts[part], band)] for band in need.span]

    def total(part: Part) -> ir.Value:
        return reduce(add, (ibis.coalesce(value, 0) for value in bands(part)))

    values = bands(need.part)
    match need.part.aggregate:
        case "count":
            return total(need.part)
        case "sum":
            assert need.seen is not None
            settled = settled_sum(total(need.part), facts[str(need.part.value)].type())
            # Of no facts it is 0; of facts that all lack the value nobody knows it.
            return (ibis.coalesce(*values).notnull() | (total(need.seen) == 0)).ifelse(settled, None)
        case "min":
            return ibis.least(*values)
        case "max":
            return ibis.greatest(*values)
        case "first":
            return ibis.coalesce(*reversed(values))
    return ibis.coalesce(*values)
