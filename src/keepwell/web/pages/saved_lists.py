"""Saved lists: keep what the list shows under a name, change it, share it, remove it; and one's own columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response
from sqlalchemy.orm import Session

from keepwell.access.model import Permission
from keepwell.core.errors import KeepwellError, NotFound
from keepwell.lists.saved import (
    find_list,
    keep_columns,
    overwrite_list,
    remove_list,
    rename_list,
    save_list,
)
from keepwell.web.asked import Address, Asked, link_of, names_in
from keepwell.web.page import Page, SignedIn, form_fits, needs
from keepwell.web.pages.people import COLUMNS_MAX, Trial, shown
from keepwell.web.pages.standing import nothing_to_show

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS)])

ListName = Annotated[str, Form(max_length=1_000)]
Shared = Annotated[bool, Form()]


@routes.get("/lists/{list_id}")
def open_list(page: SignedIn, list_id: int) -> Response:
    """The list that is saved under an id, at an address that can be passed on."""
    with page.web.deployment.store.read() as session:
        found = find_list(session, page.signed_in, list_id)
    return page.go(link_of(found.question, found.id))


@routes.post("/lists", dependencies=[Depends(form_fits)])
def save(page: SignedIn, asked: Address, name: ListName = "", *, shared: Shared = False) -> Response:
    """Keep what is shown under a name."""

    def keep(session: Session) -> Asked:
        now = page.web.clock()
        made = save_list(session, page.signed_in, name, asked.question, is_shared=shared, now=now)
        return replace(asked, saved=made)

    return _done(page, asked, Trial("save", name, shared), keep)


@routes.post("/lists/{list_id}/question", dependencies=[Depends(form_fits)])
def overwrite(page: SignedIn, list_id: int, asked: Address) -> Response:
    """Let a saved list ask what is shown."""

    def change(session: Session) -> Asked:
        overwrite_list(session, page.signed_in, list_id, asked.question, now=page.web.clock())
        return replace(asked, saved=list_id)

    return _done(page, asked, Trial("overwrite"), change)


@routes.post("/lists/{list_id}/name", dependencies=[Depends(form_fits)])
def rename(
    page: SignedIn, list_id: int, asked: Address, name: ListName = "", *, shared: Shared = False
) -> Response:
    """Call it otherwise, share it or keep it to oneself."""

    def change(session: Session) -> Asked:
        rename_list(session, page.signed_in, list_id, name, is_shared=shared, now=page.web.clock())
        return replace(asked, saved=list_id)

    return _done(page, asked, Trial("rename", name, shared), change)


@routes.post("/lists/{list_id}/remove", dependencies=[Depends(form_fits)])
def remove(page: SignedIn, list_id: int, asked: Address) -> Response:
    """Forget it; what it showed stays on the page."""

    def forget(session: Session) -> Asked:
        remove_list(session, page.signed_in, list_id, now=page.web.clock())
        return replace(asked, saved=None)

    return _done(page, asked, Trial("remove"), forget)


@routes.post("/customers/columns", dependencies=[Depends(form_fits)])
def columns(page: SignedIn, asked: Address, columns: Annotated[str, Form(max_length=5_000)] = "") -> Response:
    """Let these be the viewer's usual columns; none at all: those that everybody begins with."""
    names = names_in(columns)[:COLUMNS_MAX]
    if names:
        with page.sight() as sight:
            known = sight.plan.customer_record().fields
        names = tuple(name for name in names if name in known)
    with page.web.deployment.store.write() as session:
        keep_columns(session, page.signed_in, names)
    return page.go(asked.link(columns=None))


def _done(page: Page, asked: Asked, trial: Trial, act: Callable[[Session], Asked]) -> Response:
    """Do it and show the list, or show the list with the form as it was filled in and what is wrong with it."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    try:
        with page.web.deployment.store.write() as session:
            after = act(session)
    except NotFound:
        raise
    except KeepwellError as error:
        return shown(page, asked, trial=replace(trial, problems=error.problems))
    return page.go(after.link())
