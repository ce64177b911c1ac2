"""Who did what to whom: entries are added and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from keepwell.store.types import JsonObject


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done. ``details`` never hold personal values."""

    id: int
    at: datetime
    actor: str
    action: str
    subject_kind: str
    subject_id: str
    details: JsonObject


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first; ``cursor`` gives the next page and is None on the last one."""

    entries: tuple[Entry, ...]
    cursor: int | None


def record(
    session: Session,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject_kind: str,
    subject_id: str,
    details: JsonObject | None = None,
) -> None:
    raise NotImplementedError


def entries(
    session: Session,
    *,
    actor: str | None = None,
    action: str | None = None,
    subject_kind: str | None = None,
    subject_id: str | None = None,
    cursor: int | None = None,
    limit: int = 50,
) -> Page:
    raise NotImplementedError
