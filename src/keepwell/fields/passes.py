"""What a kind's measures and rhythms need of its facts, computed once for all of them.

A condition that many measures share is one flag; customers are numbers while facts are grouped, which costs half of
what their ids do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.kinds import Measure, Rhythm
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.language.to_ibis import to_ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from keepwell.language.check import Checked

CUSTOMER = "customer number"
"""Column of facts and of passes. No column of a plan has a space in its name."""


@dataclass(frozen=True, slots=True)
class Needs:
    """The measures and rhythms of one kind of fact."""

    plan: Plan
    measures: Sequence[Measure]
    rhythms: Sequence[Rhythm]
    as_of: AsOf

    def facts(self, facts: ir.Table) -> ir.Table:
        """Facts known at ``as_of``, with CUSTOMER, the columns that are needed and a flag for each condition.

        A fact without a time of its own, such as what is said of a party, is always known.
        """
        columns = {CUSTOMER, "occurred_at"}
        columns |= {measure.column for measure in self.measures if measure.column}
        columns |= {"key" for measure in self.measures if measure.aggregate in {"first", "last"}}
        columns |= {"occurred_on" for _ in self.rhythms}
        columns |= {rhythm.by for rhythm in self.rhythms if rhythm.by}
        at = ibis.timestamp(self.as_of.instant.replace(tzinfo=None))
        known = facts.filter(facts.occurred_at.isnull() | (facts.occurred_at <= at))
        flags = {
            flag: to_ibis(checked, known, self.as_of)
            for checked, flag in zip(self._conditions.values(), self._flags.values(), strict=True)
        }
        return known.select(*sorted(columns), **flags)

    def where(self, facts: ir.Table, definition: Measure | Rhythm) -> ir.BooleanValue | None:
        """The flag of a definition's condition, in what :meth:`facts` made; None where it has none."""
        checked = self._condition(definition)
        flag: ir.BooleanValue | None = None if checked is None else facts[self._flags[str(checked)]]
        return flag

    def _condition(self, definition: Measure | Rhythm) -> Checked | None:
        return self.plan.checked(definition.name, definition.kind).get("where")

    @property
    def _conditions(self) -> Mapping[str, Checked]:
        found = [*map(self._condition, self.measures), *map(self._condition, self.rhythms)]
        return {str(checked): checked for checked in found if checked is not None}

    @property
    def _flags(self) -> Mapping[str, str]:
        return {text: f"condition {number}" for number, text in enumerate(self._conditions)}
