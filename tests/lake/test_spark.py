"""Spark as an engine: its temporary tables and files, and an error for everything that may be missing."""

# ruff: noqa: DTZ001 (moments of the lake are naive)

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keepwell.core.errors import KeepwellError, Refused, Unavailable
from keepwell.lake.engine import Engine, open_database, open_engine
from keepwell.lake.engines.spark_session import open_spark
from support import machine
from support.code import ROOT
from support.spark_cluster import can_unshare, cluster

COLUMNS: dict[str, pa.DataType] = {
    "key": pa.string(),
    "at": pa.timestamp("us"),
    "day": pa.date32(),
    "amount": pa.int64(),
}
SCHEMA = pa.schema(COLUMNS)
ROWS: list[dict[str, Any]] = [
    {"key": "b", "at": datetime(2026, 3, 29, 1, 0, 0, 1), "day": date(1, 1, 1), "amount": 2**63 - 1},
    {"key": "a", "at": None, "day": None, "amount": None},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With what a path may be written with, and an address may not."""
    made = tmp_path / "a lake + 50 % 数据"
    made.mkdir()
    return made


@pytest.mark.spark
class TestTables:
    @pytest.fixture
    def staged(self, spark: Engine) -> Iterator[str]:
        made = spark.stage(spark.table(pa.Table.from_pylist(ROWS, schema=SCHEMA)))
        yield made.get_name()
        spark.drop(made.get_name())

    def test_files_are_read_by_the_schema(self, spark: Engine, folder: Path) -> None:
        for name, row in zip(("one", "two"), ROWS, strict=True):
            pq.write_table(pa.Table.from_pylist([row], schema=SCHEMA), folder / f"{name}.parquet")
        wider = SCHEMA.append(pa.field("channel", pa.string()))
        files = [folder / "one.parquet", folder / "two.parquet"]
        table = spark.read(files, wider, with_file=True).order_by("key")
        assert spark.rows(table) == [
            {**ROWS[1], "channel": None, "filename": str(folder / "two.parquet")},
            {**ROWS[0], "channel": None, "filename": str(folder / "one.parquet")},
        ]
        assert spark.rows(spark.read_all(files).order_by("key")) == [ROWS[1], ROWS[0]]

    def test_no_files_are_no_rows(self, spark: Engine) -> None:
        table = spark.read([], SCHEMA, with_file=True)
        assert table.columns == (*SCHEMA.names, "filename")
        assert spark.count(table) == 0

    def test_a_name_is_staged_anew_from_itself(self, spark: Engine, staged: str) -> None:
        table = spark.staged(staged)
        spark.stage(table.filter(table.key == "b"), staged)
        assert spark.values(spark.staged(staged).key) == ["b"]

    def test_dropped_tables_leave_nothing(
        self, spark: Engine, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        with spark.lend(pa.table({"n": [1, 2]})) as lent:
            held = list(tmp_path_factory.getbasetemp().rglob("spill/*/*"))
            assert spark.value(lent.n.sum()) == 3
        left = list(tmp_path_factory.getbasetemp().rglob("spill/*/*"))
        assert len(left) == len(held) - 1

    def test_a_snapshot_is_the_same_file_as_by_duckdb(self, spark: Engine, tmp_path: Path) -> None:
        duckdb = open_engine(tmp_path / "spill", threads=1)
        arrow = pa.Table.from_pylist(ROWS, schema=SCHEMA)
        told = []
        for engine in (duckdb, spark):
            path = tmp_path / f"{type(engine).__name__}.duckdb"
            table = engine.table(arrow)
            engine.write_database(
                {"customer": table.order_by("key"), "none": table.filter(table.amount < 0)}, path
            )
            written = open_database(path)
            told.append([(t.schema(), written.rows(t)) for t in map(written.staged, ("customer", "none"))])
            written.close()
        duckdb.close()
        assert told[0] == told[1]
        assert told[0][0][1] == [ROWS[1], ROWS[0]]


@pytest.mark.spark
def test_a_file_that_executors_cannot_see(spark: Engine, tmp_path: Path) -> None:
    path = tmp_path / "gone.parquet"
    pq.write_table(pa.table({"n": [1]}), path)
    table = spark.read_all([path])
    path.unlink()
    with pytest.raises(Unavailable, match=r"could not read or write the lake's files") as refused:
        spark.count(table)
    assert "every machine of the cluster must reach the lake's folder" in str(refused.value)


STAGES = """
import sys
from pathlib import Path
import ibis
import pyarrow as pa
from keepwell.core.errors import Unavailable
from keepwell.lake.engines.spark_session import open_spark
from support.spark_cluster import SETTINGS

engine = open_spark(Path(sys.argv[1]), master=sys.argv[2], settings=SETTINGS)
held_here = engine.table(pa.table({"n": [1, 2, 3]}))
made_there = ibis.range(3).unnest().name("n").as_table()
for table in held_here, made_there:
    try:
        engine.stage(table)
    except Unavailable as error:
        print(error)
engine.close()
"""


# Not of the group `spark`, which must run: few containers allow mounts.
@pytest.mark.heavy
@pytest.mark.timeout(900)
@pytest.mark.skipif(
    bool(machine.no_spark()) or not can_unshare(), reason="needs Spark, and a user who may mount folders"
)
def test_workers_that_do_not_share_the_disk(tmp_path: Path) -> None:
    """What they write must not be missed without a word."""
    lake = tmp_path / "lake"
    lake.mkdir()
    with cluster(tmp_path, apart=lake) as master:
        done = subprocess.run(
            [sys.executable, "-c", STAGES, str(lake), master],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONPATH": str(ROOT / "tests")},
        )
    unread, lost = done.stdout.splitlines()
    assert unread.startswith("the cluster could not read or write the lake's files")
    assert re.match(r"executors wrote 3 rows into .*, and 0 are there \(every machine", lost)


def refusal(tmp_path: Path, master: str = "local[1]") -> KeepwellError:
    with pytest.raises(KeepwellError) as refused:
        open_spark(tmp_path / "spill", master=master)
    return refused.value


def test_without_pyspark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    found = refusal(tmp_path)
    assert isinstance(found, Refused)
    assert str(found) == (
        "the engine of this plan is Spark, and pyspark is not installed "
        "(install it with `pip install 'keepwell[spark]'`, or write `engine = \"duckdb\"`)"
    )


@pytest.mark.spark
def test_without_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    found = refusal(tmp_path)
    assert isinstance(found, Refused)
    assert str(found).startswith(
        "the engine of this plan is Spark, and there is no Java here (install Java 17"
    )


@pytest.mark.spark
def test_with_an_old_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'java version \"1.8.0_362\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert str(refusal(tmp_path)).startswith(f"Spark needs Java 17 or newer; {java} is 8 (install Java 17")


@pytest.mark.spark
def test_a_master_that_does_not_answer(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    found = refusal(tmp_path, f"spark://127.0.0.1:{port}")
    assert isinstance(found, Unavailable)
    assert str(found).startswith(
        f"no Spark master answers at spark://127.0.0.1:{port} (start it, or mend `master`"
    )
