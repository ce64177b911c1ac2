"""Versions of a lake, what is collected and what stays, and copies of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from keepwell.core.errors import Conflict, Unavailable
from keepwell.lake.copies import copy_lake, copy_snapshot, share
from keepwell.lake.engine import DuckDB, open_engine
from keepwell.lake.lake import Lake
from keepwell.lake.manifest import Manifest, Versions
from keepwell.lake.snapshot import SnapshotInfo, Snapshots

NOW = datetime(2025, 3, 10, 4, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDB]:
    opened = open_engine(tmp_path / "spill", threads=1)
    yield opened
    opened.close()


@pytest.fixture
def lake(tmp_path: Path, engine: DuckDB) -> Lake:
    return Lake(tmp_path / "lake", engine)


def publish(lake: Lake, party: str, *, now: datetime) -> Manifest:
    """A version that lists one new file of one customer, and nothing else."""
    rows = lake.engine.stage(lake.engine.table(pa.table({"party_key": [party], "customer_id": [party]})))
    files = lake.write(rows, "customers", row_count=1)
    return lake.publish(lake.current().model_copy(update={"customers": files}), cause="test", now=now)


def parties(lake: Lake, manifest: Manifest) -> list[object]:
    return lake.engine.values(lake.customers(manifest).party_key)


def test_a_lake_without_versions_is_empty(lake: Lake) -> None:
    assert lake.current() == Manifest()
    assert parties(lake, lake.current()) == []
    assert lake.collect_garbage(now=NOW, keep=WEEK) == 0


@pytest.mark.parametrize(
    ("file", "content", "kind", "sentence"),
    [
        ("CURRENT", b"two", Unavailable, "CURRENT is damaged"),
        ("CURRENT", b"7", Unavailable, "version 7 of the lake is gone"),
        ("00000001.json", b"", Unavailable, "00000001.json is damaged"),
        ("00000001.json", b"[]", Unavailable, "00000001.json is damaged"),
        ("00000001.json", b'{"version": "x"}', Unavailable, "00000001.json is damaged"),
        ("00000001.json", b"\xff\xfe", Unavailable, "00000001.json is damaged"),
        ("00000001.json", b'{"format": 2, "new": 1}', Conflict, "has format 2; this Keepwell reads format 1"),
    ],
)
def test_a_version_that_cannot_be_read(
    file: str, content: bytes, kind: type[Exception], sentence: str, lake: Lake
) -> None:
    publish(lake, "a", now=NOW)
    (lake.versions.folder / file).write_bytes(content)
    with pytest.raises(kind, match=sentence):
        lake.current()


def test_a_version_goes_a_week_after_it_was_superseded(lake: Lake) -> None:
    one = publish(lake, "a", now=NOW)
    two = publish(lake, "b", now=NOW + 4 * WEEK)
    lake.collect_garbage(now=NOW + 5 * WEEK, keep=WEEK)
    assert [parties(lake, one), parties(lake, two)] == [["a"], ["b"]]
    assert lake.collect_garbage(now=NOW + 5 * WEEK + timedelta(seconds=1), keep=WEEK) == 1
    assert lake.versions.numbers() == [2]
    assert parties(lake, lake.current()) == ["b"]


def test_what_a_crash_left_goes_at_once(lake: Lake) -> None:
    one = publish(lake, "a", now=NOW)
    Versions(lake.versions.folder).publish(one.model_copy(update={"version": 2}))
    (lake.versions.folder / "CURRENT").write_text("1")
    stray = lake.folder / "facts/orders/x.parquet"
    stray.parent.mkdir(parents=True)
    stray.touch()
    (lake.versions.folder / ".CURRENT.x.tmp").touch()
    assert lake.collect_garbage(now=NOW, keep=WEEK) == 2
    assert lake.versions.numbers() == [1]
    assert not stray.parent.exists()
    assert parties(lake, lake.current()) == ["a"]


def test_a_copy_shares_the_files_and_outlives_them(lake: Lake, engine: DuckDB, tmp_path: Path) -> None:
    publish(lake, "a", now=NOW)
    newest = publish(lake, "b", now=NOW)
    assert copy_lake(lake.folder, tmp_path / "copy") == newest
    (file,) = (tmp_path / "copy/customers").iterdir()
    assert file.stat().st_ino == (lake.folder / "customers" / file.name).stat().st_ino
    publish(lake, "c", now=NOW)
    lake.collect_garbage(now=NOW + 2 * WEEK, keep=WEEK)
    assert not (lake.folder / "customers" / file.name).exists()
    copy = Lake(tmp_path / "copy", engine)
    assert parties(copy, copy.current()) == ["b"]


def test_a_file_that_cannot_be_linked_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", no_links)
    (tmp_path / "a").write_bytes(b"x")
    share(tmp_path / "a", tmp_path / "new/b")
    assert (tmp_path / "new/b").read_bytes() == b"x"
    with pytest.raises(Unavailable, match="is gone"):
        share(tmp_path / "nothing", tmp_path / "new/c")


def test_a_lake_that_lost_a_file_is_not_copied(lake: Lake, tmp_path: Path) -> None:
    manifest = publish(lake, "a", now=NOW)
    (lake.folder / manifest.customers[0].path).unlink()
    with pytest.raises(Unavailable, match="is gone"):
        copy_lake(lake.folder, tmp_path / "copy")


def test_the_snapshot_is_copied_where_there_is_one(engine: DuckDB, tmp_path: Path) -> None:
    copy_snapshot(tmp_path / "snapshots", tmp_path / "none")
    assert not (tmp_path / "none").exists()
    snapshots = Snapshots(tmp_path / "snapshots")
    path = snapshots.write(engine, "one", {"customer": engine.table(pa.table({"customer_id": ["a"]}))})
    info = SnapshotInfo(
        file=path.name, as_of=NOW, made_at=NOW, run_id="one", lake_version=1, plan_version=1, customers=1
    )
    snapshots.publish(info)
    copy_snapshot(tmp_path / "snapshots", tmp_path / "copy")
    opened = Snapshots(tmp_path / "copy").open()
    assert (opened.info, opened.engine.count(opened.customers)) == (info, 1)
    opened.close()


def test_beginnings_of_snapshots_go(engine: DuckDB, tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    snapshots.remove_unfinished()
    tables = {"customer": engine.table(pa.table({"customer_id": ["a"]}))}
    info = SnapshotInfo(
        file="one.duckdb", as_of=NOW, made_at=NOW, run_id="one", lake_version=1, plan_version=1, customers=1
    )
    snapshots.write(engine, "one", tables)
    snapshots.publish(info)
    current = (tmp_path / "one.duckdb").stat().st_mtime_ns
    snapshots.write(engine, "two", tables)
    os.utime(tmp_path / "two.duckdb", ns=(current + 1, current + 1))
    (tmp_path / "two.duckdb.wal").touch()
    (tmp_path / ".CURRENT.json.x.tmp").touch()
    snapshots.remove_unfinished()
    assert sorted(path.name for path in tmp_path.glob("*one*")) == ["one.duckdb", "one.duckdb.json"]
    assert snapshots.current() == info
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "CURRENT.json",
        "one.duckdb",
        "one.duckdb.json",
    ]
