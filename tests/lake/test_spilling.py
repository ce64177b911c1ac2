"""What does not fit into memory goes to disk, also where there was no folder yet and after the lake was tidied."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import ibis

from keepwell.lake.engine import SPILL, open_engine
from keepwell.lake.lake import Lake
from keepwell.lake.manifest import Manifest

NOW = datetime(2025, 6, 30, 12, tzinfo=UTC)
ROWS = 6_000_000
"""Of 16 bytes, twice what the engine may hold."""


def test_more_than_memory_holds(tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    engine = open_engine(folder / SPILL, memory_limit_mb=48, threads=1)
    try:
        lake = Lake(folder, engine)
        lake.publish(Manifest(), cause="test", now=NOW)
        lake.collect_garbage(now=NOW, keep=timedelta(0))
        numbers = ibis.range(0, ROWS).unnest().name("number").as_table()
        rows = engine.stage(numbers.mutate(square=numbers.number * numbers.number))
        assert list((folder / SPILL).iterdir()), "nothing was spilled: the test proves nothing"
        assert engine.value(rows.number.sum()) == ROWS * (ROWS - 1) // 2
    finally:
        engine.close()
    assert not list((folder / SPILL).iterdir())
