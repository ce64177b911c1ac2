"""A Spark cluster of this machine's own: a master and two workers on loopback, from the jars that pyspark brings."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

WORKERS = 2
START_S = 60
SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.executor.memory": "512m",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
}
"""For small data on a small machine; none of them changes an answer."""


APART = ("unshare", "--mount", "sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"')
"""Runs a command in whose eyes a folder is another, empty one, as it is on a machine that does not share the disk."""


@contextmanager
def cluster(folder: Path, *, apart: Path | None = None) -> Iterator[str]:
    """A running cluster, its logs and work under ``folder``; gives the master's URL, and stops all of it in the end.

    Its workers have a folder of their own where others have ``apart``.
    """
    before = (*APART, str(apart)) if apart else ()
    processes: list[subprocess.Popen[bytes]] = []
    try:
        log = _start(processes, folder, "master", "org.apache.spark.deploy.master.Master", "--port", "0")
        master = _said(log, r"Starting Spark master at (spark://\S+)")
        for number in range(WORKERS):
            work = folder / f"worker{number}"
            arguments = ("--cores", "1", "--memory", "1g", "--work-dir", str(work), master)
            log = _start(
                processes,
                folder,
                f"worker{number}",
                "org.apache.spark.deploy.worker.Worker",
                *arguments,
                before=before,
            )
        _said(log, r"(Successfully registered) with master")
        yield master
    finally:
        for process in reversed(processes):
            _stop(process)


def can_unshare() -> bool:
    """Whether this user may run a command whose folders are others."""
    try:
        return (
            subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode == 0
        )
    except FileNotFoundError:
        return False


def _start(
    processes: list[subprocess.Popen[bytes]],
    folder: Path,
    name: str,
    kind: str,
    *arguments: str,
    before: Sequence[str] = (),
) -> Path:
    found = find_spec("pyspark")
    assert found is not None
    assert found.origin is not None
    home = Path(found.origin).parent
    log = folder / f"{name}.log"
    here = {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m"}
    start = (str(home / "bin" / "spark-class"), kind, "--host", "127.0.0.1", "--webui-port", "0", *arguments)
    with log.open("wb") as out:
        processes.append(
            subprocess.Popen(
                [*before, *start],
                env=os.environ | here,
                stdout=out,
                stderr=out,
                start_new_session=True,  # a group of its own: executors are stopped with their worker
            )
        )
    return log


def _said(log: Path, pattern: str) -> str:
    """The first group of what a process writes into its log."""
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if found := re.search(pattern, log.read_text("utf-8", "replace")):
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"{pattern!r} was not said within {START_S} s:\n{log.read_text('utf-8', 'replace')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(10)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
