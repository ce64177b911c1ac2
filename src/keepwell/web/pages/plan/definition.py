"""One definition: its text, checked as it is typed, reviewed with what it would do, and published."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.catalog.graph import Node
from keepwell.core.errors import NotFound
from keepwell.web.page import SignedIn, form_fits, needs
from keepwell.web.pages.plan.edit import Edit, Sent, edit_of, show, write
from keepwell.web.pages.plan.edit import check as checked
from keepwell.web.pages.plan.published import Number, Text

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS)])
CHANGES = [needs(Permission.EDIT_PLAN), Depends(form_fits)]


@routes.get("/plan/{kind}/{name}")
def one(page: SignedIn, kind: str, name: str) -> Response:
    """One definition."""
    edit = _there(page, kind, name)
    assert edit.piece is not None
    return show(edit, edit.piece.text)


@routes.post("/plan/{kind}/{name}/check", dependencies=CHANGES)
def check(page: SignedIn, kind: str, name: str, text: Text = "") -> Response:
    """What is wrong with a text, while it is typed: a part of the page."""
    return checked(edit_of(page, Node(kind, name)), text)


@routes.post("/plan/{kind}/{name}/form", dependencies=CHANGES)
def form(page: SignedIn, kind: str, name: str, posted: Sent, text: Text = "") -> Response:
    """The text with what was entered in the form beside it, and the form again."""
    return write(edit_of(page, Node(kind, name)), text, posted)


@routes.post("/plan/{kind}/{name}/review", dependencies=CHANGES)
def review(
    page: SignedIn, kind: str, name: str, made_from: Number, posted: Sent, text: Text = ""
) -> Response:
    """What publishing a text would change, before it is published."""
    edit = edit_of(page, Node(kind, name))
    text = edit.entered(text, posted)
    if made_from != edit.now.number:
        return edit.fall_behind(made_from, text)
    said = edit.review(text)
    return show(edit, text, said, status=422 if said.problems else 200)


@routes.post("/plan/{kind}/{name}/publish", dependencies=CHANGES)
def publish_text(
    page: SignedIn, kind: str, name: str, made_from: Number, posted: Sent, text: Text = "", reason: Text = ""
) -> Response:
    """Make a text part of the next version."""
    edit = edit_of(page, Node(kind, name))
    return edit.publish(edit.entered(text, posted), reason, made_from)


def _there(page: SignedIn, kind: str, name: str) -> Edit:
    edit = edit_of(page, Node(kind, name))
    if edit.piece is None:
        edit.plan.origin(name, kind)  # says what is near
        raise NotFound(f"the plan has no {kind} `{name}`")
    return edit
