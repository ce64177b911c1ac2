"""One's own password, sessions and keys; and the page behind a link to a new password."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from keepwell.access.commands import change_password
from keepwell.access.errors import LinkRefused, PasswordRefused, SignInRefused
from keepwell.access.keys import all_keys
from keepwell.access.model import Permission
from keepwell.access.queries import password_link_is_open, sessions_of, user_named
from keepwell.access.users import end_other_sessions, redeem_password_link
from keepwell.core.errors import KeepwellError
from keepwell.web.page import AnyPage, Page, SignedIn, form_fits
from keepwell.web.pages.sign_in import address_of

routes = APIRouter()
"""Of whoever is signed in, whatever they may do."""
link_routes = APIRouter()
"""For who holds a link."""

Password = Annotated[str, Form(max_length=1000)]

LASTING_DAYS = (30, 90, 365)
"""How long a key may be chosen to last; without, until it is revoked."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What stands in the form of a new key; ``made`` is a key that was made just now."""

    name: str = ""
    chosen: Collection[str] = (Permission.SEE_CUSTOMERS,)
    days: int | None = 90
    made: str | None = None
    error: KeepwellError | None = None


@routes.get("/account")
def account(page: SignedIn, done: str | None = None) -> Response:
    """Who one is here, and since when."""
    return show_account(page, done=done)


@routes.post("/account/password", dependencies=[Depends(form_fits)])
def password(page: SignedIn, current: Password = "", new: Password = "", again: Password = "") -> Response:
    """Change the password; the other sessions end."""
    store, now = page.web.deployment.store, page.web.clock()
    if new != again:
        return show_account(page, problem=page.reader.say("password.differ"))
    try:
        change_password(store, page.token, current, new, now=now, address=address_of(page.request))
    except SignInRefused:
        return show_account(page, problem=page.reader.say("account.wrong"))
    except PasswordRefused as error:
        return show_account(page, problem=str(error))
    return page.go("/account", done="password")


@routes.post("/account/sessions", dependencies=[Depends(form_fits)])
def sessions(page: SignedIn) -> Response:
    """End the other sessions."""
    with page.web.deployment.store.write() as session:
        end_other_sessions(session, page.signed_in.user_id, page.token)
    return page.go("/account", done="sessions")


def show_account(
    page: Page, *, problem: str | None = None, done: str | None = None, keys: Keys | None = None
) -> Response:
    """The page; ``keys`` is what its form of a new key has, or what came of it."""
    now, me = page.web.clock(), page.signed_in
    with page.web.deployment.store.read() as session:
        mine = sessions_of(session, me.user_id, page.token, now=now)
        user = user_named(session, me.name, now=now)
        of_programs = all_keys(session, owner_id=me.user_id)
    keys = keys or Keys()
    refused = 422 if problem else keys.error.http_status if keys.error else 200
    return page.show(
        "account.html",
        status=refused,
        user=user,
        sessions=mine,
        problem=problem,
        problems=keys.error.problems if keys.error else (),
        done=done if done in {"password", "sessions", "revoked"} else None,
        keys=of_programs,
        form=keys,
        grantable=[each for each in Permission if me.may(each)],
        lasting=LASTING_DAYS,
        now=now,
        zone=page.web.deployment.settings.zone,
    )


@link_routes.get("/password")
def new_password(page: AnyPage, token: str = "") -> Response:
    """The form, as long as the link may be used."""
    with page.web.deployment.store.read() as session:
        name = password_link_is_open(session, token, now=page.web.clock())
    if name is None:
        return _closed(page)
    return page.show("password.html", link=token, name=name, problem=None)


@link_routes.post("/password", dependencies=[Depends(form_fits)])
def set_password(
    page: AnyPage, token: Annotated[str, Form()] = "", new: Password = "", again: Password = ""
) -> Response:
    """Set it; then one signs in with it."""
    now = page.web.clock()
    with page.web.deployment.store.read() as session:
        name = password_link_is_open(session, token, now=now)
    if name is None:
        return _closed(page)
    problem = page.reader.say("password.differ") if new != again else None
    if problem is None:
        try:
            with page.web.deployment.store.write() as session:
                redeem_password_link(session, token, new, now=now)
            return page.go("/sign-in")
        except LinkRefused:
            return _closed(page)
        except PasswordRefused as error:
            problem = str(error)
    return page.show("password.html", status=422, link=token, name=name, problem=problem)


def _closed(page: Page) -> Response:
    title, hint = page.reader.say("welcome.closed"), page.reader.say("password.closed.hint")
    return page.show("error.html", status=403, title=title, hint=hint, problems=())
