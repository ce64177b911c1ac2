"""The serving process: one per SQLite store, told where it answers, ended cleanly by a signal."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from keepwell.core.clock import system_clock
from keepwell.core.errors import Unavailable
from keepwell.store.errors import StoreInUse
from keepwell.store.process import serving
from keepwell.web.serve import serve
from support.served_shop import SETTINGS, open_shop, publish_plan, write_plan

SCRIPT = """
import sys
from pathlib import Path
from keepwell.core.clock import system_clock
from keepwell.web.serve import serve
from keepwell.wiring import deployment
serve(
    deployment(Path(sys.argv[1]), {}), host="127.0.0.1", port=0, clock=system_clock,
    tell=lambda address, link: print(address, link, flush=True),
)
print("ended", flush=True)
"""


@contextmanager
def served(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """A serving process, its address and the link of the first run."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        address, link = process.stdout.readline().split()
        yield process, address, link
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        assert process.stderr is not None
        process.stderr.close()


def test_serves_works_and_ends_cleanly(tmp_path: Path) -> None:
    write_plan(tmp_path / "plan", settings=SETTINGS + 'run_every = "1d"\n')
    shop = open_shop(tmp_path / "plan")
    publish_plan(shop)
    with served(tmp_path / "plan") as (process, address, link):
        assert httpx2.get(link).status_code == 200
        for _ in range(600):  # the schedule finds that the plan never ran
            if httpx2.get(f"{address}/readyz").json()["has_snapshot"]:
                break
            time.sleep(0.2)
        assert httpx2.get(f"{address}/readyz").json() == {"status": "ready", "has_snapshot": True}
        holder = serving(shop.store)
        assert holder is not None
        assert (holder.pid, holder.doing, holder.address) == (process.pid, "serve", address)
        with pytest.raises(StoreInUse, match="keepwell serve at"):
            serve(shop, host="127.0.0.1", port=0, clock=system_clock, tell=lambda _address, _link: None)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert process.stdout is not None
        assert process.stdout.read() == "ended\n"
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert serving(shop.store) is None
    shop.close()
    log = (tmp_path / "plan/.keepwell/logs/serve.log").read_text("utf-8")
    lines = [json.loads(line) for line in log.splitlines()]
    assert {"serving", "run began", "run published", "request", "ended"} <= {line["event"] for line in lines}
    assert link.partition("token=")[2] not in log


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    write_plan(tmp_path / "plan")
    shop = open_shop(tmp_path / "plan")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Unavailable, match="cannot answer at"):
            serve(shop, host="127.0.0.1", port=port, clock=system_clock, tell=lambda _address, _link: None)
    assert serving(shop.store) is None
    shop.close()
