"""The published plan that pages show and change, and how a change becomes the next version."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form

from keepwell.catalog.files import PlanFiles
from keepwell.catalog.load import load
from keepwell.catalog.plan import Plan
from keepwell.core.errors import NotFound, Problem
from keepwell.publishing.commands import publish
from keepwell.publishing.queries import Version, current
from keepwell.store.audit import record
from keepwell.web.page import Page

REASON_MAX = 500

Text = Annotated[str, Form()]
Number = Annotated[int, Form(ge=1, le=2_000_000_000)]


def now_of(page: Page) -> Version:
    """The version that runs. Raises NotFound before the first."""
    with page.web.deployment.store.read() as session:
        now = current(session)
    if now is None:
        raise NotFound("no plan is published yet")
    return now


def plan_of(page: Page, now: Version) -> Plan:
    """The plan of a version, which is nearly always the one that is read already."""
    published = page.web.sights.published()
    # Somebody may publish between two readings; a place in one version says nothing about another.
    return published[1] if published and published[0] == now.number else load(now.files)


def without_reason(page: Page, reason: str) -> tuple[Problem, ...]:
    """What is wrong with a reason: there is none, or it is a story."""
    if reason.strip() and len(reason.strip()) <= REASON_MAX:
        return ()
    return (Problem(page.reader.say("plan.say_why", most=REASON_MAX)),)


def publish_files(
    page: Page,
    before: Version,
    files: PlanFiles,
    why: str,
    *,
    subject_kind: str,
    subject_id: str,
    action: str,
) -> Version:
    """The version that holds the files; recorded where it is a new one. Raises NotPulled."""
    at, author = page.web.clock(), page.signed_in.name
    with page.web.deployment.store.write() as session:
        after = publish(
            session, files, author=author, reason=why.strip(), now=at, expected_version=before.number
        )
        if after.number != before.number:
            record(
                session,
                at=at,
                actor=author,
                action=action,
                subject_kind=subject_kind,
                subject_id=subject_id,
                details={"version": after.number, "reason": why.strip()},
            )
    return after
