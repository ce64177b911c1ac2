"""Keys of programs: made, revoked, and looked up each time one is used.

A key does what its owner may and its own permissions allow too, and sees no further than its owner.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import case, insert, select, update
from sqlalchemy.orm import Session

from keepwell.access.errors import KeyRefused, TooManyRequests
from keepwell.access.model import Permission, Viewer
from keepwell.access.passwords import name_key
from keepwell.access.queries import as_viewer, wanted_users
from keepwell.access.tables import keys, users
from keepwell.access.tokens import new_token, token_hash
from keepwell.core.errors import Conflict, Forbidden, NotFound
from keepwell.store.audit import record
from keepwell.store.engine import Store
from keepwell.store.locks import one_at_a_time

BEGINNING = "kw_"
SHOWN = 10
LONGEST_NAME = 100
LONGEST_TEXT = 200
"""A key is shorter; what is longer is not even looked up."""
KEYS_PER_OWNER = 50
KEYS_LISTED = 1_000
WINDOW = timedelta(minutes=1)
REQUESTS_PER_WINDOW = 600

State = Literal["alive", "expired", "revoked", "disabled"]


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is listed; the key itself is kept nowhere. ``beginning`` is how it starts."""

    id: int
    owner: str
    name: str
    beginning: str
    permissions: frozenset[Permission]
    made_at: datetime
    used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    owner_disabled_at: datetime | None

    def state(self, now: datetime) -> State:
        """Whether it opens anything; ``disabled`` is one whose owner may not come in."""
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is not None and self.expires_at <= now:
            return "expired"
        return "alive" if self.owner_disabled_at is None else "disabled"


def add_key(
    session: Session,
    owner: Viewer,
    name: str,
    permissions: Collection[Permission],
    *,
    now: datetime,
    expires_at: datetime | None = None,
    actor: str,
) -> str:
    """Make a key and give its text, which nobody can see again.

    Raises KeyRefused for a name, permissions or expiry that cannot be used, Forbidden where the owner may
    not do what the key should, Conflict after too many keys that live.
    """
    kept_name = name.strip()
    if not kept_name or len(kept_name) > LONGEST_NAME or not kept_name.isprintable():
        raise KeyRefused(f"a key's name has 1 to {LONGEST_NAME} visible characters")
    if not permissions:
        raise KeyRefused("a key needs at least one permission")
    if expires_at is not None and expires_at <= now:
        raise KeyRefused("the key would have expired already", hint="give an instant that lies ahead")
    if beyond := sorted(each for each in permissions if not owner.may(each)):
        raise Forbidden(f"{owner.name} may not do this, so no key of theirs may: {', '.join(beyond)}")
    one_at_a_time(session, "keys")
    mine = select(keys.c.id).where(keys.c.user_id == owner.user_id, keys.c.revoked_at.is_(None))
    if len(session.execute(mine.limit(KEYS_PER_OWNER)).all()) >= KEYS_PER_OWNER:
        raise Conflict(f"{owner.name} has {KEYS_PER_OWNER} keys", hint="revoke one that is not used")
    text = BEGINNING + new_token()
    values = {
        "user_id": owner.user_id,
        "name": kept_name,
        "token_hash": token_hash(text),
        "beginning": text[:SHOWN],
        "permissions": sorted(permissions),
        "made_at": now,
        "expires_at": expires_at,
        "window_at": now,
        "window_count": 0,
    }
    key_id = session.scalars(insert(keys).values(values).returning(keys.c.id)).one()
    details = {"name": kept_name, "owner": owner.name, "permissions": sorted(map(str, permissions))}
    record(
        session,
        at=now,
        actor=actor,
        action="add_key",
        subject_kind="key",
        subject_id=str(key_id),
        details=details,
    )
    return text


def revoke_key(
    session: Session, key_id: int, *, now: datetime, actor: str, owner_id: int | None = None
) -> None:
    """End a key for good; one that was revoked stays so. Given an owner, only theirs. Raises NotFound."""
    meant = keys.c.id == key_id
    if owner_id is not None:
        meant &= keys.c.user_id == owner_id
    if session.execute(select(keys.c.id).where(meant)).first() is None:
        raise NotFound(f"there is no key {key_id}")
    alive = meant & keys.c.revoked_at.is_(None)
    done = session.scalars(update(keys).where(alive).values(revoked_at=now).returning(keys.c.id)).all()
    if done:
        record(session, at=now, actor=actor, action="revoke_key", subject_kind="key", subject_id=str(key_id))


def all_keys(session: Session, *, owner_id: int | None = None, limit: int = KEYS_LISTED) -> list[Key]:
    """The keys of everybody, or of one user, the newest first, revoked ones too."""
    wanted = (
        select(keys, users.c.name.label("owner"), users.c.disabled_at)
        .join(users, users.c.id == keys.c.user_id)
        .order_by(keys.c.id.desc())
        .limit(limit)
    )
    if owner_id is not None:
        wanted = wanted.where(keys.c.user_id == owner_id)
    return [
        Key(
            row.id,
            row.owner,
            row.name,
            row.beginning,
            frozenset(map(Permission, row.permissions)),
            row.made_at,
            row.used_at,
            row.expires_at,
            row.revoked_at,
            row.disabled_at,
        )
        for row in session.execute(wanted)
    ]


def asked_with(store: Store, text: str, *, now: datetime) -> Viewer | None:
    """As :func:`use_key`, in a transaction of its own. What is no key takes nobody's turn to write."""
    if not text.startswith(BEGINNING) or len(text) > LONGEST_TEXT:
        return None
    with store.read() as session:
        if session.scalar(select(keys.c.id).where(keys.c.token_hash == token_hash(text))) is None:
            return None
    with store.write() as session:
        return use_key(session, text, now=now)


def use_key(session: Session, text: str, *, now: datetime) -> Viewer | None:
    """Who asks with this key, and count the request; None for one that is unknown, revoked or expired.

    Raises TooManyRequests after too many within a minute.
    """
    lives = keys.c.revoked_at.is_(None) & (keys.c.expires_at.is_(None) | (keys.c.expires_at > now))
    mine = (keys.c.token_hash == token_hash(text)) & lives
    wanted = (
        wanted_users()
        .add_columns(keys.c.permissions, keys.c.id.label("key_id"))
        .join(keys, keys.c.user_id == users.c.id)
    )
    row = session.execute(wanted.where(mine)).one_or_none()
    if row is None:
        return None
    over = keys.c.window_at <= now - WINDOW
    counted = {
        "used_at": now,
        "window_at": case((over, now), else_=keys.c.window_at),
        "window_count": case((over, 1), else_=keys.c.window_count + 1),
    }
    counting = update(keys).where(mine).values(counted).returning(keys.c.window_at, keys.c.window_count)
    window = session.execute(counting).one_or_none()
    if window is None:  # revoked between the two
        return None
    if window.window_count > REQUESTS_PER_WINDOW:
        raise TooManyRequests(window.window_at + WINDOW - now)
    return replace(as_viewer(row), limited_to=frozenset(map(Permission, row.permissions)), key_id=row.key_id)


def owner_named(session: Session, name: str) -> Viewer:
    """The user whose keys are meant. Raises NotFound."""
    row = session.execute(wanted_users().where(users.c.name_key == name_key(name))).one_or_none()
    if row is None:
        raise NotFound(
            f"there is no user {name!r}", hint="a key belongs to a user; give the name they sign in by"
        )
    return as_viewer(row)
