"""The composition root: a plan folder, and everything opened for work on it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path

from keepwell.answers.sight import Sight
from keepwell.catalog.files import SETTINGS_FILE, WORK_FOLDER, read_folder
from keepwell.catalog.load import load
from keepwell.catalog.plan import Plan
from keepwell.catalog.settings import Settings, read_settings
from keepwell.core.errors import NotFound, PlanRefused, Refused
from keepwell.customers.keys import KeyStore, open_keys
from keepwell.lake.engine import SPILL, open_engine
from keepwell.lake.engines.spark_session import open_spark
from keepwell.lake.lake import Lake, ReadableLake
from keepwell.lake.snapshot import Snapshot, Snapshots
from keepwell.publishing.queries import Version, current, version
from keepwell.runs.place import Place, Report, silent
from keepwell.store.engine import Store, open_store
from keepwell.store.schema import upgrade


@dataclass(frozen=True)
class Deployment:
    """One business: its plan folder, and where its lake, snapshots, store and keys are.

    Everything is opened when it is first asked for; :meth:`close` closes what was opened.
    """

    folder: Path
    environment: Mapping[str, str]

    @cached_property
    def settings(self) -> Settings:
        """keepwell.toml as it stands in the folder: it says where the store is, so it cannot come from there."""
        settings, problems = read_settings(read_folder(self.folder)[SETTINGS_FILE])
        if settings is None:
            raise PlanRefused(problems)
        return settings

    def reread_settings(self) -> None:
        """Read keepwell.toml again: a page has changed what it says of the business."""
        self.__dict__.pop("settings", None)

    @property
    def work(self) -> Path:
        """The folder of working data inside the plan folder."""
        return self.folder / WORK_FOLDER

    @property
    def store_url(self) -> str:
        """Address of the store; may hold a password, so never shown."""
        given = self.settings.store.url
        if given is None:
            return f"sqlite:///{self.work / 'store.db'}"
        if given.startswith("env:"):
            name = given.removeprefix("env:")
            if not self.environment.get(name):
                raise Refused(
                    f"the environment variable {name} is not set",
                    hint=f"keepwell.toml says that it holds the store's address; set {name}",
                )
            return self.environment[name]
        if given.startswith("sqlite:///"):
            return f"sqlite:///{(self.folder / given.removeprefix('sqlite:///')).resolve()}"
        return given

    @cached_property
    def store(self) -> Store:
        """The store, brought to this version's schema."""
        url = self.store_url  # first: where there is no plan, nothing is made
        self.work.mkdir(exist_ok=True)
        store = open_store(url)
        upgrade(store)
        return store

    @property
    def keys_url(self) -> str:
        """Address of the key store: a file of its own, or what KEEPWELL_KEYS says; never shown."""
        return self.environment.get("KEEPWELL_KEYS") or f"sqlite:///{self.work / 'keys.db'}"

    @property
    def secret_file(self) -> Path:
        """Where the secret that opens the keys is, unless KEEPWELL_SECRET holds it."""
        return self.work / "secret"

    @cached_property
    def keys(self) -> KeyStore:
        """The key store."""
        return open_keys(self.keys_url, secret_file=self.secret_file, environment=self.environment)

    @cached_property
    def snapshots(self) -> Snapshots:
        """The folder of snapshots."""
        return Snapshots(self.work / "snapshots")

    def lake(self) -> Lake:
        """The lake with DuckDB, an engine of its own; the caller closes the engine."""
        given = self.settings.lake
        engine = open_engine(
            self.work / "lake" / SPILL, memory_limit_mb=given.memory_limit_mb, threads=given.threads
        )
        return Lake(self.work / "lake", engine)

    @contextmanager
    def computing(self, lake: Lake) -> Iterator[ReadableLake]:
        """The lake with the engine that computes fields: ``lake`` itself, or Spark, opened for as long as that."""
        master = self.settings.lake.master
        if master is None:
            yield lake
            return
        engine = open_spark(lake.folder / SPILL, master=master)
        try:
            yield ReadableLake(lake.folder, engine)
        finally:
            engine.close()

    def published(self) -> Version:
        """The plan that runs. Raises NotFound before the first `keepwell push`."""
        with self.store.read() as session:
            newest = current(session)
        if newest is None:
            raise NotFound("nothing is published yet", hint="publish the plan folder with `keepwell push`")
        return newest

    def plan(self) -> tuple[Plan, int]:
        """The published plan and its number."""
        newest = self.published()
        return load(newest.files), newest.number

    @contextmanager
    def place(self, *, now: datetime, report: Report = silent) -> Iterator[Place]:
        """Where a run works."""
        plan, number = self.plan()
        lake = self.lake()
        try:
            yield Place(
                folder=self.folder,
                plan=plan,
                plan_version=number,
                lake=lake,
                computing=partial(self.computing, lake),
                snapshots=self.snapshots,
                store=self.store,
                keys=self.keys,
                now=now,
                environment=self.environment,
                report=report,
            )
        finally:
            lake.engine.close()

    @contextmanager
    def sight(self) -> Iterator[Sight]:
        """What there is to see, opened for one command or request: the snapshot and the plan it was made from."""
        plan, snapshot = self._plan_and_snapshot()
        lake = self.lake()
        try:
            yield Sight(plan=plan, snapshot=snapshot, lake=lake, store=self.store, keys=self.keys)
        finally:
            snapshot.close()
            lake.engine.close()

    def _plan_and_snapshot(self) -> tuple[Plan, Snapshot]:
        self.published()  # a folder that was never pushed hears of that first
        snapshot = self.snapshots.open()
        with self.store.read() as session:
            made_from = version(session, snapshot.info.plan_version)
        return load(made_from.files), snapshot

    def close(self) -> None:
        """Close what was opened."""
        for name in ("store", "keys"):
            if name in self.__dict__:
                self.__dict__[name].close()


def deployment(folder: Path, environment: Mapping[str, str] | None = None) -> Deployment:
    """The deployment of a plan folder."""
    return Deployment(folder.resolve(), os.environ if environment is None else environment)
