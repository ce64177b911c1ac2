"""Who did what to whom: entries are added and never changed; the database itself refuses to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from keepwell.store.tables import audit_entries
from keepwell.store.types import JsonObject

BY_KEY = "audited with the key"


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


def told_by_key(session: Session, key_id: int | None) -> None:
    """What this transaction records was done by a program, with the key of this number."""
    session.info[BY_KEY] = {"key": key_id}


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
    """Add one entry, in the transaction of what it tells of; one of :func:`told_by_key` names the key too."""
    told = {**(details or {}), **session.info.get(BY_KEY, {})}
    entry = {"at": at, "actor": actor, "action": action, "details": told}
    subject = {"subject_kind": subject_kind, "subject_id": subject_id}
    session.execute(insert(audit_entries).values(entry | subject))


def entries(
    session: Session,
    *,
    actor: str | None = None,
    action: str | None = None,
    subject_kind: str | None = None,
    subject_id: str | None = None,
    between: tuple[datetime | None, datetime | None] = (None, None),
    cursor: int | None = None,
    limit: int = 50,
) -> Page:
    """The newest entries that fit all that is given; ``cursor`` is that of the page before.

    ``between`` has the first instant that counts, and the first that does so no more.
    """
    since, before = between
    wanted = select(audit_entries).order_by(audit_entries.c.id.desc()).limit(limit + 1)
    given = {"actor": actor, "action": action, "subject_kind": subject_kind, "subject_id": subject_id}
    for name, value in given.items():
        if value is not None:
            wanted = wanted.where(audit_entries.c[name] == value)
    if since is not None:
        wanted = wanted.where(audit_entries.c.at >= since)
    if before is not None:
        wanted = wanted.where(audit_entries.c.at < before)
    if cursor is not None:
        wanted = wanted.where(audit_entries.c.id < cursor)
    found = tuple(Entry(**row) for row in session.execute(wanted).mappings())
    more = len(found) > limit
    return Page(found[:limit], cursor=found[limit - 1].id if more else None)


def count_since(session: Session, *, actor: str, action: str, since: datetime) -> int:
    """How often somebody has done something since an instant."""
    wanted = select(func.count()).where(
        audit_entries.c.actor == actor, audit_entries.c.action == action, audit_entries.c.at > since
    )
    return session.scalar(wanted) or 0
