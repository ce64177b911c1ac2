"""Who holds a token; whether there is a user yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from keepwell.access.model import Viewer
from keepwell.access.tables import first_run_links, sessions, users
from keepwell.access.tokens import token_hash

IDLE = timedelta(hours=8)
LONGEST = timedelta(days=7)
FIRST_RUN = timedelta(hours=24)


def viewer_of(session: Session, token: str, now: datetime) -> Viewer | None:
    """Who holds this session's token; None where it was signed out, idle for 8 hours or is 7 days old."""
    wanted = (
        wanted_users()
        .join(sessions, sessions.c.user_id == users.c.id)
        .where(sessions.c.token_hash == token_hash(token))
        .where(sessions.c.seen_at > now - IDLE, sessions.c.created_at > now - LONGEST)
    )
    row = session.execute(wanted).one_or_none()
    return as_viewer(row) if row else None


def wanted_users() -> Select[Any]:
    """Users who may ask, by session or by key, with what :func:`as_viewer` needs.

    The one place for both: who may not sign in has no key that works either.
    """
    return select(users.c.id, users.c.name, users.c.roles)


def as_viewer(row: Row[Any]) -> Viewer:
    """The viewer of a row of :func:`wanted_users`."""
    return Viewer(row.id, row.name, frozenset(row.roles))


def is_set_up(session: Session) -> bool:
    """Whether there is a user."""
    return session.execute(select(users.c.id).limit(1)).first() is not None


def first_run_is_open(session: Session, token: str, *, now: datetime) -> bool:
    """Whether the link of the first run may still be used."""
    wanted = select(first_run_links.c.token_hash).where(
        first_run_links.c.token_hash == token_hash(token), first_run_links.c.created_at > now - FIRST_RUN
    )
    return not is_set_up(session) and session.execute(wanted).first() is not None
