"""Making users, saying what they may do and see, disabling them, and links by which they set a password.

Each change is recorded in the audit log, in the transaction of the change, and holds from the next request on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from keepwell.access.errors import LastAdministrator, LinkRefused, UserExists
from keepwell.access.model import ROLES, Scope, User
from keepwell.access.passwords import check_name, check_password, hash_password, name_key
from keepwell.access.queries import USERS_MAX, all_users, password_link_is_open, user_named
from keepwell.access.tables import password_links, sessions, users
from keepwell.access.tokens import new_token, token_hash
from keepwell.core.errors import Conflict, LimitExceeded, Refused
from keepwell.core.nearest import did_you_mean
from keepwell.store.audit import record
from keepwell.store.locks import one_at_a_time
from keepwell.store.types import JsonObject

UNITS_EACH_MAX = 200
"""So many units a user may have; a region holds all beneath it."""


def create_user(
    session: Session, name: str, roles: Collection[str], scope: Scope | None, *, actor: str, now: datetime
) -> int:
    """Make a user, who cannot sign in until a link gives them a password, or a provider vouches for them.

    Raises PasswordRefused for a name that cannot be used, UserExists, Refused for unknown roles, LimitExceeded.
    """
    kept = check_name(name)
    wanted, narrowed = check_roles(roles), check_shape(scope)
    one_at_a_time(session, "users")
    if session.scalar(select(users.c.id).where(users.c.name_key == name_key(kept))) is not None:
        raise UserExists(f"there is a user `{kept}` already", hint="choose another name, or change that user")
    if (session.scalar(select(func.count()).select_from(users)) or 0) >= USERS_MAX:
        raise LimitExceeded(f"there are {USERS_MAX:,} users, and more cannot be kept")
    values = {
        "name": kept,
        "name_key": name_key(kept),
        "password_hash": "",
        "roles": wanted,
        "created_at": now,
        **_columns(narrowed),
    }
    user_id: int = session.scalars(insert(users).values(values).returning(users.c.id)).one()
    details: JsonObject = {"roles": wanted, **_told(narrowed)}
    _record(session, kept, "create_user", details, actor=actor, now=now)
    return user_id


def set_roles(session: Session, name: str, roles: Collection[str], *, actor: str, now: datetime) -> None:
    """Give a user exactly these roles. Raises NotFound, Refused for unknown ones, LastAdministrator."""
    wanted = check_roles(roles)
    with _changing(session, name, now=now) as user:
        if wanted == sorted(user.roles):
            return
        session.execute(update(users).where(users.c.id == user.id).values(roles=wanted))
        details: JsonObject = {"before": sorted(user.roles), "after": wanted}
        _record(session, user.name, "set_roles", details, actor=actor, now=now)


def set_scope(session: Session, name: str, scope: Scope | None, *, actor: str, now: datetime) -> None:
    """Narrow what a user sees; None lets them see everybody. That the plan knows it, the caller has checked.

    Raises NotFound, Refused for more units than are kept, LastAdministrator.
    """
    wanted = check_shape(scope)
    with _changing(session, name, now=now) as user:
        if wanted == user.scope:
            return
        session.execute(update(users).where(users.c.id == user.id).values(**_columns(wanted)))
        details: JsonObject = {"before": _told(user.scope), "after": _told(wanted)}
        _record(session, user.name, "set_scope", details, actor=actor, now=now)


def disable_user(session: Session, name: str, *, actor: str, now: datetime) -> None:
    """Let a user in no more, and end their sessions and links. Raises NotFound, LastAdministrator."""
    with _changing(session, name, now=now) as user:
        if user.disabled_at is not None:
            return
        session.execute(update(users).where(users.c.id == user.id).values(disabled_at=now))
        session.execute(delete(sessions).where(sessions.c.user_id == user.id))
        session.execute(delete(password_links).where(password_links.c.user_id == user.id))
        _record(session, user.name, "disable_user", {}, actor=actor, now=now)


def enable_user(session: Session, name: str, *, actor: str, now: datetime) -> None:
    """Let a disabled user in again. Raises NotFound."""
    with _changing(session, name, now=now) as user:
        if user.disabled_at is None:
            return
        session.execute(update(users).where(users.c.id == user.id).values(disabled_at=None))
        _record(session, user.name, "enable_user", {}, actor=actor, now=now)


def make_password_link(session: Session, name: str, *, actor: str, now: datetime) -> str:
    """A token for the link by which a user sets a password.

    It lasts a day, works once, and replaces the one before; the old password holds until then. Raises NotFound,
    and Conflict for a user who is disabled.
    """
    user = user_named(session, name, now=now)
    if user.disabled_at is not None:
        raise Conflict(f"the user `{user.name}` is disabled", hint="enable them first")
    token = new_token()
    session.execute(delete(password_links).where(password_links.c.user_id == user.id))
    values = {"token_hash": token_hash(token), "user_id": user.id, "created_at": now}
    session.execute(insert(password_links).values(values))
    _record(session, user.name, "make_password_link", {}, actor=actor, now=now)
    return token


def redeem_password_link(session: Session, token: str, password: str, *, now: datetime) -> str:
    """Set the password of a link's user, end their sessions, and give their name.

    Raises LinkRefused where the link is used, replaced or old, PasswordRefused for a password that cannot be used:
    then the link stays, to try again.
    """
    one_at_a_time(session, "users")
    name = password_link_is_open(session, token, now=now)
    if name is None:
        raise LinkRefused(
            "this link was used, replaced by a newer one, or is older than a day",
            hint="ask an administrator for a new one",
        )
    check_password(name, password)
    user = user_named(session, name, now=now)
    changed = {"password_hash": hash_password(password)}
    session.execute(update(users).where(users.c.id == user.id).values(changed))
    session.execute(delete(password_links).where(password_links.c.user_id == user.id))
    session.execute(delete(sessions).where(sessions.c.user_id == user.id))
    _record(session, name, "set_password", {}, actor=name, now=now)
    return name


def end_other_sessions(session: Session, user_id: int, token: str) -> None:
    """End all sessions of a user but the one of this token."""
    others = (sessions.c.user_id == user_id) & (sessions.c.token_hash != token_hash(token))
    session.execute(delete(sessions).where(others))


def check_roles(roles: Collection[str]) -> list[str]:
    """The roles in order. Raises Refused for none and for unknown ones."""
    if not roles:
        raise Refused("a user has at least one role", hint=f"the roles are {', '.join(ROLES)}")
    for role in sorted(roles):
        if role not in ROLES:
            hint = did_you_mean(role, ROLES) or f"the roles are {', '.join(ROLES)}"
            raise Refused(f"there is no role `{role}`", hint=hint)
    return sorted(set(roles))


def check_shape(scope: Scope | None) -> Scope | None:
    """The scope, or None where it narrows nothing. Raises Refused for more units than are kept."""
    if scope is None or (scope.condition is None and scope.units is None):
        return None
    if scope.units is not None and len(scope.units) > UNITS_EACH_MAX:
        raise Refused(f"a user has at most {UNITS_EACH_MAX} units", hint="give the units above them")
    return scope


@contextmanager
def _changing(session: Session, name: str, *, now: datetime) -> Iterator[User]:
    """The user to change; afterwards somebody must be left who may give access, if somebody was before."""
    one_at_a_time(session, "users")
    user = user_named(session, name, now=now)
    yield user
    if user.may_manage_access and not any(each.may_manage_access for each in all_users(session, now=now)):
        raise LastAdministrator(
            f"`{user.name}` is the last administrator who sees everybody",
            hint="make somebody else an administrator first",
        )


def _columns(scope: Scope | None) -> dict[str, object]:
    units = None if scope is None or scope.units is None else sorted(scope.units)
    return {"scope_condition": scope.condition if scope else None, "scope_units": units}


def _told(scope: Scope | None) -> dict[str, str | list[str] | None]:
    """A scope in the audit log."""
    units = None if scope is None or scope.units is None else sorted(scope.units)
    return {"condition": scope.condition if scope else None, "units": units}


def _record(
    session: Session, name: str, action: str, details: JsonObject, *, actor: str, now: datetime
) -> None:
    record(session, at=now, actor=actor, action=action, subject_kind="user", subject_id=name, details=details)
