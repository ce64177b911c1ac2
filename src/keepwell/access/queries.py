"""Who holds a token; whether there is a user yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from keepwell.access.model import Scope, User, Viewer
from keepwell.access.passwords import name_key
from keepwell.access.tables import first_run_links, identities, password_links, sessions, users
from keepwell.access.tokens import token_hash
from keepwell.core.errors import NotFound
from keepwell.core.nearest import did_you_mean

IDLE = timedelta(hours=8)
LONGEST = timedelta(days=7)
FIRST_RUN = timedelta(hours=24)
PASSWORD_LINK = timedelta(hours=24)
USERS_MAX = 2_000
SESSIONS_SHOWN = 50


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

    The one place for both: who is disabled has no session and no key that works.
    """
    columns = (users.c.id, users.c.name, users.c.roles, users.c.scope_condition, users.c.scope_units)
    return select(*columns).where(users.c.disabled_at.is_(None))


def as_viewer(row: Row[Any]) -> Viewer:
    """The viewer of a row of :func:`wanted_users`."""
    return Viewer(row.id, row.name, frozenset(row.roles), _scope(row.scope_condition, row.scope_units))


def _scope(condition: str | None, units: Sequence[str] | None) -> Scope | None:
    if condition is None and units is None:
        return None
    return Scope(condition, None if units is None else frozenset(units))


def all_users(session: Session, *, now: datetime) -> list[User]:
    """Every user, by name; there are at most :data:`USERS_MAX`."""
    seen = _by_user(
        session,
        select(sessions.c.user_id, sessions.c.seen_at).where(
            sessions.c.seen_at > now - IDLE, sessions.c.created_at > now - LONGEST
        ),
    )
    issuers = _by_user(session, select(identities.c.user_id, identities.c.issuer))
    rows = session.execute(select(users).order_by(users.c.name_key).limit(USERS_MAX))
    return [
        User(
            row.id,
            row.name,
            frozenset(row.roles),
            _scope(row.scope_condition, row.scope_units),
            row.created_at,
            row.disabled_at,
            bool(row.password_hash),
            tuple(sorted(issuers.get(row.id, ()))),
            max(seen.get(row.id, ()), default=None),
        )
        for row in rows
    ]


def user_named(session: Session, name: str, *, now: datetime) -> User:
    """The user of that name. Raises NotFound."""
    everybody = all_users(session, now=now)
    for user in everybody:
        if name_key(user.name) == name_key(name):
            return user
    raise NotFound(f"there is no user `{name}`", hint=did_you_mean(name, [user.name for user in everybody]))


def _by_user(session: Session, wanted: Select[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for user_id, value in session.execute(wanted):
        found[user_id].append(value)
    return found


def password_link_is_open(session: Session, token: str, *, now: datetime) -> str | None:
    """The name of whose password a link sets; None where it was used, replaced, is old, or the user is disabled."""
    wanted = (
        select(users.c.name)
        .join(password_links, password_links.c.user_id == users.c.id)
        .where(password_links.c.token_hash == token_hash(token), users.c.disabled_at.is_(None))
        .where(password_links.c.created_at > now - PASSWORD_LINK)
    )
    return session.scalar(wanted)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that lasts; ``is_this`` is the one that asks."""

    created_at: datetime
    seen_at: datetime
    is_this: bool


def sessions_of(session: Session, user_id: int, token: str, *, now: datetime) -> list[OpenSession]:
    """A user's sessions, the one used last first."""
    wanted = (
        select(sessions.c.created_at, sessions.c.seen_at, sessions.c.token_hash)
        .where(sessions.c.user_id == user_id)
        .where(sessions.c.seen_at > now - IDLE, sessions.c.created_at > now - LONGEST)
        .order_by(sessions.c.seen_at.desc())
        .limit(SESSIONS_SHOWN)
    )
    this = token_hash(token)
    return [
        OpenSession(row.created_at, row.seen_at, row.token_hash == this) for row in session.execute(wanted)
    ]


def is_set_up(session: Session) -> bool:
    """Whether there is a user."""
    return session.execute(select(users.c.id).limit(1)).first() is not None


def first_run_is_open(session: Session, token: str, *, now: datetime) -> bool:
    """Whether the link of the first run may still be used."""
    wanted = select(first_run_links.c.token_hash).where(
        first_run_links.c.token_hash == token_hash(token), first_run_links.c.created_at > now - FIRST_RUN
    )
    return not is_set_up(session) and session.execute(wanted).first() is not None
