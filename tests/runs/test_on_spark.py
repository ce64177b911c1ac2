"""A whole run whose fields Spark computes publishes the same snapshot as one on DuckDB alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from keepwell.lake.snapshot import CUSTOMERS, PARTIES, Snapshots
from support.command import keepwell
from support.trial_shop import write_shop

AS_OF = ("--as-of", "2025-03-12")

pytestmark = [pytest.mark.spark, pytest.mark.heavy]


def told(plan: Path) -> dict[str, object]:
    """Both tables of the snapshot, with their types and in their order."""
    opened = Snapshots(plan / ".keepwell/snapshots").open()
    try:
        tables = {name: opened.engine.staged(name) for name in (CUSTOMERS, PARTIES)}
        return {name: (table.schema(), opened.engine.rows(table)) for name, table in tables.items()}
    finally:
        opened.close()


def test_the_snapshots_are_equal(tmp_path: Path) -> None:
    on_duckdb = write_shop(tmp_path / "duckdb")
    assert keepwell("push", plan=on_duckdb).code == 0
    assert keepwell("run", *AS_OF, plan=on_duckdb).code == 0
    # The same lake: pseudonyms of parties are made with a secret, and would be others in another one.
    on_spark = Path(shutil.copytree(on_duckdb, tmp_path / "spark"))
    settings = on_spark / "keepwell.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("[lake]\n", '[lake]\nengine = "spark"\nmaster = "local[1]"\n'), "utf-8")
    assert keepwell("push", plan=on_spark).code == 0
    # A process of its own: this one's Spark computes for other tests.
    command: list[str | Path] = [
        Path(sys.executable).with_name("keepwell"),
        "run",
        *AS_OF,
        "--plan",
        on_spark,
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"SPARK_LOCAL_IP": "127.0.0.1"},
    )
    assert done.returncode == 0, done.stderr
    assert told(on_spark) == told(on_duckdb)
    assert not list((on_spark / ".keepwell/lake/spill").glob("*/*")), "what was staged is gone"
