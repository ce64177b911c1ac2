"""Making the first administrator, signing in and out, changing a password."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from keepwell.access.attempts import count_attempt, take_back_attempt
from keepwell.access.errors import AlreadySetUp, FirstRunRefused, SignInRefused
from keepwell.access.model import ADMINISTRATOR, Viewer
from keepwell.access.passwords import check_name, check_password, hash_password, name_key, password_fits
from keepwell.access.queries import IDLE, LONGEST, first_run_is_open, is_set_up, viewer_of
from keepwell.access.tables import first_run_links, sessions, users
from keepwell.access.tokens import new_token, token_hash
from keepwell.store.audit import record
from keepwell.store.engine import Store
from keepwell.store.locks import one_at_a_time

SEEN_EVERY = timedelta(minutes=5)


def create_first_administrator(session: Session, name: str, password: str, *, now: datetime) -> Viewer:
    """Make the user who may do everything, once.

    Raises AlreadySetUp when there is a user, PasswordRefused for a name or password that cannot be used.
    """
    kept_name = check_name(name)
    check_password(kept_name, password)
    one_at_a_time(session, "first administrator")
    if is_set_up(session):
        raise AlreadySetUp("the first administrator is there already", hint="sign in as that user")
    values = {
        "name": kept_name,
        "name_key": name_key(kept_name),
        "password_hash": hash_password(password),
        "roles": [ADMINISTRATOR],
        "created_at": now,
    }
    user_id = session.scalars(insert(users).values(values).returning(users.c.id)).one()
    session.execute(delete(first_run_links))
    about = {"subject_kind": "user", "subject_id": kept_name}
    record(
        session, at=now, actor=kept_name, action="create_user", details={"roles": [ADMINISTRATOR]}, **about
    )
    return Viewer(user_id, kept_name, frozenset({ADMINISTRATOR}))


def first_run_token(session: Session, *, now: datetime) -> str:
    """A token for the link by which the first administrator sets name and password on the page.

    It lasts a day, works once, and replaces the one before. Raises AlreadySetUp when there is a user.
    """
    if is_set_up(session):
        raise AlreadySetUp("the first administrator is there already", hint="sign in as that user")
    token = new_token()
    session.execute(delete(first_run_links))
    session.execute(insert(first_run_links).values(token_hash=token_hash(token), created_at=now))
    return token


def redeem_first_run(session: Session, token: str, name: str, password: str, *, now: datetime) -> Viewer:
    """Make the first administrator by the link. Raises FirstRunRefused where it is used, replaced or old.

    A refused name or password leaves the link as it is, to try again.
    """
    if not first_run_is_open(session, token, now=now):
        raise FirstRunRefused(
            "this link was used, replaced by a newer one, or is older than a day",
            hint="keepwell serve prints a new one as long as there is no user",
        )
    return create_first_administrator(session, name, password, now=now)


def sign_in(store: Store, name: str, password: str, *, now: datetime, address: str) -> str:
    """Begin a session and give its token, for the cookie.

    ``address`` is the network address of who asks. Takes the store and not a session: a refused attempt must
    stay counted, and nothing waits for the store while the password is hashed. Raises SignInRefused, which
    takes the same time whether there is such a user or not, and TooManyAttempts with when to try again.
    """
    with store.write() as session:
        attempt = count_attempt(session, name, address, now=now)
        wanted = select(users.c.id, users.c.name, users.c.password_hash).where(
            users.c.name_key == name_key(name), users.c.disabled_at.is_(None)
        )
        user = session.execute(wanted).one_or_none()
    if not password_fits(password, user.password_hash if user else None) or user is None:
        raise SignInRefused("the name or the password is wrong")
    with store.write() as session:
        take_back_attempt(session, attempt)
        # Read again: a password that was changed, or a user who was disabled, meanwhile does not get in.
        same = wanted.where(users.c.password_hash == user.password_hash)
        if session.execute(same).one_or_none() is None:
            raise SignInRefused("the name or the password is wrong")
        return begin_session(session, user.id, user.name, by="password", now=now)


def begin_session(session: Session, user_id: int, name: str, *, by: str, now: datetime) -> str:
    """Begin a session of a user who has proved who they are, and give its token: always a new one."""
    token = new_token()
    over = (sessions.c.seen_at <= now - IDLE) | (sessions.c.created_at <= now - LONGEST)
    session.execute(delete(sessions).where(over))
    values = {"token_hash": token_hash(token), "user_id": user_id, "created_at": now, "seen_at": now}
    session.execute(insert(sessions).values(values))
    about = {"subject_kind": "user", "subject_id": name}
    record(session, at=now, actor=name, action="sign_in", details={"by": by}, **about)
    return token


def sign_out(session: Session, token: str) -> None:
    """End a session; one that has ended stays so."""
    session.execute(delete(sessions).where(sessions.c.token_hash == token_hash(token)))


def keep_alive(store: Store, token: str, *, now: datetime) -> None:
    """Note that the session was used, at most every five minutes; call it after each request."""
    stale = (sessions.c.token_hash == token_hash(token)) & (sessions.c.seen_at <= now - SEEN_EVERY)
    alive = sessions.c.seen_at > now - IDLE
    with store.read() as session:
        if session.execute(select(sessions.c.user_id).where(stale, alive)).first() is None:
            return
    with store.write() as session:
        session.execute(update(sessions).where(stale, alive).values(seen_at=now))


def change_password(store: Store, token: str, current: str, new: str, *, now: datetime, address: str) -> None:
    """Set a new password and end the user's other sessions.

    Raises SignInRefused for a wrong current password, which counts as a failed attempt, PasswordRefused for a
    new one that cannot be used, TooManyAttempts.
    """
    with store.write() as session:
        viewer = viewer_of(session, token, now)
        if viewer is None:
            raise SignInRefused("the session has ended", hint="sign in again")
        check_password(viewer.name, new)
        attempt = count_attempt(session, viewer.name, address, now=now)
        kept = session.scalars(select(users.c.password_hash).where(users.c.id == viewer.user_id)).one()
    if not password_fits(current, kept):
        raise SignInRefused("the current password is wrong")
    changed = hash_password(new)
    with store.write() as session:
        take_back_attempt(session, attempt)
        session.execute(update(users).where(users.c.id == viewer.user_id).values(password_hash=changed))
        others = (sessions.c.user_id == viewer.user_id) & (sessions.c.token_hash != token_hash(token))
        session.execute(delete(sessions).where(others))
        record(
            session,
            at=now,
            actor=viewer.name,
            action="change_password",
            subject_kind="user",
            subject_id=viewer.name,
        )
