"""The snapshot: every customer's fields as of one instant, in one read-only file, a new file name each time.

An open DuckDB file goes on showing what it held when it was opened, so a file is never replaced in place: a
pointer file names the current one, and readers open the new one when the pointer has moved.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
from pydantic import BaseModel, ConfigDict, ValidationError

from keepwell.core.errors import NotFound, Unavailable
from keepwell.core.files import write_atomically
from keepwell.lake.engine import DuckDB, Engine, open_database

if TYPE_CHECKING:
    import ibis.expr.types as ir

SNAPSHOTS_KEPT = 5
CUSTOMERS = "customer"
"""Table of a snapshot: one row per customer, one column per field."""
PARTIES = "party"
"""Table of a snapshot: ``customer_id`` and ``party_key``, for finding whose values to show."""
ITEMS = "rhythm_item"
"""Table of a snapshot: one row per customer, rhythm that goes by a column, and item, such as a category."""
MEMBERS = "member"
"""Table of a snapshot: ``segment`` and ``customer_id``, one row for each segment a customer is in."""

UNITS = "unit"
"""Table of a snapshot: the tree of the business: ``unit``, ``parent``, ``label``, ``level``."""
BENEATH = "unit_beneath"
"""Table of a snapshot: ``unit`` and ``beneath``, one row for each unit with itself and with each one beneath it."""


class SnapshotInfo(BaseModel):
    """What a snapshot was made from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    as_of: datetime
    made_at: datetime
    run_id: str
    lake_version: int
    plan_version: int
    customers: int
    tables: tuple[str, ...] = (CUSTOMERS, PARTIES)
    """What the file holds; a file of an older Keepwell may lack some."""


class Snapshots:
    """The folder of snapshot files and the pointer to the current one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / "CURRENT.json"

    def current(self) -> SnapshotInfo | None:
        """The newest finished snapshot; None before the first run."""
        try:
            return SnapshotInfo.model_validate_json(self._pointer.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise Unavailable(
                f"{self._pointer} is damaged", hint="remove it and run again: the next run makes a new one"
            ) from error

    def write(self, engine: Engine, name: str, tables: Mapping[str, ir.Table]) -> Path:
        """Write a snapshot file that nothing points to yet."""
        path = self.folder / f"{name}.duckdb"
        path.unlink(missing_ok=True)
        engine.write_database(tables, path)
        return path

    def publish(self, info: SnapshotInfo) -> None:
        """Point to a finished file, and remove files long superseded. What each was made from stands beside it."""
        content = info.model_dump_json(indent=1).encode()
        write_atomically(self._beside(info.file), content)
        write_atomically(self._pointer, content)
        files = sorted(self.folder.glob("*.duckdb"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for old in [path for path in files if path.name != info.file][SNAPSHOTS_KEPT - 1 :]:
            old.unlink(missing_ok=True)
        for told in self.folder.glob("*.duckdb.json"):
            if not told.with_suffix("").exists():
                told.unlink(missing_ok=True)

    def remove_unfinished(self) -> None:
        """Remove what a crash left: what is newer than the current file, and beginnings of files.

        The caller holds the lake's lock.
        """
        info = self.current()
        current = self.folder / info.file if info else None
        finished_at = current.stat().st_mtime_ns if current and current.exists() else 0
        newer = [path for path in self.folder.glob("*.duckdb") if path.stat().st_mtime_ns > finished_at]
        for path in [*newer, *self.folder.glob("*.wal"), *self.folder.glob(".*.tmp")]:
            path.unlink(missing_ok=True)

    def open(self, run_id: str | None = None) -> Snapshot:
        """The current snapshot, or that of a run, for reading. Raises NotFound before the first, or for one gone."""
        info = self.current() if run_id is None else self._of_run(run_id)
        if info is None and run_id is None:
            raise NotFound("there is no snapshot yet", hint="run `keepwell run` first")
        if info is None:
            raise NotFound(f"the snapshot of the run {run_id} is not kept any more")
        return Snapshot(info, open_database(self.folder / info.file))

    def _of_run(self, run_id: str) -> SnapshotInfo | None:
        """What the file of a run was made from. All are looked through: the id may come from outside."""
        for told in self.folder.glob("*.duckdb.json"):
            try:
                info = SnapshotInfo.model_validate_json(told.read_bytes())
            except (OSError, ValidationError):  # removed at this moment, or damaged: as one that is gone
                continue
            if info.run_id == run_id and (self.folder / info.file).exists():
                return info
        return None

    def _beside(self, file: str) -> Path:
        return self.folder / f"{file}.json"


class Snapshot:
    """An open snapshot. One per process; a thread takes its own :meth:`cursor`."""

    def __init__(self, info: SnapshotInfo, engine: DuckDB, known: dict[str, ir.Table] | None = None) -> None:
        self.info = info
        self.engine = engine
        self._known = {} if known is None else known

    @property
    def customers(self) -> ir.Table:
        """One row per customer, one column per field."""
        return self.table(CUSTOMERS)

    def narrow(self, columns: Collection[str]) -> ir.Table:
        """The customers with a few of their fields. Expressions over hundreds of columns take long to compile."""
        schema, wanted = self.customers.schema(), sorted(columns)
        # One more than wanted: all columns of an expression are written as `*`, which would be hundreds here.
        known = {*wanted, next((name for name in schema if name not in columns), wanted[0])}
        return ibis.table({name: schema[name] for name in sorted(known)}, name=CUSTOMERS).select(*wanted)

    def whole(self, customer_id: str) -> dict[str, Any]:
        """All fields of a customer there is.

        The caller has asked :func:`keepwell.answers.sight.visible_customers` who may be seen.
        """
        [row] = self.engine.rows_where(CUSTOMERS, "customer_id", customer_id)
        return row

    def table(self, name: str) -> ir.Table:
        """A table of the file. The file never changes, so what its columns are is found out once.

        Raises NotFound where an older Keepwell made the file without it.
        """
        if name not in self.info.tables:
            raise NotFound(
                f"the snapshot has no table `{name}`: an older Keepwell made it", hint="run `keepwell run`"
            )
        if name not in self._known:
            self._known[name] = self.engine.staged(name)
        return self._known[name]

    def cursor(self) -> Snapshot:
        """The same snapshot for another thread."""
        return Snapshot(self.info, self.engine.cursor(), self._known)

    def close(self) -> None:
        """Let go of the file."""
        self.engine.close()
