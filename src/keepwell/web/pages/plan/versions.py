"""The versions of the plan: each with what it changed, and the way back to one of them."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.catalog.editing import pieces
from keepwell.catalog.files import PlanFiles, earlier
from keepwell.catalog.graph import Node
from keepwell.core.errors import NotFound
from keepwell.publishing.errors import NotPulled
from keepwell.publishing.queries import Version, VersionLine, history, version, versions_with
from keepwell.web.page import Page, SignedIn, form_fits, needs
from keepwell.web.pages.plan.edit import Edit, Said, edit_of
from keepwell.web.pages.plan.published import Number, Text, now_of, publish_files, without_reason

SHOWN = 50
LOOKED_AT = 200
"""So many versions are looked through for what changed one definition."""

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS)])

VersionNumber = Annotated[int, Path(ge=1, le=2_000_000_000)]


@routes.get("/plan/versions")
def all_versions(page: SignedIn, after: Annotated[int, Query(ge=0, le=10_000_000)] = 0) -> Response:
    """Every version, newest first."""
    with page.web.deployment.store.read() as session:
        every = history(session)
    return page.show(
        "plan_versions.html",
        versions=every[after : after + SHOWN],
        count=len(every),
        after=after,
        shown=SHOWN,
        current=every[0].number if every else 0,
    )


@routes.get("/plan/versions/{number}")
def one_version(page: SignedIn, number: VersionNumber) -> Response:
    """One version: what it changed, and what is different in the one that runs."""
    return _show(page, now_of(page), _version(page, number))


@routes.post("/plan/versions/{number}/back", dependencies=[needs(Permission.EDIT_PLAN), Depends(form_fits)])
def back(
    page: SignedIn, number: VersionNumber, made_from: Number, reason: Text = "", go: Text = ""
) -> Response:
    """Show what going back to a version would do; with ``go``, publish its files as the next version."""
    now, old = now_of(page), _version(page, number)
    files = earlier(now.files, old.files)
    said = Edit(page, now).of_files(files)
    if not go or said.problems or not said.difference:
        return _show(page, now, old, said, status=422 if said.problems else 200)
    if made_from != now.number:
        return _show(page, now, old, said, is_behind=True, status=409)
    if missing := without_reason(page, reason):
        return _show(page, now, old, Said(missing, said.difference, said.preview, reason=reason), status=422)
    try:
        made = publish_files(
            page,
            now,
            files,
            reason,
            subject_kind="plan_version",
            subject_id=str(number),
            action="publish_earlier_plan",
        )
    except NotPulled:
        now = now_of(page)
        said = Edit(page, now).of_files(earlier(now.files, old.files))
        return _show(page, now, old, said, is_behind=True, status=409)
    return page.go("/plan", published=made.number)


@routes.get("/plan/{kind}/{name}/history")
def of_one(page: SignedIn, kind: str, name: str) -> Response:
    """The versions that changed one definition, newest first, each with how."""
    edit = edit_of(page, Node(kind, name))
    if edit.piece is None:
        raise NotFound(f"the plan has no {kind} `{name}`")
    changes, is_whole = _changes(page, edit.piece.kind, edit.piece.name)
    return page.show(
        "plan_history.html",
        kind=kind,
        name=name,
        label=edit.plan.label(name, page.reader.language, kind) if not edit.is_off else name,
        changes=changes,
        is_whole=is_whole,
        looked_at=LOOKED_AT,
    )


def _version(page: Page, number: int) -> Version:
    with page.web.deployment.store.read() as session:
        return version(session, number)


def _show(
    page: Page,
    now: Version,
    shown: Version,
    said: Said | None = None,
    *,
    is_behind: bool = False,
    status: int = 200,
) -> Response:
    say = page.reader.say

    def called(each: VersionLine) -> str:
        return say("plan.version.number", number=each.number)

    before = _version(page, shown.number - 1) if shown.number > 1 else None
    files = before.files if before else PlanFiles({})
    return page.show(
        "plan_version.html",
        status=status,
        shown=shown,
        now=now,
        before=before,
        change=files.difference(shown.files, names=(called(before) if before else "∅", called(shown))),
        to_now=shown.files.difference(now.files, names=(called(shown), called(now))),
        said=said,
        problems=said.problems if said else (),
        is_behind=is_behind,
        may_edit=page.signed_in.may(Permission.EDIT_PLAN),
    )


def _changes(page: Page, kind: str, name: str) -> tuple[list[tuple[VersionLine, str]], bool]:
    """Each version that changed a definition, with the difference; and whether all versions were looked at."""
    written = re.compile(rf"^['\"]?{re.escape(kind)}['\"]?\s*:\s*['\"]?{re.escape(name)}\b", re.MULTILINE)
    texts: list[tuple[VersionLine, str]] = []
    known: dict[str, str] = {}
    with page.web.deployment.store.read() as session:
        for line, files in versions_with(session, limit=LOOKED_AT + 1):
            texts.append((line, "".join(_parts(files, written, kind, name, known))))
    found = []
    is_whole = len(texts) <= LOOKED_AT
    for place, (line, text) in enumerate(texts[:LOOKED_AT]):
        before = texts[place + 1][1] if place + 1 < len(texts) else ""
        if text != before:
            earlier_, later = PlanFiles({name: before}), {name: text}
            was = texts[place + 1][0].number if place + 1 < len(texts) else 0
            names = tuple(page.reader.say("plan.version.number", number=each) for each in (was, line.number))
            found.append((line, earlier_.difference(later, names=(names[0] if was else "∅", names[1]))))
    return found, is_whole


def _parts(
    files: PlanFiles, written: re.Pattern[str], kind: str, name: str, known: dict[str, str]
) -> list[str]:
    """The texts of a definition in files; files that are the same in the next version are cut up once."""
    found = []
    for path, text in files.items():
        if path.endswith(".yml") and written.search(text):
            if text not in known:
                fitting = (each for each in pieces(path, text) if (each.kind, each.name) == (kind, name))
                known[text] = "".join(each.text for each in fitting)
            found.append(known[text])
    return found
