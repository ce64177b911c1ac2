"""SQLite means one process: a lock beside the file says who has the store.

The lock is the operating system's, so it goes with the process however that ends. PostgreSQL needs none.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from keepwell.store.engine import Store
from keepwell.store.errors import StoreInUse

LOOK_ATTEMPTS = 20
LOOK_PAUSE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Serving:
    """The process that has a store: its id, what it does (``serve``, ``run``), where it answers, since when.

    Of one that has only just begun and has not said yet, only ``doing == "starting"`` is known.
    """

    pid: int | None
    doing: str
    address: str | None
    since: datetime | None

    def __str__(self) -> str:
        if self.pid is None or self.since is None:
            return "a process that is just starting"
        at = f" at {self.address}" if self.address else ""
        return f"keepwell {self.doing}{at} (process {self.pid}, since {self.since:%Y-%m-%d %H:%M} UTC)"


STARTING = Serving(pid=None, doing="starting", address=None, since=None)


class Claim:
    """This process has the store until ``release``, the end of the ``with`` block, or its own end."""

    def __init__(self, handle: int | None) -> None:
        self._handle = handle

    def release(self) -> None:
        """Give the store up; once more does nothing."""
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def claim_process(store: Store, *, doing: str, now: datetime, address: str | None = None) -> Claim:
    """Take a SQLite store for this process; raises StoreInUse with who has it. PostgreSQL is free to all."""
    if store.path is None:
        return Claim(None)
    handle = os.open(_lock_path(store.path), os.O_RDWR | os.O_CREAT, 0o600)
    for _ in range(LOOK_ATTEMPTS):  # somebody may hold it for the moment it takes to look
        if _try_lock(handle, fcntl.LOCK_EX):
            content = {"pid": os.getpid(), "doing": doing, "address": address, "since": now.isoformat()}
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps(content).encode(), 0)
            return Claim(handle)
        time.sleep(LOOK_PAUSE_SECONDS)
    holder = _holder(handle) or STARTING
    os.close(handle)
    raise StoreInUse(
        f"{holder} has the store {store.name}, and a SQLite store serves one process",
        hint="use that one or stop it; several processes need a store on PostgreSQL",
    )


def serving(store: Store) -> Serving | None:
    """Who has a SQLite store at the moment; None when nobody does, and always on PostgreSQL."""
    if store.path is None or not _lock_path(store.path).exists():
        return None
    handle = os.open(_lock_path(store.path), os.O_RDONLY)
    try:
        for _ in range(LOOK_ATTEMPTS):
            if _try_lock(handle, fcntl.LOCK_SH):
                return None
            if holder := _holder(handle):
                return holder
            time.sleep(LOOK_PAUSE_SECONDS)  # it has the lock and is about to write its name
    finally:
        os.close(handle)
    return STARTING


def _lock_path(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


def _try_lock(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(handle: int) -> Serving | None:
    try:
        content = json.loads(os.pread(handle, 4096, 0))
        since = datetime.fromisoformat(content["since"])
        return Serving(content["pid"], content["doing"], content["address"], since)
    except (ValueError, KeyError, TypeError):
        return None
