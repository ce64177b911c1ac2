from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from keepwell.access.tables import sessions, users
from keepwell.customers.tables import originals
from keepwell.store.copies import copy_in, copy_out
from keepwell.store.engine import Store, open_store
from keepwell.store.errors import CopyRefused
from keepwell.store.jobs import enqueue
from keepwell.store.schema import require_current, upgrade
from keepwell.store.tables import jobs, metadata
from support.databases import MakeUrl

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def fill(session: Session) -> None:
    """A row or more with each kind of value: JSON, bytes, instants, missing, text, a foreign key."""
    enqueue(session, "run", {"名": ["值", 1, None, True]}, now=NOW)
    enqueue(session, "run", {}, now=NOW, idempotency_key="k")
    user = {"name": "ada", "name_key": "ada", "password_hash": "x", "roles": ["administrator"]}
    user_id = session.scalars(insert(users).values(**user, created_at=NOW).returning(users.c.id)).one()
    session.execute(
        insert(sessions).values(token_hash=b"\x00\xff", user_id=user_id, created_at=NOW, seen_at=NOW)
    )
    session.execute(
        insert(originals).values(quarantine_id="q1", key_name="k", sealed=bytes(range(256)), kept_at=NOW)
    )


def content(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


def kinds_of_pairs() -> list[object]:
    ids = ("sqlite", "postgres")
    return [
        pytest.param(*pair, marks=[pytest.mark.postgres] if "postgres" in pair else [])
        for pair in itertools.product(ids, ids)
    ]


@pytest.mark.parametrize(("source_kind", "target_kind"), kinds_of_pairs())
def test_a_copy_loads_into_either_database(
    source_kind: str, target_kind: str, new_database: MakeUrl, tmp_path: Path
) -> None:
    source, target = open_store(new_database(source_kind)), open_store(new_database(target_kind))
    upgrade(source)
    with source.write() as session:
        fill(session)
    written = copy_out(source, tmp_path / "copy")
    assert written.rows["job"] == 2
    assert copy_in(target, tmp_path / "copy") == written
    require_current(target)
    assert content(target) == content(source)
    with target.write() as session:
        enqueue(session, "the next one gets an id of its own", {}, now=NOW)
        assert sorted(session.scalars(select(jobs.c.id))) == [1, 2, 3]
    source.close()
    target.close()


def test_a_copy_is_refused_where_rows_are_and_where_files_are(store: Store, tmp_path: Path) -> None:
    with store.write() as session:
        fill(session)
    copy_out(store, tmp_path / "copy")
    with pytest.raises(CopyRefused, match="not empty"):
        copy_out(store, tmp_path / "copy")
    before = content(store)
    with pytest.raises(CopyRefused, match="holds data already"):
        copy_in(store, tmp_path / "copy")
    assert content(store) == before


@pytest.mark.parametrize("damage", ["no manifest", "broken manifest", "changed", "lost", "fewer"])
def test_a_damaged_copy_is_refused_and_leaves_no_row(
    damage: str, sqlite_store: Store, new_database: MakeUrl, tmp_path: Path
) -> None:
    with sqlite_store.write() as session:
        fill(session)
    folder = tmp_path / "copy"
    copy_out(sqlite_store, folder)
    file, manifest = folder / "job.jsonl", folder / "manifest.json"
    if damage == "no manifest":
        manifest.unlink()
    elif damage == "broken manifest":
        manifest.write_text(manifest.read_text()[:-20])
    elif damage == "changed":
        file.write_text(file.read_text().replace("run", "ran"))
    elif damage == "lost":
        file.unlink()
    else:
        listed = json.loads(manifest.read_text())
        listed["tables"][-1]["rows"] += 1
        manifest.write_text(json.dumps(listed))
    target = open_store(new_database("sqlite"))
    with pytest.raises(CopyRefused):
        copy_in(target, folder)
    upgrade(target)
    assert not any(content(target).values())
    target.close()
