"""The plan: what is defined, its versions, and publishing another."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from keepwell.access.model import Permission
from keepwell.api.asking import ROOT, AnyKey, Asking, needs
from keepwell.api.cursors import Number, Paged, Pages
from keepwell.api.filling.plan import checked_plan, definition_text, definitions, version_entry, version_files
from keepwell.api.shapes.plan import (
    CheckedPlan,
    DefinitionText,
    PublishedPlan,
    VersionEntry,
    VersionFiles,
    VersionList,
)
from keepwell.api.writes import IdempotencyKey, Sent, once
from keepwell.catalog.files import MAX_FILE_BYTES, MAX_FILES, PlanFiles, earlier
from keepwell.catalog.load import load
from keepwell.core.errors import PlanRefused, Refused
from keepwell.publishing.commands import publish
from keepwell.publishing.queries import current, history, version
from keepwell.store.audit import record

REASON_MAX = 500
PATH_LENGTH_MAX = 300
PLAN_BYTES_MAX = 4 * 1024 * 1024
"""Of a body with a whole plan."""
LARGER = {f"{ROOT}/plan/check": PLAN_BYTES_MAX, f"{ROOT}/plan/versions": PLAN_BYTES_MAX}
"""Addresses that are sent whole plans → how many bytes at most."""

FileText = Annotated[str, Field(max_length=MAX_FILE_BYTES)]
FilePath = Annotated[str, Field(max_length=PATH_LENGTH_MAX)]

routes = APIRouter(prefix="/plan", tags=["plan"])
SEE = [needs(Permission.SEE_CUSTOMERS)]
EDIT = [needs(Permission.EDIT_PLAN)]


class Files(Sent):
    """A whole plan: every file of its folder."""

    files: dict[FilePath, FileText] = Field(
        max_length=MAX_FILES, description="path → text", examples=[{"keepwell.toml": "format = 1\n…"}]
    )


class Publication(Files):
    """A plan that shall be the next version."""

    expected_version: int | None = Field(
        None, description="the version these files were made from; none where nothing is published yet"
    )
    reason: str = Field(min_length=1, max_length=REASON_MAX, description="why, for the history")


class Restoration(Sent):
    """Why an earlier version shall be the next one again."""

    expected_version: int = Field(description="the version that is published now, as far as you know")
    reason: str = Field(min_length=1, max_length=REASON_MAX, description="why, for the history")


@routes.get("", dependencies=SEE)
def get_plan(asking: AnyKey) -> PublishedPlan:
    """Everything that the published plan defines."""
    number, plan = asking.plan()
    return PublishedPlan(plan_version=number, definitions=definitions(plan))


@routes.get("/definitions/{kind}/{name}", dependencies=SEE)
def get_definition(asking: AnyKey, kind: str, name: str) -> DefinitionText:
    """One definition as it is written."""
    number, plan = asking.plan()
    with asking.read() as session:
        files = version(session, number).files
    return definition_text(number, plan, files, kind, name)


@routes.get("/versions", dependencies=SEE)
def list_versions(asking: AnyKey, asked: Annotated[Paged, Query()]) -> VersionList:
    """The published versions, the newest first."""
    pages = Pages(asking.request_path, asked, "versions")  # they are only added to
    before = pages.begin()
    with asking.read() as session:
        found = [each for each in history(session) if not before or each.number < before]
    page = found[: asked.limit]
    return VersionList(
        versions=[version_entry(each) for each in page],
        next_cursor=pages.next(page[-1].number if len(found) > len(page) else None),
    )


@routes.get("/versions/{number}", dependencies=EDIT)
def get_version(asking: AnyKey, number: Number) -> VersionFiles:
    """One version with all its files."""
    with asking.read() as session:
        return version_files(version(session, number))


@routes.post("/check", dependencies=EDIT)
def check_plan(asking: AnyKey, sent: Files) -> CheckedPlan:
    """All that is wrong with a plan, by file and line. It changes nothing."""
    del asking
    try:
        load(PlanFiles(sent.files))
    except PlanRefused as refused:
        return checked_plan(refused.problems)
    return checked_plan(())


@routes.post("/versions", status_code=201, response_model=VersionEntry, dependencies=EDIT)
def publish_plan(asking: AnyKey, key: IdempotencyKey, sent: Publication) -> Response:
    """Publish a plan: what run and pages use from now on. Nobody else's edit in the meantime is lost."""
    return once(asking, key, sent, lambda session: _published(asking, session, sent), status=201)


@routes.post("/versions/{number}/restore", status_code=201, response_model=VersionEntry, dependencies=EDIT)
def restore_version(asking: AnyKey, key: IdempotencyKey, number: Number, sent: Restoration) -> Response:
    """Publish an earlier version's definitions again, as a new one. Settings and rates stay as they are now."""

    def do(session: Session) -> VersionEntry:
        old, now = version(session, number), current(session)
        assert now is not None
        publishing = Publication(
            files=dict(earlier(now.files, old.files)),
            expected_version=sent.expected_version,
            reason=sent.reason,
        )
        return _published(asking, session, publishing, action="publish_earlier_plan", about=number)

    return once(asking, key, sent, do, status=201)


def _published(
    asking: Asking,
    session: Session,
    sent: Publication,
    *,
    action: str = "publish_plan",
    about: int | None = None,
) -> VersionEntry:
    """The version that holds the files; recorded where it is a new one, as about the version it goes back to."""
    why = sent.reason.strip()
    if not why:
        raise Refused("say why, for the history")
    before, author = current(session), asking.viewer.name
    after = publish(
        session,
        PlanFiles(sent.files),
        author=author,
        reason=why,
        now=asking.now,
        expected_version=sent.expected_version,
    )
    if before is None or after.number != before.number:
        record(
            session,
            at=asking.now,
            actor=author,
            action=action,
            subject_kind="plan_version",
            subject_id=str(about or after.number),
            details={"version": after.number, "reason": why},
        )
    return version_entry(after)
