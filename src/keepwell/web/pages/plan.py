"""The plan: what is defined, one definition, and its text edited, checked and published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.catalog.editing import Piece, edited, piece_of, problems_of
from keepwell.catalog.files import PlanFiles
from keepwell.catalog.graph import Node, dependencies
from keepwell.catalog.load import load
from keepwell.catalog.plan import Plan
from keepwell.core.errors import NotFound, Problem
from keepwell.publishing.commands import publish
from keepwell.publishing.errors import NotPulled
from keepwell.publishing.queries import Version, current, history, version
from keepwell.store.audit import record
from keepwell.web.page import Page, SignedIn, form_fits, needs

VERSIONS_SHOWN = 30
REASON_MAX = 500

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS)])

Text = Annotated[str, Form()]
Number = Annotated[int, Form(ge=1)]


@dataclass(frozen=True, slots=True)
class Row:
    """A definition in the list."""

    kind: str
    name: str
    label: str
    file: str
    shipped: bool
    asleep: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What the page says about a text: problems, the difference it makes, what others changed since."""

    problems: tuple[Problem, ...] = ()
    difference: str | None = None
    since: str = ""
    reason: str = ""


@routes.get("/plan")
def whole(page: SignedIn, text: str = "", published: int = 0) -> Response:
    """Everything that is defined, the plan's own first, and the versions."""
    known = page.web.sights.published()
    if known is None:
        title, hint = page.reader.say("empty.no_plan"), page.reader.say("empty.no_plan.hint")
        return page.show("empty.html", title=title, hint=hint, can_run=False)
    plan = known[1]
    wanted = text.casefold().strip()[:100]
    rows = [row for row in _rows(page, plan) if wanted in f"{row.name} {row.label}".casefold()]
    with page.web.deployment.store.read() as session:
        versions = history(session)[:VERSIONS_SHOWN]
    return page.show(
        "plan.html",
        rows=sorted(rows, key=lambda row: (row.shipped, row.kind, row.name)),
        versions=versions,
        asked=text[:100],
        just_published=published == known[0],
        can_run=page.signed_in.may(Permission.RUN),
    )


@routes.get("/plan/{kind}/{name}")
def one(page: SignedIn, kind: str, name: str) -> Response:
    """One definition."""
    now = _now(page)
    piece = _piece(page, now, kind, name)
    return _show(page, now, kind, name, piece.text)


@routes.post("/plan/{kind}/{name}/check", dependencies=[needs(Permission.EDIT_PLAN), Depends(form_fits)])
def check(page: SignedIn, kind: str, name: str, text: Text = "") -> Response:
    """What is wrong with a text, while it is typed: a part of the page."""
    now = _now(page)
    return page.show(
        "plan_problems.html", problems=problems_of(now.files, _piece(page, now, kind, name), text)
    )


@routes.post("/plan/{kind}/{name}/review", dependencies=[needs(Permission.EDIT_PLAN), Depends(form_fits)])
def review(page: SignedIn, kind: str, name: str, made_from: Number, text: Text = "") -> Response:
    """What publishing a text would change, before it is published."""
    now = _now(page)
    if made_from != now.number:
        return _behind(page, now, kind, name, made_from, text)
    piece = _piece(page, now, kind, name)
    if problems := problems_of(now.files, piece, text):
        return _show(page, now, kind, name, text, Said(problems), status=422)
    return _show(page, now, kind, name, text, Said(difference=_difference(now, piece, text)))


@routes.post("/plan/{kind}/{name}/publish", dependencies=[needs(Permission.EDIT_PLAN), Depends(form_fits)])
def publish_text(
    page: SignedIn, kind: str, name: str, made_from: Number, text: Text = "", reason: Text = ""
) -> Response:
    """Make a text part of the next version; nobody else's edit in the meantime is lost."""
    now, why = _now(page), reason.strip()
    if made_from != now.number:
        return _behind(page, now, kind, name, made_from, text)
    piece = _piece(page, now, kind, name)
    problems = problems_of(now.files, piece, text)
    difference = None if problems else _difference(now, piece, text)
    if not why or len(why) > REASON_MAX:
        problems += (Problem(f"say why, in at most {REASON_MAX} characters"),)
    if problems:
        return _show(page, now, kind, name, text, Said(problems, difference, reason=reason), status=422)
    try:
        after = _publish(page, now, edited(now.files, piece, text), why, about=Node(kind, name))
    except NotPulled:  # somebody published since it was read
        return _behind(page, _now(page), kind, name, made_from, text)
    return page.go("/plan", published=after.number)


def _publish(page: Page, before: Version, files: PlanFiles, why: str, *, about: Node) -> Version:
    """The version that holds the files; recorded where it is a new one."""
    at, author = page.web.clock(), page.signed_in.name
    with page.web.deployment.store.write() as session:
        after = publish(session, files, author=author, reason=why, now=at, expected_version=before.number)
        if after.number != before.number:
            record(
                session,
                at=at,
                actor=author,
                action="publish_plan",
                subject_kind=about.kind,
                subject_id=about.name,
                details={"version": after.number, "reason": why},
            )
    return after


def _difference(now: Version, piece: Piece, text: str) -> str:
    names = (f"version {now.number}", "your edit")
    return now.files.difference(edited(now.files, piece, text), names=names)


def _rows(page: Page, plan: Plan) -> list[Row]:
    rows = []
    asleep = {(each.kind, each.name) for each in plan.asleep}
    for each in (*plan.definitions(), *plan.asleep):
        origin = plan.origin(each.name, each.kind)
        label = plan.label(each.name, page.reader.language, each.kind)
        key = (each.kind, each.name)
        rows.append(Row(*key, label, origin.file, origin.shipped, key in asleep))
    return rows


def _now(page: Page) -> Version:
    with page.web.deployment.store.read() as session:
        now = current(session)
    if now is None:
        raise NotFound("no plan is published yet")
    return now


def _plan(page: Page) -> Plan:
    published = page.web.sights.published()
    if published is None:
        raise NotFound("no plan is published yet")
    return published[1]


def _piece(page: Page, now: Version, kind: str, name: str) -> Piece:
    published = page.web.sights.published()
    # Somebody may publish between two readings; a place in one version says nothing about another.
    plan = published[1] if published and published[0] == now.number else load(now.files)
    return piece_of(now.files, plan.origin(name, kind))


def _show(
    page: Page,
    now: Version,
    kind: str,
    name: str,
    text: str,
    said: Said | None = None,
    *,
    status: int = 200,
) -> Response:
    plan = _plan(page)
    here, edges = Node(kind, name), dependencies(plan)
    return page.show(
        "definition.html",
        status=status,
        kind=kind,
        name=name,
        label=plan.label(name, page.reader.language, kind),
        origin=plan.origin(name, kind),
        version=now,
        text=text,
        said=said or Said(),
        problems=said.problems if said else (),
        above=[edge.above for edge in edges if edge.below == here],
        below=[edge.below for edge in edges if edge.above == here],
        may_edit=page.signed_in.may(Permission.EDIT_PLAN),
    )


def _behind(page: Page, now: Version, kind: str, name: str, made_from: int, text: str) -> Response:
    """Somebody published in the meantime: what they changed, beside the text that is not published."""
    with page.web.deployment.store.read() as session:
        base: PlanFiles = version(session, made_from).files
    since = base.difference(now.files, names=(f"version {made_from}", f"version {now.number}"))
    return _show(page, now, kind, name, text, Said(since=since), status=409)
