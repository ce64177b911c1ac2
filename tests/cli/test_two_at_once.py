"""Two at once: runs beside a run, beside `keepwell serve`, and readers beside runs."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from keepwell.core.clock import system_clock
from keepwell.wiring import deployment
from support.command import keepwell
from support.trial_shop import write_second_day
from support.whole_state import state_of

HOLD = """
import sys, time
from pathlib import Path
from keepwell.wiring import deployment
with deployment(Path(sys.argv[1])).lake().lock():
    print("held", flush=True)
    time.sleep(600)
"""


@contextmanager
def process(*words: str | Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", *map(str, words)], stdout=subprocess.PIPE, text=True
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def test_a_second_run_is_refused_until_the_first_is_gone_however_it_ends(shop: Path) -> None:
    write_second_day(shop)
    with process("-c", HOLD, shop) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        for words in (["run"], ["quarantine", "drop", "q0a9942adbb22ff3"]):
            said = keepwell(*words, plan=shop)
            assert said.code == 3
            assert f"another run is working on this lake (process {holder.pid})" in said.err
        assert keepwell("who", plan=shop).code == 0
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        said = keepwell("run", plan=shop)
    assert said.code == 0
    assert "orders-2.csv" in said.out


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def test_a_run_beside_serve_is_handed_over(shop: Path) -> None:
    port = free_port()
    with process("-m", "keepwell.cli.main", "serve", "--port", str(port), "--plan", shop):
        address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            if address in keepwell("status", plan=shop).out:
                break
            time.sleep(0.1)
        write_second_day(shop)
        said = keepwell("run", plan=shop)
        assert said.code == 0, said
        assert f"keepwell serve at {address}" in said.err
        assert "orders: data/orders-2.csv, 5 rows, 2 new" in said.out
        second = keepwell("serve", "--port", str(free_port()), plan=shop)
        assert second.code == 1
        assert "a SQLite store serves one process" in second.err
    assert "everything was up to date" in keepwell("run", plan=shop).out


def test_a_reader_keeps_its_answers_while_runs_publish_and_old_files_go(shop: Path) -> None:
    reading = deployment(shop)
    with reading.sight() as sight:
        lake, snapshot = sight.lake, sight.snapshot
        manifest = lake.current()
        orders = lake.facts(manifest.sources["orders"])
        before = snapshot.engine.count(snapshot.customers), lake.engine.count(orders)
        write_second_day(shop)
        for _ in range(7):  # more than snapshots are kept
            (shop / ".keepwell/snapshots/CURRENT.json").unlink()
            assert keepwell("run", plan=shop).code == 0
        assert not (shop / ".keepwell/snapshots" / snapshot.info.file).exists()
        assert lake.current().version > manifest.version
        assert (snapshot.engine.count(snapshot.customers), lake.engine.count(orders)) == before
        with reading.sight() as fresh:
            assert fresh.snapshot.engine.count(fresh.snapshot.customers) > before[0]
    reading.close()


def test_a_version_stays_for_its_readers_however_old_it_was_when_it_was_superseded(shop: Path) -> None:
    found, keep = deployment(shop), timedelta(days=7)
    lake = found.lake()
    old = lake.current()
    write_second_day(shop)
    later = system_clock() + timedelta(days=30)
    lake.publish(old, cause="test", now=later)
    with lake.lock():
        lake.collect_garbage(now=later + timedelta(days=6), keep=keep)
        assert lake.versions.read(old.version) == old
        lake.collect_garbage(now=later + timedelta(days=8), keep=keep)
    assert lake.versions.numbers() == [old.version + 1]
    lake.engine.close()
    found.close()


@pytest.mark.parametrize(
    "where", ["lake/facts/orders/x.parquet", "lake/versions/.x.json.tmp", "snapshots/x.duckdb.wal"]
)
def test_what_nothing_lists_is_swept_by_the_next_run(where: str, shop: Path) -> None:
    stray = shop / ".keepwell" / where
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"half")
    assert keepwell("run", plan=shop).code == 0
    assert not stray.exists()


def test_what_a_living_process_spilled_stays_and_a_dead_ones_goes(shop: Path) -> None:
    spill = shop / ".keepwell/lake/spill"
    with process("-c", "input()") as gone:
        gone.kill()
        gone.wait()
    for owner in (os.getpid(), gone.pid):
        (spill / f"{owner}-x").mkdir(parents=True)
        (spill / f"{owner}-x/part").touch()
    assert keepwell("run", plan=shop).code == 0
    assert [path.name for path in spill.iterdir()] == [f"{os.getpid()}-x"]


def test_a_backup_is_made_while_a_run_works(shop: Path, tmp_path: Path) -> None:
    found = deployment(shop)
    lake = found.lake()
    with lake.lock():
        said = keepwell("backup", tmp_path / "b", "--keys", tmp_path / "k", plan=shop)
    assert said.code == 0, said
    expected = state_of(found)
    lake.engine.close()
    found.close()
    assert keepwell("restore", tmp_path / "b", "--keys", tmp_path / "k", "--into", tmp_path / "new").code == 0
    shutil.copy(shop / ".keepwell/secret", tmp_path / "new/.keepwell/secret")
    restored = deployment(tmp_path / "new")
    assert state_of(restored) == expected
    restored.close()
