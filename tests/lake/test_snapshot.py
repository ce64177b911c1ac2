"""Snapshots: a new file each time, the old one readable for whoever has it open, and only a few kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from keepwell.core.errors import NotFound, Unavailable
from keepwell.lake.engine import Engine, open_engine
from keepwell.lake.snapshot import CUSTOMERS, ITEMS, SNAPSHOTS_KEPT, Snapshot, SnapshotInfo, Snapshots
from keepwell.runs.run import run
from support import served_shop

NOW = datetime(2025, 6, 30, 12, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(tmp_path / "spill", threads=1)
    yield opened
    opened.close()


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "snapshots")


def write(snapshots: Snapshots, engine: Engine, name: str, customers: list[str]) -> Path:
    table = engine.table(pa.table({"customer_id": customers}))
    return snapshots.write(engine, name, {CUSTOMERS: table})


def publish(snapshots: Snapshots, engine: Engine, name: str, customers: list[str]) -> None:
    path = write(snapshots, engine, name, customers)
    info = SnapshotInfo(
        file=path.name,
        as_of=NOW,
        made_at=NOW,
        run_id=name,
        lake_version=1,
        plan_version=1,
        customers=len(customers),
    )
    snapshots.publish(info)


def ids(snapshot: Snapshot) -> list[str]:
    return sorted(snapshot.engine.values(snapshot.customers.customer_id))


def test_before_the_first_run_there_is_none(snapshots: Snapshots) -> None:
    assert snapshots.current() is None
    with pytest.raises(NotFound, match="there is no snapshot yet"):
        snapshots.open()


def test_an_open_one_goes_on_showing_what_it_held(snapshots: Snapshots, engine: Engine) -> None:
    publish(snapshots, engine, "one", ["ada"])
    old = snapshots.open()
    for number in range(SNAPSHOTS_KEPT + 1):  # until its file is gone, too
        publish(snapshots, engine, f"later {number}", ["ada", "bea"])
    assert not (snapshots.folder / "one.duckdb").exists()
    new, cursor = snapshots.open(), old.cursor()
    assert (ids(old), ids(cursor), ids(new)) == (["ada"], ["ada"], ["ada", "bea"])
    assert new.info.run_id == f"later {SNAPSHOTS_KEPT}"
    for snapshot in (cursor, old, new):
        snapshot.close()


def test_only_five_are_kept(snapshots: Snapshots, engine: Engine) -> None:
    for number in range(8):
        publish(snapshots, engine, f"run-{number}", ["ada"])
    assert {path.stem for path in snapshots.folder.glob("*.duckdb")} == {f"run-{n}" for n in range(3, 8)}
    assert len(list(snapshots.folder.glob("*.json"))) == 6  # one beside each, and the pointer


def test_one_of_an_earlier_run_is_opened_as_long_as_it_is_kept(snapshots: Snapshots, engine: Engine) -> None:
    publish(snapshots, engine, "one", ["ada"])
    publish(snapshots, engine, "two", ["ada", "bea"])
    (snapshots.folder / "damaged.duckdb").touch()
    (snapshots.folder / "damaged.duckdb.json").write_text("{")
    for run_id, held in (("one", ["ada"]), ("two", ["ada", "bea"])):
        snapshot = snapshots.open(run_id)
        assert (ids(snapshot), snapshot.info.run_id) == (held, run_id)
        snapshot.close()
    for unknown in ("three", "damaged", "../snapshots/one", ""):
        with pytest.raises(NotFound, match="is not kept any more"):
            snapshots.open(unknown)


def test_what_a_crash_left_is_removed_and_the_current_one_is_not(
    snapshots: Snapshots, engine: Engine
) -> None:
    publish(snapshots, engine, "good", ["ada"])
    write(snapshots, engine, "never pointed to", ["bea"])
    for name in ("half.duckdb.wal", ".CURRENT.json.tmp"):
        (snapshots.folder / name).write_text("")
    snapshots.remove_unfinished()
    left = {path.name for path in snapshots.folder.iterdir()}
    assert left == {"good.duckdb", "good.duckdb.json", "CURRENT.json"}


@pytest.mark.parametrize("text", ["", "{", '{"file": "x"}'])
def test_a_damaged_pointer_is_named_with_what_to_do(snapshots: Snapshots, engine: Engine, text: str) -> None:
    publish(snapshots, engine, "good", ["ada"])
    (snapshots.folder / "CURRENT.json").write_text(text)
    with pytest.raises(Unavailable, match=r"CURRENT\.json is damaged \(remove it and run again"):
        snapshots.open()


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 1000, None])
def test_a_damaged_file_is_named_with_what_to_do(
    snapshots: Snapshots, engine: Engine, damage: bytes | None
) -> None:
    publish(snapshots, engine, "good", ["ada"])
    path = snapshots.folder / "good.duckdb"
    path.unlink() if damage is None else path.write_bytes(damage)
    with pytest.raises(Unavailable, match=r"good\.duckdb cannot be opened"):
        snapshots.open()


def test_every_run_gives_a_new_name(tmp_path: Path) -> None:
    """Also two runs at one instant: the second after its plan was published anew."""
    served_shop.write_plan(tmp_path)
    shop = served_shop.open_shop(tmp_path)
    try:
        names = []
        for _ in range(2):
            served_shop.publish_plan(shop)
            with shop.place(now=served_shop.NOW) as place:
                ran = run(place, as_of=served_shop.NOW)
            assert ran.is_new
            assert ran.snapshot
            names.append(ran.snapshot.file)
        assert len({*names}) == 2
        assert all((shop.snapshots.folder / name).exists() for name in names)
    finally:
        shop.close()


def test_a_table_that_an_older_keepwell_did_not_make_is_told(snapshots: Snapshots, engine: Engine) -> None:
    publish(snapshots, engine, "old", ["a"])
    snapshot = snapshots.open()
    with pytest.raises(NotFound, match="an older Keepwell made it"):
        snapshot.table(ITEMS)
    assert snapshot.engine.count(snapshot.customers) == 1
    snapshot.close()
