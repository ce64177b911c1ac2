"""Whole copies of a store for backup, portable between SQLite and PostgreSQL.

A copy is a folder: one file of JSON lines for each table, in the order of their foreign keys, and a manifest
with the columns, the number of rows and the SHA-256 of each. The manifest is written last, so that a copy
without one is not finished. All rows are of one moment.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    ColumnClause,
    LargeBinary,
    MetaData,
    Table,
    column,
    func,
    insert,
    inspect,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from keepwell.core.files import sync_file, sync_folder, write_atomically
from keepwell.store.bulk import in_chunks
from keepwell.store.engine import Store, to_json
from keepwell.store.errors import CopyRefused
from keepwell.store.schema import make_tables, revision_of, upgrade
from keepwell.store.tables import metadata
from keepwell.store.types import Json, UtcDateTime

FORMAT = 1
MANIFEST = "manifest.json"
ROWS_AT_ONCE = 1_000
# How a column's values stand in JSON: as they are, or in one of these forms.
TYPES: dict[str, TypeEngine[Any]] = {"bytes": LargeBinary(), "moment": UtcDateTime(), "json": Json}


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """One table of a copy: its columns by name with their form, its rows, and the SHA-256 of its file."""

    name: str
    columns: dict[str, str]
    rows: int
    sha256: str

    @property
    def file(self) -> str:
        """The name of its file within the folder."""
        return f"{self.name}.jsonl"


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds. ``revision`` is that of the tables, None for tables without migrations."""

    revision: str | None
    tables: tuple[CopiedTable, ...]

    @property
    def rows(self) -> dict[str, int]:
        """The number of rows by table."""
        return {copied.name: copied.rows for copied in self.tables}


def copy_out(store: Store, folder: Path, *, tables: MetaData = metadata) -> Copied:
    """Write all rows of a store, as of one moment, into a new or empty folder.

    Every room's ``tables.py`` must have been imported; a table of the database that none of them knows is a
    mistake of ours and raises RuntimeError. Raises CopyRefused where the folder holds something.
    """
    if folder.exists() and any(folder.iterdir()):
        raise CopyRefused(f"the folder {folder} is not empty", hint="give a new folder for the copy")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with store.read() as session:
        if store.path is None:
            session.execute(text("SET LOCAL statement_timeout = 0"))
        unknown = _table_names(session) - {known.name for known in tables.sorted_tables}
        if unknown:
            raise RuntimeError(f"tables that no imported room knows: {', '.join(sorted(unknown))}")
        copied = Copied(
            revision_of(session), tuple(_write_table(session, one, folder) for one in tables.sorted_tables)
        )
    sync_folder(folder)
    manifest = {"format": FORMAT, **asdict(copied)}
    write_atomically(folder / MANIFEST, json.dumps(manifest, indent=2).encode())
    return copied


def copy_in(store: Store, folder: Path, *, tables: MetaData = metadata) -> Copied:
    """Load a copy into a store without rows, in one transaction, and bring its tables up to date.

    Raises CopyRefused, and changes no row, where the copy is unfinished, damaged or of a newer format, or the
    store holds something.
    """
    copied = read_manifest(folder)
    for one in copied.tables:
        if not (folder / one.file).is_file() or _sha256(folder / one.file) != one.sha256:
            raise CopyRefused(f"{folder / one.file} is missing or damaged", hint="use another copy")
    if copied.revision is not None:
        with store.read() as session:
            _refuse_rows(store, session)
            there = revision_of(session)
        if there is None:
            upgrade(store, revision=copied.revision)
        elif there != copied.revision:
            raise CopyRefused(
                f"the store {store.name} has tables of revision {there} and the copy of {copied.revision}",
                hint="load the copy into a new store: it is brought up to date there",
            )
    else:
        make_tables(store, tables)
    with store.write() as session:
        _refuse_rows(store, session)
        for one in copied.tables:
            _read_table(session, one, folder / one.file)
    if copied.revision is not None:
        upgrade(store)
    return copied


def read_manifest(folder: Path) -> Copied:
    """What a copy says it holds. Raises CopyRefused where there is no finished copy in the folder."""
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
        if content.pop("format") != FORMAT:
            raise CopyRefused(f"the copy {folder} has a format this Keepwell does not know")
        return Copied(content["revision"], tuple(CopiedTable(**one) for one in content["tables"]))
    except FileNotFoundError:
        raise CopyRefused(f"{folder} holds no finished copy", hint=f"there is no {MANIFEST}") from None
    except (ValueError, KeyError, TypeError):
        raise CopyRefused(f"{folder / MANIFEST} is damaged", hint="use another copy") from None


def _write_table(session: Session, one: Table, folder: Path) -> CopiedTable:
    columns = {found.name: _form(found) for found in one.columns}
    path, digest, count = folder / f"{one.name}.jsonl", hashlib.sha256(), 0
    rows = session.execute(select(one), execution_options={"yield_per": ROWS_AT_ONCE})
    with path.open("xb") as file:
        for row in rows:
            line = (to_json([_packed(value) for value in row]) + "\n").encode()
            digest.update(line)
            file.write(line)
            count += 1
    sync_file(path)
    return CopiedTable(one.name, columns, count, digest.hexdigest())


def _read_table(session: Session, one: CopiedTable, path: Path) -> None:
    columns: list[ColumnClause[Any]] = [column(name, TYPES.get(form)) for name, form in one.columns.items()]
    target = insert(table(one.name, *columns))
    count = 0
    for chunk in in_chunks(_lines(path), ROWS_AT_ONCE):
        session.execute(target, [_unpacked(values, one.columns) for values in chunk])
        count += len(chunk)
    if count != one.rows:
        raise CopyRefused(f"{path} has {count} rows instead of {one.rows}", hint="use another copy")
    _move_sequence(session, one)


def _move_sequence(session: Session, one: CopiedTable) -> None:
    """Rows that bring their id do not move PostgreSQL's sequence, which gives the next one."""
    if session.get_bind().dialect.name != "postgresql" or "id" not in one.columns or not one.rows:
        return
    sequence = session.scalar(select(func.pg_get_serial_sequence(one.name, "id")))
    if sequence is not None:
        last: ColumnClause[int] = column("id")
        session.execute(select(func.setval(sequence, func.max(last))).select_from(table(one.name)))


def _lines(path: Path) -> Iterator[list[object]]:
    with path.open("rb") as file:
        for line in file:
            yield json.loads(line)


def _form(found: Column[Any]) -> str:
    return next((form for form, kind in TYPES.items() if isinstance(found.type, type(kind))), "plain")


def _packed(value: object) -> object:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime) else value


def _unpacked(values: list[object], columns: dict[str, str]) -> dict[str, object]:
    return {name: _unpack(value, form) for (name, form), value in zip(columns.items(), values, strict=True)}


def _unpack(value: object, form: str) -> object:
    if form == "bytes" and isinstance(value, str):
        return base64.b64decode(value)
    if form == "moment" and isinstance(value, str):
        return datetime.fromisoformat(value)
    return value


def _table_names(session: Session) -> set[str]:
    return set(inspect(session.connection()).get_table_names()) - {"alembic_version"}


def _refuse_rows(store: Store, session: Session) -> None:
    for name in sorted(_table_names(session)):
        if session.execute(select(1).select_from(table(name)).limit(1)).first():
            raise CopyRefused(
                f"the store {store.name} holds data already", hint="load the copy into a new store"
            )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
