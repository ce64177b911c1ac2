"""SQLite means one process: a lock beside the file says who has the store.

The lock is the operating system's, so it goes with the process however that ends. PostgreSQL needs none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from keepwell.store.engine import Store


@dataclass(frozen=True, slots=True)
class Serving:
    """The process that has a store: its id, what it does (``serve``, ``run``), where it answers, since when."""

    pid: int
    doing: str
    address: str | None
    since: datetime | None


class Claim:
    """This process has the store until ``release`` or the end of the ``with`` block."""

    def release(self) -> None:
        raise NotImplementedError


def claim_process(store: Store, *, doing: str, now: datetime, address: str | None = None) -> Claim:
    raise NotImplementedError


def serving(store: Store) -> Serving | None:
    raise NotImplementedError
