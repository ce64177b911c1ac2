"""The lake as one thing: its folder, its engine, its current version, its lock."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from hashlib import md5
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa

from keepwell.core.errors import Unavailable
from keepwell.core.files import sync_folder
from keepwell.lake.engine import ROWS_PER_GROUP, SPILL, DuckDB, Engine, remove_spilled
from keepwell.lake.functions import stable_hash
from keepwell.lake.manifest import BUCKETS, DataFile, Manifest, SourceState, Versions

if TYPE_CHECKING:
    import ibis.expr.types as ir

ROWS_OF_A_SMALL_FILE = 200_000
"""A write of fewer rows makes one file for all buckets; compaction divides it later."""
ROWS_TO_SORT = 4 * BUCKETS * ROWS_PER_GROUP
"""From so many rows on, the files of a write have row groups enough for their order to pay."""

ARROW_TYPES: dict[str, pa.DataType] = {
    "whole": pa.int64(),
    "money": pa.int64(),
    "number": pa.float64(),
    "text": pa.string(),
    "flag": pa.bool_(),
    "day": pa.date32(),
    "moment": pa.timestamp("us"),
}
"""Type of the language → type of a lake column. A moment is a naive timestamp in UTC, money is minor units."""

FACT_COLUMNS: dict[str, pa.DataType] = {
    "key": pa.string(),
    "key_hash": pa.int64(),
    "body_hash": pa.int64(),
    "party_key": pa.string(),
    "occurred_at": pa.timestamp("us"),
    "occurred_on": pa.date32(),
    "recorded_at": pa.timestamp("us"),
    "revision": pa.timestamp("us"),
}
"""Columns of every fact file, before those its source declares."""

_DEAD_TYPES: dict[str, pa.DataType] = {"file": pa.string(), "key_hash": pa.int64(), "body_hash": pa.int64()}
DEAD_SCHEMA = pa.schema(
    {"file": pa.string(), **{name: FACT_COLUMNS[name] for name in ("key_hash", "body_hash")}}
)
"""A corrected row: the file it lies in, by its path in the lake, and its two hashes, which no other row there has."""

CUSTOMER_ID_DIGITS = 19
"""76 bits: among 100 million customers two share an id with a chance of one in ten million."""

CUSTOMER_SCHEMA = pa.schema([("party_key", pa.string()), ("customer_id", pa.string())])


def schema_of(columns: Mapping[str, str]) -> pa.Schema:
    """A schema from names and their types in the language."""
    return pa.schema([pa.field(name, ARROW_TYPES[kind]) for name, kind in columns.items()])


def fact_schema(columns: dict[str, str]) -> pa.Schema:
    """Schema of a source's facts, given its declared columns and their types in the language."""
    declared = {name: ARROW_TYPES[kind] for name, kind in columns.items()}
    return pa.schema([pa.field(name, kind) for name, kind in (FACT_COLUMNS | declared).items()])


def bucket_of(party_key: ir.StringValue) -> ir.IntegerValue:
    """The bucket of a party key; an anonymous fact (no key) is in bucket 0."""
    bucket: ir.IntegerValue = (stable_hash(party_key) % BUCKETS).fill_null(0)
    return bucket


def first_customer_id(party_key: ir.StringValue) -> ir.StringValue:
    """The id of a customer who is known by this party key alone: it follows from the key, so that a rerun agrees."""
    customer_id: ir.StringValue = "c" + party_key.hexdigest("md5").left(CUSTOMER_ID_DIGITS)
    return customer_id


def bucket_of_text(party_key: str) -> int:
    """:func:`bucket_of` for one key, outside the engine."""
    return (
        int.from_bytes(md5(party_key.encode(), usedforsecurity=False).digest()[8:], "little") >> 1
    ) % BUCKETS


class ReadableLake:
    """A folder of immutable files, its versions, and an engine to compute on them."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder = folder
        self.engine = engine
        self.versions = Versions(folder / "versions")

    def current(self) -> Manifest:
        """The version that readers see now."""
        return self.versions.current()

    def facts(self, state: SourceState, *, with_file: bool = False) -> ir.Table:
        """The facts of one source; ``with_file`` adds ``file``, the path in the lake of each row's file."""
        schema = fact_schema(state.columns)
        if not state.dead and not with_file:
            return self.read(state.files, schema)
        folder = len(str(self.folder)) + 1
        paths = [self.folder / file.path for file in state.files]
        rows = self.engine.read(paths, schema, with_file=True)
        rows = rows.mutate(file=rows.filename[folder:]).drop("filename")
        if state.dead:
            rows = rows.anti_join(self.read(state.dead, DEAD_SCHEMA), DEAD_SCHEMA.names)
        return rows if with_file else rows.drop("file")

    def facts_of_parties(self, state: SourceState, party_keys: Sequence[str]) -> ir.Table:
        """The facts of a few parties of one source; files of other buckets are not opened."""
        buckets = {None, *(bucket_of_text(key) for key in party_keys)}
        files = tuple(file for file in state.files if file.bucket in buckets)
        facts = self.facts(state.model_copy(update={"files": files}))
        return facts.filter(facts.party_key.isin(list(party_keys)))

    def read(self, files: Sequence[DataFile], schema: pa.Schema) -> ir.Table:
        """Files of this lake as one table."""
        return self.engine.read([self.folder / file.path for file in files], schema)

    def customers(self, manifest: Manifest) -> ir.Table:
        """The map ``party_key → customer_id``."""
        return self.read(manifest.customers, CUSTOMER_SCHEMA)


class Lake(ReadableLake):
    """The lake with the engine that writes it."""

    engine: DuckDB

    def __init__(self, folder: Path, engine: DuckDB) -> None:
        super().__init__(folder, engine)

    def write(self, rows: ir.Table, folder: str, *, row_count: int) -> tuple[DataFile, ...]:
        """Write a table as a file no version lists yet; no file where there are no rows."""
        if row_count == 0:
            return ()
        path = Path(folder) / f"{uuid4().hex}.parquet"
        self.engine.write(rows, self.folder / path)
        self._sync_folders([path])
        return (DataFile(path=path.as_posix(), rows=row_count),)

    def write_by_party(self, rows: ir.Table, folder: str, *, row_count: int) -> tuple[DataFile, ...]:
        """Write facts: many as one file per bucket, few as one, so that those of one party are found quickly.

        Where a file gets many row groups, the rows of a party lie together in it.
        """
        if row_count <= ROWS_OF_A_SMALL_FILE:
            return self.write(rows.order_by("party_key"), folder, row_count=row_count)
        if row_count >= ROWS_TO_SORT:
            rows = rows.order_by("party_key")
        bucketed = rows.mutate(bucket=bucket_of(rows.party_key))
        written = self.engine.write_buckets(bucketed, self.folder / folder / uuid4().hex, by="bucket")
        self._sync_folders(part.path.relative_to(self.folder) for part in written)
        return tuple(
            DataFile(path=part.path.relative_to(self.folder).as_posix(), rows=part.rows, bucket=part.bucket)
            for part in written
        )

    def publish(self, manifest: Manifest, *, cause: str, now: datetime) -> Manifest:
        """Make ``manifest`` the next version. The caller holds the lock."""
        following = manifest.model_copy(
            update={"version": self.current().version + 1, "written_at": now, "cause": cause}
        )
        self.versions.publish(following)
        return following

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only writer; released by the operating system even after kill -9."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.seek(0)
                raise Unavailable(
                    f"another run is working on this lake (process {file.read().strip() or 'unknown'})",
                    hint="wait until it has finished, or stop that process: nothing is lost",
                ) from error
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    def collect_garbage(self, *, now: datetime, keep: timedelta) -> int:
        """Remove versions superseded longer than ``keep`` ago and files that no kept version lists.

        The caller holds the lock. Returns the number of files removed. The current version is always kept, and
        whoever reads an older one has ``keep`` to finish.
        """
        current = self.current()
        listed: set[str] = set()
        superseded_at = now
        for number in reversed(self.versions.numbers()):
            if number > current.version:  # a crash came before the pointer moved
                self.versions.forget(number)
                continue
            manifest = self.versions.read(number)
            if number == current.version or now - superseded_at <= keep:
                listed.update(file.path for file in manifest.files())
            else:
                self.versions.forget(number)
            superseded_at = manifest.written_at or now
        removed = 0
        for path in [*self.folder.rglob("*.parquet"), *self.folder.rglob(".*.tmp")]:
            if path.relative_to(self.folder).as_posix() not in listed:
                path.unlink()
                removed += 1
        remove_spilled(self.folder / SPILL)
        self._remove_empty_folders()
        return removed

    def _remove_empty_folders(self) -> None:
        spill = self.folder / SPILL
        folders = [
            path for path in self.folder.rglob("*") if path.is_dir() and spill not in (path, path.parent)
        ]
        for path in sorted(folders, reverse=True):
            with suppress(OSError):  # not empty
                path.rmdir()

    def _sync_folders(self, paths: Iterable[Path]) -> None:
        """Make the names of new files durable, up to the lake's own folder."""
        for folder in sorted({parent for path in paths for parent in path.parents}):
            sync_folder(self.folder / folder)
