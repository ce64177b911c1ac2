"""What to say while there is nothing to show yet, or what is shown is not the newest plan's."""

from __future__ import annotations

from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.lake.snapshot import SnapshotInfo
from keepwell.web.page import Page


def may_start(page: Page) -> bool:
    """Whether the viewer may load a file of their own: it changes the plan and asks for a run."""
    return page.signed_in.may(Permission.EDIT_PLAN) and page.signed_in.may(Permission.RUN)


def nothing_to_show(page: Page) -> Response | None:
    """The empty state before the first publication and before the first run; None when there is a snapshot."""
    if page.web.sights.snapshots.current() is not None:
        return None
    say = page.reader.say
    if page.web.sights.published() is None:
        title, hint = say("empty.no_plan"), say("empty.no_plan.hint")
        return page.show("empty.html", title=title, hint=hint, can_run=False, can_start=may_start(page))
    if page.run_under_way() is not None:
        title, hint = say("empty.running"), say("empty.running.hint")
        return page.show("empty.html", title=title, hint=hint, can_run=False, running=True)
    title, hint = say("empty.no_snapshot"), say("empty.no_snapshot.hint")
    return page.show("empty.html", title=title, hint=hint, can_run=True)


def outdated_by(page: Page, info: SnapshotInfo) -> int | None:
    """The published version of the plan where figures are still from an earlier one."""
    published = page.web.sights.published()
    return published[0] if published and published[0] != info.plan_version else None
