"""Signing in with an account at another service: the requests under way, and whom an account there is here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from keepwell.access import users
from keepwell.access.attempts import address_hash
from keepwell.access.commands import begin_session
from keepwell.access.errors import LastAdministrator, OidcRefused, PasswordRefused
from keepwell.access.model import Scope, User
from keepwell.access.passwords import check_name, name_key
from keepwell.access.queries import all_users
from keepwell.access.tables import identities, oidc_requests
from keepwell.access.tokens import new_token, token_hash
from keepwell.catalog.settings import Oidc
from keepwell.core.errors import LimitExceeded, Refused
from keepwell.store.audit import record
from keepwell.store.locks import one_at_a_time

LASTS = timedelta(minutes=10)
UNDER_WAY_MAX = 10_000
UNDER_WAY_BY_ADDRESS = 100
"""So many sign-ins one network may have under way: an office has one, and nobody shuts the others out."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A request under way: what goes to the service, and what stays here until its answer comes."""

    state: str
    nonce: str
    verifier: str


def begin(session: Session, browser: str, *, address: str, now: datetime) -> Begun:
    """Begin a request from one browser, known by a token in its cookie, at a network address. Raises LimitExceeded."""
    session.execute(delete(oidc_requests).where(oidc_requests.c.created_at <= now - LASTS))
    here = address_hash(address)
    of_here = func.count().filter(oidc_requests.c.address_hash == here)
    everywhere, by_address = session.execute(select(func.count(), of_here).select_from(oidc_requests)).one()
    if everywhere >= UNDER_WAY_MAX or by_address >= UNDER_WAY_BY_ADDRESS:
        raise LimitExceeded("too many people are signing in", hint="try again in a few minutes")
    begun = Begun(new_token(), new_token(), new_token() + new_token())
    values = {
        "state_hash": token_hash(begun.state),
        "browser_hash": token_hash(browser),
        "address_hash": here,
        "nonce": begun.nonce,
        "verifier": begun.verifier,
        "created_at": now,
    }
    session.execute(insert(oidc_requests).values(values))
    return begun


def take_up(session: Session, state: str, browser: str, *, now: datetime) -> Begun | None:
    """The request that an answer belongs to, once: None where it was answered, is old, or of another browser."""
    wanted = (
        delete(oidc_requests)
        .where(oidc_requests.c.state_hash == token_hash(state))
        .returning(oidc_requests.c.browser_hash, oidc_requests.c.nonce, oidc_requests.c.verifier,
                   oidc_requests.c.created_at)
    )  # fmt: skip
    row = session.execute(wanted).one_or_none()
    if row is None or row.browser_hash != token_hash(browser) or row.created_at <= now - LASTS:
        return None
    return Begun(state, row.nonce, row.verifier)


def enter(
    session: Session, settings: Oidc, claims: Mapping[str, Any], *, takes_passwords: bool, now: datetime
) -> str:
    """Begin a session of whoever the checked claims tell of, and give its token.

    A user is known by issuer and subject. At the first sign-in an account becomes that of the user of its name, if
    nobody else signs in as them: they have neither an account yet nor, where passwords are taken, a password.
    Raises OidcRefused for who may not sign in.
    """
    one_at_a_time(session, "identities")
    user = _known(session, settings, claims["sub"], now=now) or _first(
        session, settings, claims, takes_passwords=takes_passwords, now=now
    )
    if user.disabled_at is not None:
        raise OidcRefused(f"the user `{user.name}` is disabled", hint="an administrator can enable them")
    try:
        if (scope := _scope(settings, claims, user.scope)) != user.scope:
            users.set_scope(session, user.name, scope, actor=_actor(settings), now=now)
        if (roles := _roles(settings, claims)) is not None:
            users.set_roles(session, user.name, roles, actor=_actor(settings), now=now)
    except (LastAdministrator, Refused) as error:
        raise OidcRefused(f"what the service says of `{user.name}` cannot be taken over: {error}") from None
    return begin_session(session, user.id, user.name, by=_actor(settings), now=now)


def _known(session: Session, settings: Oidc, subject: str, *, now: datetime) -> User | None:
    wanted = select(identities.c.user_id).where(
        identities.c.issuer == settings.issuer, identities.c.subject == subject
    )
    user_id = session.scalar(wanted)
    return next((user for user in all_users(session, now=now) if user.id == user_id), None)


def _first(
    session: Session, settings: Oidc, claims: Mapping[str, Any], *, takes_passwords: bool, now: datetime
) -> User:
    """The user whose account this becomes: the one of that name, or a new one."""
    name = _name(settings, claims)
    user = next((each for each in all_users(session, now=now) if name_key(each.name) == name_key(name)), None)
    if user is None and not settings.make_users:
        hint = "an administrator makes the user first"
        raise OidcRefused(f"there is no user `{name}`", hint=hint)
    if user is not None and (user.issuers or (takes_passwords and user.has_password)):
        raise OidcRefused(
            f"the user `{name}` signs in another way already", hint="an administrator chooses another name"
        )
    if user is None:
        roles = _roles(settings, claims) or list(settings.new_roles)
        scope = _scope(settings, claims, None)
        made = users.create_user(session, name, roles, scope, actor=_actor(settings), now=now)
        user = next(each for each in all_users(session, now=now) if each.id == made)
    values = {
        "issuer": settings.issuer, "subject": claims["sub"], "user_id": user.id, "created_at": now,
    }  # fmt: skip
    session.execute(insert(identities).values(values))
    record(
        session,
        at=now,
        actor=_actor(settings),
        action="link_identity",
        subject_kind="user",
        subject_id=user.name,
        details={"issuer": settings.issuer},
    )
    return user


def _name(settings: Oidc, claims: Mapping[str, Any]) -> str:
    given = claims.get(settings.name_claim)
    if settings.name_claim == "email" and claims.get("email_verified") is not True:
        raise OidcRefused("the service has not verified the e-mail address")
    if not isinstance(given, str):
        raise OidcRefused(f"the service gives no `{settings.name_claim}`", hint="see `name_claim`")
    try:
        return check_name(given)
    except PasswordRefused as error:
        raise OidcRefused(f"the service gives a name that cannot be used: {error}") from None


def _roles(settings: Oidc, claims: Mapping[str, Any]) -> list[str] | None:
    """The roles that the claim gives; None where no claim is to give any. Raises OidcRefused where it gives none."""
    if settings.roles_claim is None:
        return None
    found = {role for word in _words(claims, settings.roles_claim) for role in settings.roles.get(word, ())}
    if not found:
        hint = f"none of the words of `{settings.roles_claim}` stands in `roles` of keepwell.toml"
        raise OidcRefused("the service gives you no role here", hint=hint)
    return sorted(found)


def _scope(settings: Oidc, claims: Mapping[str, Any], before: Scope | None) -> Scope | None:
    """The scope with the claim's units; what the claim does not say, nobody sees."""
    if settings.units_claim is None:
        return before
    words = _words(claims, settings.units_claim)
    condition = before.condition if before else None
    if settings.units_everybody in words:
        return users.check_shape(Scope(condition))
    return Scope(condition, frozenset(words))


def _words(claims: Mapping[str, Any], name: str) -> list[str]:
    """The words of a claim, which is one or a list."""
    given = claims.get(name)
    many = given if isinstance(given, list) else [given]
    return [word for word in many if isinstance(word, str) and word]


def _actor(settings: Oidc) -> str:
    return settings.issuer[:200]
