"""How good the data are: what became of every row, and the rows that wait in quarantine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.answers.sources import SourceStanding, WaitingRow, sources, waiting_rows
from keepwell.catalog.plan import Plan
from keepwell.core.errors import NotFound
from keepwell.intake.quality import KEY_ERROR_RATE_GOAL
from keepwell.intake.quarantine import RowProblem
from keepwell.web.locale.reasons import problem_in
from keepwell.web.page import Page, SignedIn, needs
from keepwell.web.pages.standing import may_start

ROWS = 50
PARTS = ("new", "corrected", "unchanged", "outdated", "duplicate", "quarantined")
"""What becomes of a row; the counts add up to all rows."""

routes = APIRouter(dependencies=[needs(Permission.SEE_DATA)])


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source on the page."""

    name: str
    label: str
    kind: str
    standing: SourceStanding
    rate: float | None
    within_goal: bool


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """A row in quarantine on the page."""

    row: WaitingRow
    problems: tuple[tuple[str, str], ...]
    at: str


@routes.get("/sources")
def all_sources(page: SignedIn) -> Response:
    """Every source."""
    plan = _plan(page)
    if plan is None:
        title, hint = page.reader.say("empty.no_plan"), page.reader.say("empty.no_plan.hint")
        return page.show("empty.html", title=title, hint=hint, can_run=False, can_start=may_start(page))
    with page.web.sights.lake() as lake:
        rows = [_source(page, plan, standing) for standing in sources(plan, lake)]
    return page.show(
        "sources.html",
        rows=rows,
        can_start=may_start(page),
        parts=PARTS,
        goal=page.reader.share(KEY_ERROR_RATE_GOAL),
        zone=plan.settings.zone,
    )


@routes.get("/sources/{name}/quarantine")
def quarantine(
    page: SignedIn,
    name: str,
    reason: str | None = None,
    after: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """The rows of one source that wait."""
    plan = _plan(page)
    if plan is None or name not in plan.sources:
        raise NotFound(f"the plan has no source `{name}`")
    with page.web.sights.lake() as lake:
        found = waiting_rows(plan, lake, page.signed_in, name, reason=reason or None, limit=ROWS, after=after)
    language, default = page.reader.language, plan.settings.language
    rules = [rule.say.in_(language, default) for rule in plan.sources[name].valid]
    rows = [
        QuarantineRow(
            row,
            tuple((problem_in(language, problem, rules), problem.shown) for problem in row.problems),
            page.reader.moment(row.recorded_at.replace(tzinfo=UTC), plan.settings.zone),
        )
        for row in found.rows
    ]
    reasons = [(code, _named(page, code, rules), many) for code, many in found.by_reason.items()]
    return page.show(
        "quarantine.html",
        name=name,
        label=plan.label(name, language, "source"),
        rows=rows,
        found=found,
        reasons=reasons,
        chosen=reason,
        after=after,
        page_rows=ROWS,
        link=lambda start: (
            f"/sources/{name}/quarantine?"
            + urlencode({"after": start} | ({"reason": reason} if reason else {}))
        ),
    )


def _plan(page: Page) -> Plan | None:
    published = page.web.sights.published()
    return published[1] if published else None


def _source(page: Page, plan: Plan, standing: SourceStanding) -> SourceRow:
    rate = standing.quality.key_error_rate
    return SourceRow(
        name=standing.name,
        label=plan.label(standing.name, page.reader.language, "source"),
        kind=plan.sources[standing.name].fact,
        standing=standing,
        rate=rate,
        within_goal=rate is not None and rate <= KEY_ERROR_RATE_GOAL,
    )


def _named(page: Page, code: str, rules: list[str]) -> str:
    field, _, reason = code.partition("=")
    return problem_in(page.reader.language, RowProblem(field, reason, ""), rules)
