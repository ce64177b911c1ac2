"""What there is to see, and how much of it a viewer sees."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keepwell.access.model import Viewer
from keepwell.answers.memory import Memory
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.customers.keys import KeyStore
from keepwell.lake.lake import Lake
from keepwell.lake.snapshot import Snapshot
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
    scope = check(viewer.scope, sight.plan.customer_record(), expect=Type.FLAG)
    wanted = None if columns is None else {*columns, *scope.fields}
    customers = sight.snapshot.customers if wanted is None else sight.snapshot.narrow(wanted)
    visible = customers.filter(to_ibis(scope, customers, sight.as_of))
    return visible if columns is None else visible.select(*columns)
