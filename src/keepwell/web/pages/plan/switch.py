"""A definition switched off or on: what that would do and whom it would break, then as the next version."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.catalog.files import PlanFiles
from keepwell.catalog.graph import Node
from keepwell.catalog.switching import switched_off, switched_on
from keepwell.core.errors import NotFound
from keepwell.publishing.errors import NotPulled
from keepwell.web.page import SignedIn, form_fits, needs
from keepwell.web.pages.plan.edit import Edit, Said, edit_of
from keepwell.web.pages.plan.published import Number, Text, publish_files, without_reason

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS)])


@routes.post("/plan/{kind}/{name}/switch", dependencies=[needs(Permission.EDIT_PLAN), Depends(form_fits)])
def switch(
    page: SignedIn, kind: str, name: str, made_from: Number, reason: Text = "", go: Text = ""
) -> Response:
    """Show what switching would do; with ``go``, publish it."""
    edit = edit_of(page, Node(kind, name))
    if edit.piece is None:
        raise NotFound(f"the plan has no {kind} `{name}`")
    files = _switched(edit)
    said = edit.of_files(files)
    if not go or said.problems:
        return _show(edit, said, status=422 if said.problems else 200)
    if made_from != edit.now.number:
        return _show(edit, said, is_behind=True, status=409)
    if missing := without_reason(page, reason):
        return _show(edit, replace(said, problems=missing, reason=reason), status=422)
    try:
        after = publish_files(
            page, edit.now, files, reason, subject_kind=kind, subject_id=name, action="publish_plan"
        )
    except NotPulled:  # somebody published at this moment; what switching does is to be seen again
        edit = edit_of(page, Node(kind, name))
        if edit.piece is None:
            raise
        return _show(edit, edit.of_files(_switched(edit)), is_behind=True, status=409)
    return page.go("/plan", published=after.number)


def _switched(edit: Edit) -> PlanFiles:
    assert edit.piece is not None
    assert edit.node is not None
    if edit.is_off:
        return switched_on(edit.now.files, edit.piece)
    return switched_off(edit.now.files, edit.piece, edit.node.name)


def _show(edit: Edit, said: Said, *, is_behind: bool = False, status: int = 200) -> Response:
    assert edit.node is not None
    node, plan = edit.node, edit.plan
    return edit.page.show(
        "plan_switch.html",
        status=status,
        kind=node.kind,
        name=node.name,
        label=node.name if edit.is_off else plan.label(node.name, edit.page.reader.language, node.kind),
        is_off=edit.is_off,
        said=said,
        problems=said.problems,
        version=edit.now,
        is_behind=is_behind,
        family=edit.piece.name if edit.piece and not edit.piece.is_shipped else node.name,
    )
