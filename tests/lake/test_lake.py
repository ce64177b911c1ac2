"""The lake: versions and their pointer, buckets, dead rows, compaction, collection, and the one who writes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keepwell.core.errors import Conflict, Unavailable
from keepwell.lake.compact import FILES_MAX, SMALL_FILES_MAX, compact
from keepwell.lake.engine import open_engine
from keepwell.lake.functions import stable_hash
from keepwell.lake.lake import (
    DEAD_SCHEMA,
    ROWS_OF_A_SMALL_FILE,
    Lake,
    bucket_of,
    bucket_of_text,
    fact_schema,
)
from keepwell.lake.manifest import BUCKETS, DataFile, Manifest, SourceState

NOW = datetime(2025, 6, 30, 12, tzinfo=UTC)
AT = datetime(2025, 6, 1, 12)  # noqa: DTZ001 (naive UTC, as lake columns are)
WEEK = timedelta(days=7)
COLUMNS = {"amount": "money"}


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    engine = open_engine(tmp_path / "lake" / "spill", threads=1)
    yield Lake(tmp_path / "lake", engine)
    engine.close()


def fact(number: int) -> dict[str, object]:
    """The n-th fact; every tenth is anonymous."""
    return {
        "key": str(number),
        "key_hash": number,
        "body_hash": number * 7,
        "party_key": f"shop:{number % 40}" if number % 10 else None,
        "occurred_at": AT + timedelta(minutes=number),
        "occurred_on": AT.date(),
        "recorded_at": AT,
        "revision": None,
        "amount": number * 100,
    }


def written(lake: Lake, numbers: Sequence[int], *, as_if: int | None = None) -> tuple[DataFile, ...]:
    """Facts of these numbers, written; ``as_if`` they were so many."""
    table = lake.engine.table(pa.Table.from_pylist([fact(n) for n in numbers], schema=fact_schema(COLUMNS)))
    return lake.write_by_party(table, "facts/orders", row_count=as_if or len(numbers))


def source(files: Sequence[DataFile], dead: Sequence[DataFile] = ()) -> SourceState:
    return SourceState(definition="d", columns=COLUMNS, files=tuple(files), dead=tuple(dead))


def killed(lake: Lake, numbers: Sequence[int], file: DataFile) -> tuple[DataFile, ...]:
    """A file that says these facts of ``file`` are dead."""
    rows = [{"file": file.path, "key_hash": n, "body_hash": n * 7} for n in numbers]
    table = lake.engine.table(pa.Table.from_pylist(rows, schema=DEAD_SCHEMA))
    return lake.write(table, "dead/orders", row_count=len(rows))


def keys(lake: Lake, state: SourceState) -> list[int]:
    return sorted(int(row["key"]) for row in lake.engine.rows(lake.facts(state)))


def publish(lake: Lake, state: SourceState, *, now: datetime = NOW) -> Manifest:
    return lake.publish(Manifest(sources={"orders": state}), cause="test", now=now)


# Versions


def test_before_the_first_version_the_lake_is_empty(lake: Lake) -> None:
    assert lake.current() == Manifest()
    assert lake.versions.numbers() == []


def test_each_version_is_kept_and_the_pointer_names_the_newest(lake: Lake) -> None:
    first = publish(lake, source(written(lake, range(3))))
    second = publish(lake, source((*first.sources["orders"].files, *written(lake, range(3, 5)))))
    assert lake.versions.numbers() == [1, 2]
    assert lake.current() == second
    assert lake.versions.read(1) == first
    assert (second.version, second.cause, second.written_at) == (2, "test", NOW)
    assert keys(lake, second.sources["orders"]) == [0, 1, 2, 3, 4]


def test_a_version_is_not_seen_before_the_pointer_moves(lake: Lake) -> None:
    first = publish(lake, source(written(lake, range(3))))
    path = lake.folder / "versions" / "00000002.json"
    path.write_text(first.model_copy(update={"version": 2}).model_dump_json())
    assert lake.current() == first


def test_a_damaged_pointer_is_named_with_what_to_do(lake: Lake) -> None:
    publish(lake, source(written(lake, range(3))))
    pointer = lake.folder / "versions" / "CURRENT"
    pointer.write_text("tw\x00")
    with pytest.raises(Unavailable) as refused:
        lake.current()
    assert (
        str(refused.value)
        == f"{pointer} is damaged (restore it from a backup, or write the number of a version)"
    )


@pytest.mark.parametrize(
    "text", ["", '{"version": 1', '{"version": "one"}', '{"version": 1, "surplus": 2}', "\x00" * 9]
)
def test_a_damaged_manifest_is_named_with_what_to_do(lake: Lake, text: str) -> None:
    publish(lake, source(written(lake, range(3))))
    path = lake.folder / "versions" / "00000001.json"
    path.write_text(text)
    with pytest.raises(Unavailable) as refused:
        lake.current()
    assert str(refused.value) == f"{path} is damaged (restore a backup)"


def test_a_manifest_that_is_gone_is_named(lake: Lake) -> None:
    publish(lake, source(written(lake, range(3))))
    path = lake.folder / "versions" / "00000001.json"
    path.unlink()
    with pytest.raises(Unavailable, match="version 1 of the lake is gone") as refused:
        lake.current()
    assert str(path) in str(refused.value)


def test_a_manifest_of_a_later_format_is_refused_rather_than_guessed_at(lake: Lake) -> None:
    publish(lake, source(()))
    (lake.folder / "versions" / "00000001.json").write_text('{"format": 2, "all": "else"}')
    with pytest.raises(Conflict, match="has format 2; this Keepwell reads format 1"):
        lake.current()


# Files and buckets


def test_few_facts_are_one_file_and_none_no_file(lake: Lake) -> None:
    (one,) = written(lake, range(50))
    assert (one.rows, one.bucket) == (50, None)
    (still,) = written(lake, range(50), as_if=ROWS_OF_A_SMALL_FILE)
    assert still.bucket is None
    empty = lake.engine.table(fact_schema(COLUMNS).empty_table())
    assert lake.write_by_party(empty, "facts/orders", row_count=0) == ()


def test_many_facts_are_a_file_for_each_bucket(lake: Lake) -> None:
    files = written(lake, range(200), as_if=ROWS_OF_A_SMALL_FILE + 1)
    buckets = [file.bucket for file in files]
    assert len(files) > 1
    assert buckets == sorted({bucket_of_text(str(fact(n)["party_key"])) for n in range(200) if n % 10} | {0})
    assert sum(file.rows for file in files) == 200
    assert keys(lake, source(files)) == list(range(200))
    for file in files:
        rows = lake.engine.rows(lake.facts(source([file])))
        assert len(rows) == file.rows
        assert {bucket_of_text(row["party_key"]) if row["party_key"] else 0 for row in rows} == {file.bucket}


HASHES = {
    "": 4549053946144276596,
    "shop:1": 8738816301643792802,
    "A1": 5002440564509479003,
    "王小明": 8756666822080744903,
}


def test_the_hash_of_a_text_never_changes(lake: Lake) -> None:
    """Hashes lie in files: another hash would make every known fact a new one."""
    table = lake.engine.table(pa.table({"text": list(HASHES)}))
    rows = lake.engine.rows(table.mutate(hash=stable_hash(table.text)))
    assert {row["text"]: row["hash"] for row in rows} == HASHES


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=1, max_size=40
    )
)
def test_both_ways_to_find_a_bucket_agree(lake: Lake, texts: list[str]) -> None:
    with lake.engine.lend(pa.table({"text": texts})) as table:
        rows = lake.engine.rows(table.mutate(bucket=bucket_of(table.text)))
    for row in rows:
        assert row["bucket"] == bucket_of_text(row["text"])
        assert 0 <= row["bucket"] < BUCKETS


def test_facts_of_a_party_are_looked_for_in_their_bucket_alone(lake: Lake) -> None:
    """The files of other buckets are taken away, and nobody misses them."""
    large = written(lake, range(200), as_if=ROWS_OF_A_SMALL_FILE + 1)
    state = source((*large, *written(lake, range(200, 240))))
    own = {bucket_of_text("shop:7"), bucket_of_text("shop:11")}
    others = [file for file in large if file.bucket not in own]
    assert others
    for file in others:
        (lake.folder / file.path).unlink()
    rows = lake.engine.rows(lake.facts_of_parties(state, ["shop:7", "shop:11"]))
    assert sorted(int(row["key"]) for row in rows) == [n for n in range(240) if n % 40 in (7, 11)]
    assert lake.engine.count(lake.facts_of_parties(state, [])) == 0


# Dead rows and compaction


def test_dead_rows_are_left_out_and_others_of_the_same_hashes_are_not(lake: Lake) -> None:
    (old,), (new,) = written(lake, range(10)), written(lake, [3, 4, 20])
    state = source([old, new], killed(lake, [3, 4], old))
    assert keys(lake, state) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20]
    assert state.fact_count == 11
    rows = lake.engine.rows(lake.facts(state, with_file=True))
    assert {row["file"] for row in rows if row["key"] in ("3", "4")} == {new.path}


def test_compaction_keeps_the_facts_and_drops_the_dead(lake: Lake) -> None:
    (old,), (new,) = written(lake, range(50)), written(lake, [3, 4, 60])
    large = written(lake, range(100, 140), as_if=ROWS_OF_A_SMALL_FILE + 1)
    files = [old, new, *large]
    dead = [
        *killed(lake, [3, 4, *range(5, 15)], old),
        *killed(lake, [101], next(f for f in large if f.bucket == bucket_of_text("shop:21"))),
    ]
    before = publish(lake, source(files, dead))
    facts = sorted(map(repr, lake.engine.rows(lake.facts(before.sources["orders"]))))
    after = compact(lake, now=NOW)
    state = after.sources["orders"]
    assert (after.version, after.cause) == (2, "compaction")
    assert state.dead == ()
    assert sorted(map(repr, lake.engine.rows(lake.facts(state)))) == facts
    assert state.fact_count == len(facts)
    assert len({file.bucket for file in state.files}) == len(state.files)
    assert None not in {file.bucket for file in state.files}
    assert sum(file.rows for file in state.files) == len(facts)


def test_what_needs_no_compaction_makes_no_version(lake: Lake) -> None:
    (file,) = written(lake, range(50))
    published = publish(lake, source([file], killed(lake, [1, 2, 3, 4, 5], file)))  # a tenth, and no more
    assert compact(lake, now=NOW) == published
    assert lake.versions.numbers() == [1]


def test_too_many_files_of_a_source_become_few(lake: Lake) -> None:
    (file,) = written(lake, range(20))
    files = [DataFile(path=f"facts/orders/{number}.parquet", rows=20) for number in range(FILES_MAX + 1)]
    for copy in files:
        (lake.folder / copy.path).write_bytes((lake.folder / file.path).read_bytes())
    publish(lake, source(files))
    state = compact(lake, now=NOW).sources["orders"]
    assert len(state.files) <= BUCKETS
    assert keys(lake, state) == sorted(list(range(20)) * len(files))


def test_too_many_small_files_of_customers_become_one(lake: Lake) -> None:
    table = pa.table({"party_key": ["shop:1"], "customer_id": ["one"]})
    (file,) = lake.write(lake.engine.table(table), "customers", row_count=1)
    lake.publish(Manifest(customers=(file,) * (SMALL_FILES_MAX + 1)), cause="test", now=NOW)
    (merged,) = compact(lake, now=NOW).customers
    assert merged.rows == SMALL_FILES_MAX + 1


# Collection


def on_disk(lake: Lake) -> set[str]:
    return {path.relative_to(lake.folder).as_posix() for path in lake.folder.rglob("*.parquet")}


def test_collection_keeps_what_recent_versions_list_and_nothing_else(lake: Lake) -> None:
    (a,), (b,), (c,), (stray,) = (written(lake, [n]) for n in range(4))
    publish(lake, source([a]), now=NOW - 3 * WEEK)
    publish(lake, source([b]), now=NOW - 2 * WEEK)  # superseded a day ago, so somebody may still read it
    publish(lake, source([c]), now=NOW - timedelta(days=1))
    begun = lake.folder / "versions" / ".00000004.json.tmp"
    begun.write_text("{")
    assert lake.collect_garbage(now=NOW, keep=WEEK) == 3
    assert on_disk(lake) == {b.path, c.path}
    assert lake.versions.numbers() == [2, 3]
    assert not begun.exists()
    assert not (lake.folder / stray.path).exists()
    assert keys(lake, lake.current().sources["orders"]) == [2]


def test_the_current_version_is_kept_however_old(lake: Lake) -> None:
    (a,) = written(lake, [1])
    publish(lake, source([a]), now=NOW - 100 * WEEK)
    assert lake.collect_garbage(now=NOW, keep=WEEK) == 0
    assert keys(lake, lake.current().sources["orders"]) == [1]


def test_a_version_the_pointer_never_reached_is_removed_with_its_files(lake: Lake) -> None:
    (a,), (b,) = written(lake, [1]), written(lake, [2])
    first = publish(lake, source([a]))
    unreached = Manifest(version=2, written_at=NOW, sources={"orders": source([a, b])})
    (lake.folder / "versions" / "00000002.json").write_text(unreached.model_dump_json())
    assert lake.collect_garbage(now=NOW, keep=WEEK) == 1
    assert lake.versions.numbers() == [1]
    assert lake.current() == first
    assert on_disk(lake) == {a.path}


# The lock

HOLDER = """
import sys
from pathlib import Path
from keepwell.lake.engine import open_engine
from keepwell.lake.lake import Lake
folder = Path(sys.argv[1])
with Lake(folder, open_engine(folder / "spill")).lock():
    print("locked", flush=True)
    sys.stdin.read()
"""


def test_one_writes_at_a_time_and_kill_9_frees_the_lock(lake: Lake) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(lake.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        try:
            assert holder.stdout
            assert holder.stdout.readline() == "locked\n"
            with pytest.raises(Unavailable) as refused, lake.lock():
                pytest.fail("two hold the lock")
            assert f"another run is working on this lake (process {holder.pid})" in str(refused.value)
        finally:
            os.kill(holder.pid, signal.SIGKILL)
    with lake.lock():
        assert (lake.folder / "lock").read_text() == str(os.getpid())
    with lake.lock():
        pass
