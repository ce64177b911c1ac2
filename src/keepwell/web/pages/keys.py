"""Keys of programs: those of everybody, for who gives access; and one's own, made and revoked on one's account."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from keepwell.access.errors import KeyRefused
from keepwell.access.keys import KEYS_LISTED, add_key, all_keys, revoke_key
from keepwell.access.model import Permission
from keepwell.core.errors import KeepwellError
from keepwell.web.page import SignedIn, form_fits, needs
from keepwell.web.pages.account import LASTING_DAYS, Keys, show_account

routes = APIRouter(prefix="/system/keys", dependencies=[needs(Permission.MANAGE_ACCESS)])
own_routes = APIRouter(prefix="/account/keys")
"""Of whoever is signed in: a key never may more than its owner."""

form = [Depends(form_fits)]


@routes.get("")
def keys(page: SignedIn, done: str | None = None) -> Response:
    """The list."""
    with page.web.deployment.store.read() as session:
        found = all_keys(session)
    return page.show(
        "keys.html",
        keys=found,
        listed=KEYS_LISTED if len(found) == KEYS_LISTED else None,
        done=done == "revoked",
        now=page.web.clock(),
        zone=page.web.deployment.settings.zone,
    )


@routes.post("/{key_id}/revoke", dependencies=form)
def revoke(page: SignedIn, key_id: int) -> Response:
    """End anybody's key for good."""
    with page.web.deployment.store.write() as session:
        revoke_key(session, key_id, now=page.web.clock(), actor=page.signed_in.name)
    return page.go("/system/keys", done="revoked")


@own_routes.post("", dependencies=form)
def make_own(
    page: SignedIn,
    name: Annotated[str, Form(max_length=1000)] = "",
    may: Annotated[list[str], Form()] = [],  # noqa: B006 - never changed
    days: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Make a key and show it. It is on this answer and nowhere else."""
    lasting = next((each for each in LASTING_DAYS if days == str(each)), None)
    now, me = page.web.clock(), page.signed_in
    try:
        permissions = {_permission(each) for each in may}
        if days and lasting is None:
            raise KeyRefused(f"a key cannot last `{days}` days", hint="choose one that is offered")
        expires_at = None if lasting is None else now + timedelta(days=lasting)
        with page.web.deployment.store.write() as session:
            made = add_key(session, me, name, permissions, now=now, expires_at=expires_at, actor=me.name)
    except KeepwellError as error:
        return show_account(page, keys=Keys(name, may, lasting, error=error))
    return show_account(page, keys=Keys(made=made))


@own_routes.post("/{key_id}/revoke", dependencies=form)
def revoke_own(page: SignedIn, key_id: int) -> Response:
    """End one's own key for good."""
    me = page.signed_in
    with page.web.deployment.store.write() as session:
        revoke_key(session, key_id, now=page.web.clock(), actor=me.name, owner_id=me.user_id)
    return page.go("/account", done="revoked")


def _permission(word: str) -> Permission:
    try:
        return Permission(word)
    except ValueError:
        raise KeyRefused(f"there is no permission `{word}`") from None
