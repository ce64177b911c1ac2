"""What there is to see, and how much of it a viewer sees."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import ibis

from keepwell.access.model import Viewer
from keepwell.answers.memory import Memory
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.customers.keys import KeyStore
from keepwell.lake.lake import Lake
from keepwell.lake.snapshot import BENEATH, Snapshot
from keepwell.language.check import check
from keepwell.language.to_ibis import to_ibis
from keepwell.language.types import Type
from keepwell.store.engine import Store

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The plan, and the open snapshot, lake, store and keys, for reading. Not shared between threads.

    ``memory`` holds answers about the snapshot; sights of the same snapshot share it.
    """

    plan: Plan
    snapshot: Snapshot
    lake: Lake
    store: Store
    keys: KeyStore
    memory: Memory = field(default_factory=Memory)

    @property
    def as_of(self) -> AsOf:
        """The instant the snapshot was made for."""
        return AsOf(self.snapshot.info.as_of, self.plan.settings.zone)


def visible_customers(sight: Sight, viewer: Viewer, columns: Collection[str] | None = None) -> ir.Table:
    """The customers a viewer may see: the one place where a scope is applied.

    ``columns`` are the fields wanted, all when absent; an expression over few of them is made many times as fast.
    """
    if viewer.scope is None:
        return sight.snapshot.customers if columns is None else sight.snapshot.narrow(columns)
    given, units = viewer.scope, sight.plan.settings.units
    condition = check(given.condition or "true", sight.plan.customer_record(), expect=Type.FLAG)
    needed = {*condition.fields, *({units.field} if units else ())}
    customers = sight.snapshot.customers if columns is None else sight.snapshot.narrow({*columns, *needed})
    visible = customers.filter(to_ibis(condition, customers, sight.as_of))
    if given.units is not None:
        # A plan that names no field says of no customer to which unit they belong: nobody is seen.
        field = ibis.null("string") if units is None else visible[units.field]
        visible = visible.filter(field.isin(_beneath(sight, given.units).beneath))
    return visible if columns is None else visible.select(*columns)


def _beneath(sight: Sight, units: Collection[str]) -> ir.Table:
    """The units, as far as the snapshot knows them, and all beneath them."""
    tree = sight.snapshot.table(BENEATH)
    return tree.filter(tree.unit.isin(sorted(units)) if units else ibis.literal(value=False))
