"""Open snapshots for a process that answers many requests at once, and goes on to the new one after each run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from keepwell.answers.memory import Memory
from keepwell.answers.sight import Sight
from keepwell.catalog.load import load
from keepwell.catalog.plan import Plan
from keepwell.customers.keys import KeyStore
from keepwell.lake.lake import Lake
from keepwell.lake.snapshot import Snapshot, Snapshots
from keepwell.publishing.queries import current, version
from keepwell.store.engine import Store


@dataclass(slots=True)
class _Open:
    """An open snapshot with the plan it was made from; closed when superseded and no request uses it."""

    plan: Plan
    snapshot: Snapshot
    memory: Memory = field(default_factory=Memory)
    users: int = 0
    superseded: bool = False


@dataclass
class Sights:
    """Lends out sights. Safe to share between threads; each sight belongs to the one that asked for it."""

    snapshots: Snapshots
    store: Store
    keys: KeyStore
    open_lake: Callable[[], Lake]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: _Open | None = None
    _lake: Lake | None = None
    _plan: tuple[int, Plan] | None = None

    @contextmanager
    def sight(self) -> Iterator[Sight]:
        """The current snapshot, with the plan it was made from. Raises NotFound before the first run."""
        opened = self._take()
        try:
            snapshot = opened.snapshot.cursor()
            try:
                with self.lake() as lake:
                    yield Sight(
                        plan=opened.plan,
                        snapshot=snapshot,
                        lake=lake,
                        store=self.store,
                        keys=self.keys,
                        memory=opened.memory,
                    )
            finally:
                snapshot.close()
        finally:
            self._give_back(opened)

    @contextmanager
    def sight_of(self, run_id: str) -> Iterator[Sight]:
        """The snapshot of a run, opened for this alone unless it is the current one. Raises NotFound for one gone."""
        with self.sight() as sight:
            if sight.snapshot.info.run_id == run_id:
                yield sight
                return
        snapshot = self.snapshots.open(run_id)
        try:
            plan = self._plan_of(snapshot)
            with self.lake() as lake:
                yield Sight(plan=plan, snapshot=snapshot, lake=lake, store=self.store, keys=self.keys)
        finally:
            snapshot.close()

    @contextmanager
    def lake(self) -> Iterator[Lake]:
        """The lake, with a cursor of its own."""
        with self._lock:
            if self._lake is None:
                self._lake = self.open_lake()
            lake = Lake(self._lake.folder, self._lake.engine.cursor())
        try:
            yield lake
        finally:
            lake.engine.close()

    def published(self) -> tuple[int, Plan] | None:
        """The published plan and its number, read again when another is published; None before the first."""
        with self.store.read() as session:
            newest = current(session)
        if newest is None:
            return None
        if self._plan is None or self._plan[0] != newest.number:
            self._plan = (newest.number, load(newest.files))
        return self._plan

    def close(self) -> None:
        """Let go of all files. No sight may be in use."""
        with self._lock:
            if self._open is not None:
                self._open.snapshot.close()
            if self._lake is not None:
                self._lake.engine.close()
            self._open = self._lake = None

    def _take(self) -> _Open:
        info = self.snapshots.current()
        with self._lock:
            if self._open is None or self._open.snapshot.info != info:
                self._open = self._following(self._open)
            self._open.users += 1
            return self._open

    def _following(self, before: _Open | None) -> _Open:
        snapshot = self.snapshots.open()
        plan = self._plan_of(snapshot)
        if before is not None:
            before.superseded = True
            if before.users == 0:
                before.snapshot.close()
        return _Open(plan, snapshot)

    def _plan_of(self, snapshot: Snapshot) -> Plan:
        """The plan that a snapshot was made from: the one at hand, if it is the same."""
        at_hand, number = self._open, snapshot.info.plan_version
        if at_hand is not None and at_hand.snapshot.info.plan_version == number:
            return at_hand.plan
        with self.store.read() as session:
            return load(version(session, number).files)

    def _give_back(self, opened: _Open) -> None:
        with self._lock:
            opened.users -= 1
            if opened.superseded and opened.users == 0:
                opened.snapshot.close()
