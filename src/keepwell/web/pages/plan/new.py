"""A new definition: begun from a commented template or as a copy, then checked, reviewed and published as any edit."""

from __future__ import annotations

from importlib.resources import files as package_files
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.catalog.graph import Node
from keepwell.catalog.kinds import KINDS, Segment
from keepwell.catalog.rewriting import body_of, rewritten
from keepwell.web.page import Page, SignedIn, form_fits, needs
from keepwell.web.pages.plan.edit import Edit, Sent, edit_of, show, write
from keepwell.web.pages.plan.edit import check as checked
from keepwell.web.pages.plan.published import Number, Text

COPY = "copy"
NAME_MAX = 63

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS)])
CHANGES = [needs(Permission.EDIT_PLAN), Depends(form_fits)]


@routes.get("/plan/new", dependencies=[needs(Permission.EDIT_PLAN)])
def begin(
    page: SignedIn, kind: str = "", name: str = "", where: Annotated[str, Query(max_length=10_000)] = ""
) -> Response:
    """Choose what to define; with a kind its template, with a name too a copy of that definition.

    A segment of those ``where`` a condition holds is begun from a list of customers.
    """
    edit = edit_of(page, None)
    if kind not in KINDS:
        return page.show("plan_new.html", kinds=list(KINDS), version=edit.now, text=None)
    if kind == Segment.kind and where.strip():
        return show(edit, _segment_of(where, page.reader.language))
    return show(edit, _copied(page, kind, name) if name else template_of(kind, page.reader.language))


@routes.post("/plan/new/check", dependencies=CHANGES)
def check(page: SignedIn, text: Text = "") -> Response:
    """What is wrong with a text, while it is typed: a part of the page."""
    return checked(edit_of(page, None), text)


@routes.post("/plan/new/form", dependencies=CHANGES)
def form(page: SignedIn, posted: Sent, text: Text = "") -> Response:
    """The text with what was entered in the form beside it, and the form again."""
    return write(edit_of(page, None), text, posted)


@routes.post("/plan/new/review", dependencies=CHANGES)
def review(page: SignedIn, made_from: Number, posted: Sent, text: Text = "") -> Response:
    """What publishing it would change."""
    edit = edit_of(page, None)
    text = edit.entered(text, posted)
    if made_from != edit.now.number:
        return edit.fall_behind(made_from, text)
    said = edit.review(text)
    return show(edit, text, said, status=422 if said.problems else 200)


@routes.post("/plan/new/publish", dependencies=CHANGES)
def publish_new(
    page: SignedIn, made_from: Number, posted: Sent, text: Text = "", reason: Text = ""
) -> Response:
    """Make it part of the next version."""
    edit = edit_of(page, None)
    return edit.publish(edit.entered(text, posted), reason, made_from)


def template_of(kind: str, language: str) -> str:
    """A commented beginning of a definition, which is right as it stands but for the names."""
    path = package_files("keepwell.catalog") / "templates" / "new" / f"{kind}.{language}.yml"
    return path.read_text("utf-8")


def _segment_of(where: str, language: str) -> str:
    """The template of a segment with a condition, and without reasons: those of the template are of another one."""
    text = template_of(Segment.kind, language)
    body = body_of(text)
    assert body is not None
    return rewritten(
        text, {name: each for name, each in body.items() if name != "reasons"} | {"where": where}
    )


def _copied(page: Page, kind: str, name: str) -> str:
    edit: Edit = edit_of(page, Node(kind, name))
    body = body_of(edit.piece.text) if edit.piece else None
    if edit.piece is None or body is None:
        edit.plan.origin(name, kind)  # says what is near
        return template_of(kind, page.reader.language)
    kept = {key: value for key, value in body.items() if key != "off"}
    copy = f"{edit.piece.name[: NAME_MAX - len(COPY) - 1]}_{COPY}"
    return rewritten(edit.piece.text, kept | {edit.piece.kind: copy})
