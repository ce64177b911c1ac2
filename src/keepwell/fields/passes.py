"""What a kind's measures and rhythms need of its facts, computed once for all of them.

A condition or value that many measures share is one column; customers are numbers while facts are grouped, which costs
half of what their ids do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.kinds import Measure, Rhythm
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.fields.bands import Bands
from keepwell.lake.lake import ReadableLake
from keepwell.lake.manifest import Manifest
from keepwell.language.to_ibis import to_ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from keepwell.language.check import Checked

CUSTOMER = "customer number"
"""Column of facts and of passes. No column of a plan has a space in its name."""

BAND = "band of time"
"""Column of facts: the number of their band, see :class:`keepwell.fields.bands.Bands`."""


def numbered_customers(lake: ReadableLake, manifest: Manifest) -> tuple[ir.Table, ir.Table]:
    """All customers with CUSTOMER, and all parties with both: staged, for passes to group by and to join back."""
    known = lake.customers(manifest)
    ids = known.select("customer_id").distinct()
    customers = lake.engine.stage(ids.mutate(**{CUSTOMER: ibis.row_number().cast("int32")}))
    return customers, lake.engine.stage(known.inner_join(customers, "customer_id"))


@dataclass(frozen=True)
class Needs:
    """The measures and rhythms of one kind of fact."""

    plan: Plan
    measures: Sequence[Measure]
    rhythms: Sequence[Rhythm]
    as_of: AsOf

    @cached_property
    def bands(self) -> Bands:
        """Those of the windows of its measures."""
        return Bands.of({measure.window for measure in self.measures}, self.as_of)

    def facts(self, facts: ir.Table) -> ir.Table:
        """Facts known at ``as_of``, with CUSTOMER, BAND, the columns needed and one for each condition and value.

        A fact without a time of its own, such as what is said of a party, is always known.
        """
        columns = {CUSTOMER}
        columns |= (
            {"occurred_at", "key"} if any(each.aggregate in ORDERED for each in self.measures) else set()
        )
        columns |= {"occurred_on"} if self.rhythms else set()
        columns |= self._items
        at = ibis.timestamp(self.as_of.instant.replace(tzinfo=None))
        known = facts.filter(facts.occurred_at.isnull() | (facts.occurred_at <= at))
        computed = {
            name: to_ibis(checked, known, self.as_of)
            for shared in (self._conditions, self._values)
            for name, checked in shared.values()
        }
        kept = {name: known[name] for name in sorted(columns)}
        return known.select(**{BAND: self.bands.number(known.occurred_at)}, **(kept | computed))

    def where(self, definition: Measure | Rhythm) -> str | None:
        """The column, in what :meth:`facts` makes, of the flag of its condition; None where it has none."""
        checked = self._condition(definition)
        return self._conditions[str(checked)][0] if checked is not None else None

    def value(self, measure: Measure) -> str | None:
        """The column, in what :meth:`facts` makes, of what it aggregates; None where it counts facts."""
        checked = self._value(measure)
        return self._values[str(checked)][0] if checked is not None else None

    def _condition(self, definition: Measure | Rhythm) -> Checked | None:
        return self.plan.checked(definition.name, definition.kind).get("where")

    def _value(self, measure: Measure) -> Checked | None:
        return self.plan.checked(measure.name, measure.kind).get(measure.aggregate)

    @cached_property
    def _conditions(self) -> Mapping[str, tuple[str, Checked]]:
        definitions: list[Measure | Rhythm] = [*self.measures, *self.rhythms]
        return _shared("condition", map(self._condition, definitions), KEPT)

    @cached_property
    def _values(self) -> Mapping[str, tuple[str, Checked]]:
        return _shared("value", map(self._value, self.measures), {*KEPT, *self._items})

    @cached_property
    def _items(self) -> set[str]:
        return {rhythm.by for rhythm in self.rhythms if rhythm.by}


KEPT = ("occurred_at", "occurred_on", "key")
"""Columns that stay under their own name, so that they are there once."""

ORDERED = frozenset({"first", "last"})
"""Aggregates that depend on the order of facts."""


def _shared(
    what: str, found: Iterable[Checked | None], kept: Collection[str]
) -> Mapping[str, tuple[str, Checked]]:
    """Each different expression once, by its text: the name of its column, and itself.

    An expression that is one of the columns ``kept`` is that column.
    """
    different = {str(checked): checked for checked in found if checked is not None}
    return {
        text: (text if text in kept else f"{what} {number}", checked)
        for number, (text, checked) in enumerate(different.items())
    }
