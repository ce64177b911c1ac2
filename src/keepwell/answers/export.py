"""Everything open to BI tools: a folder of Parquet files with views over them and the data dictionary.

The folder is written beside its place and put there by a change of names, so that it is whole or not there. Facts
are not copied where the disk can share them: a lake's files never change. Personal values are in none of it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import ibis
import pyarrow.parquet as pq

from keepwell.access.model import Viewer
from keepwell.answers.sight import Sight
from keepwell.catalog.dictionary import Entry, as_csv, as_json, as_markdown, data_dictionary, facts_table
from keepwell.catalog.texts import LANGUAGES
from keepwell.core.errors import Conflict, Forbidden
from keepwell.core.files import sync_folder, write_atomically
from keepwell.fields.segments import CHANGE_SCHEMA, SIZE_SCHEMA, membership
from keepwell.lake.copies import files_in, share
from keepwell.lake.engine import DuckDB, write_views
from keepwell.lake.manifest import SourceState
from keepwell.lake.snapshot import PARTIES
from keepwell.lake.views import LabelledView, View, ViewColumn, script

if TYPE_CHECKING:
    import ibis.expr.types as ir

MARKER = "keepwell-export.json"
"""Names every file of an export; a folder without it was not written here."""
FOREIGN_SHOWN = 5
DATABASE = "keepwell.duckdb"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the rows of each table."""

    folder: Path
    rows: dict[str, int]


def export(sight: Sight, viewer: Viewer, folder: Path) -> Exported:
    """Write an export of everything, or replace an earlier one.

    Raises Forbidden for a viewer who does not see everybody, and Conflict where the folder holds anything that no
    export wrote.
    """
    if viewer.scope is not None:
        raise Forbidden("an export holds every customer, and you see some of them")
    folder = folder.absolute()
    _refuse_foreign(folder)
    beside = folder.with_name(f".{folder.name}.{uuid4().hex}.tmp")
    try:
        beside.mkdir(parents=True)
        rows, views = _write(sight, beside)
        _put_in_place(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    _write_database(views, folder)
    return Exported(folder, rows)


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise Conflict(f"{folder} is a file", hint="give a new folder")
    try:
        known = set(json.loads((folder / MARKER).read_bytes())["files"]) | {MARKER}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        known = set()
    foreign = [name for name, _ in files_in(folder) if name not in known]
    if foreign:
        few = ", ".join(foreign[:FOREIGN_SHOWN]) + (" …" if len(foreign) > FOREIGN_SHOWN else "")
        raise Conflict(
            f"{folder} holds what no export wrote: {few}", hint="give a new folder, or move these files away"
        )


def _put_in_place(beside: Path, folder: Path) -> None:
    before = folder.with_name(f".{folder.name}.{uuid4().hex}.old")
    if folder.exists():
        folder.rename(before)
    beside.rename(folder)
    sync_folder(folder.parent)
    shutil.rmtree(before, ignore_errors=True)


def _write(sight: Sight, folder: Path) -> tuple[dict[str, int], list[View | LabelledView]]:
    """All files but the database; the rows of each table, and the views."""
    entries = data_dictionary(sight.plan)
    rows: dict[str, int] = {}
    for name, (engine, table) in _tables(sight).items():
        path = folder / f"{name}.parquet"
        engine.write(table, path)
        rows[name] = pq.read_metadata(path).num_rows
    views = [_view(sight, entries, name, [f"{name}.parquet"]) for name in rows]
    for name, state in sight.lake.current().sources.items():
        if name in sight.plan.sources and state.files:
            views.append(_facts(sight, entries, name, state, folder))
            rows[facts_table(name)] = state.fact_count
    labelled = [
        LabelledView(f"customers_{language}", _view(sight, entries, "customers", [], language=language))
        for language in LANGUAGES
    ]
    every: list[View | LabelledView] = [*views, *labelled]
    money = sight.plan.settings.money
    texts = {
        "dictionary.md": as_markdown(entries, currency=money.code, decimals=money.exponent),
        "dictionary.csv": "\ufeff" + as_csv(entries),
        "dictionary.json": as_json(entries),
        "views.sql": script(every),
    }
    for name, text in texts.items():
        write_atomically(folder / name, text.encode())
    info = sight.snapshot.info
    told = {
        "as_of": info.as_of.isoformat(),
        "run_id": info.run_id,
        "plan_version": info.plan_version,
        "rows": rows,
        "files": [DATABASE, *(name for name, _ in files_in(folder))],
    }
    write_atomically(folder / MARKER, json.dumps(told, indent=1).encode())
    return rows, every


def _tables(sight: Sight) -> dict[str, tuple[DuckDB, ir.Table]]:
    """The tables that are written anew, each with the engine that has it."""
    snapshot, lake = sight.snapshot, sight.lake
    manifest = lake.current()
    until = ibis.timestamp(sight.as_of.instant.replace(tzinfo=None))
    sizes, changes = lake.read(manifest.sizes, SIZE_SCHEMA), lake.read(manifest.changes, CHANGE_SCHEMA)
    members = membership(sight.plan, snapshot.engine, snapshot.customers, sight.as_of)
    return {
        "customers": (snapshot.engine, snapshot.customers.order_by("customer_id")),
        "segment_members": (snapshot.engine, members.order_by("segment", "customer_id")),
        "segment_sizes": (lake.engine, sizes.filter(sizes.as_of <= until).order_by("as_of", "segment")),
        "segment_changes": (lake.engine, changes.filter(changes.as_of <= until).order_by("as_of", "segment")),
        "parties": (snapshot.engine, snapshot.table(PARTIES).order_by("customer_id", "party_key")),
    }


def _facts(sight: Sight, entries: Sequence[Entry], source: str, state: SourceState, folder: Path) -> View:
    """A view over a source's files as the lake has them, which are shared, not copied."""
    for file in (*state.files, *state.dead):
        share(sight.lake.folder / file.path, folder / file.path)
    there = {name for file in state.files for name in pq.read_schema(folder / file.path).names}
    view = _view(sight, entries, facts_table(source), [file.path for file in state.files], there=there)
    return replace(view, dead=[file.path for file in state.dead], customers_from="parties.parquet")


def _view(
    sight: Sight,
    entries: Sequence[Entry],
    name: str,
    files: Sequence[str],
    *,
    language: str = "en",
    there: Collection[str] | None = None,
) -> View:
    """A view with a column for each entry of the dictionary; ``there`` are the columns its files have."""
    info = sight.snapshot.info
    columns = [
        ViewColumn(
            entry.name,
            entry.type,
            comment=" · ".join(dict.fromkeys((entry.label_en, entry.label_zh))),
            label=entry.label_zh if language == "zh" else entry.label_en,
            is_there=there is None or entry.name in there or entry.name == "customer_id",
        )
        for entry in entries
        if entry.table == name
    ]
    comment = f"{sight.plan.settings.name}: {name}, as of {info.as_of:%Y-%m-%d %H:%M} UTC (run {info.run_id})"
    return View(name, comment, files, columns, sight.plan.settings.money.exponent)


def _write_database(views: Sequence[View | LabelledView], folder: Path) -> None:
    """The file of views names the place it looks in, so it is made last and there."""
    beside = folder / f".{DATABASE}.{uuid4().hex}.tmp"
    try:
        write_views(script(views, root=f"{folder}/"), beside)
        beside.rename(folder / DATABASE)
        sync_folder(folder)
    finally:
        beside.unlink(missing_ok=True)
