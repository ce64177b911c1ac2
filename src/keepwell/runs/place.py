"""Where a run works: the plan it runs, and the open lake, snapshots, store and keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.customers.keys import KeyStore
from keepwell.lake.lake import Lake, ReadableLake
from keepwell.lake.snapshot import Snapshots
from keepwell.store.engine import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a long work is. ``share`` is between 0 and 1, or None where nobody can say."""

    step: str
    detail: str = ""
    share: float | None = None


Report = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Everything a run needs. ``folder`` is the plan folder, ``now`` the instant the run began.

    ``computing`` opens the lake with the engine that computes fields, which need not be the one that takes in.
    """

    folder: Path
    plan: Plan
    plan_version: int
    lake: Lake
    computing: Callable[[], AbstractContextManager[ReadableLake]]
    snapshots: Snapshots
    store: Store
    keys: KeyStore
    now: datetime
    environment: Mapping[str, str] = field(repr=False)
    report: Report = silent

    @property
    def as_of(self) -> AsOf:
        """Now, in the plan's zone."""
        return AsOf(self.now, self.plan.settings.zone)
