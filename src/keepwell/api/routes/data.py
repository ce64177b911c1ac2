"""Sources and how good they are, rows in quarantine, and runs: of the whole business, so for keys without a scope."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from keepwell.access.model import Permission
from keepwell.answers.sources import sources, waiting_rows
from keepwell.api.asking import AnyKey, needs
from keepwell.api.cursors import Number, Paged, Pages
from keepwell.api.filling.data import quarantine_row, run_of, source
from keepwell.api.shapes.data import QuarantineRows, Run, RunList, SourceList
from keepwell.api.writes import IdempotencyKey, once
from keepwell.core.errors import NotFound
from keepwell.store.jobs import find_job, recent_jobs
from keepwell.worker.run_job import RUN, ask_for_run

RUNS_SHOWN = 50

routes = APIRouter(tags=["data"], dependencies=[needs(Permission.SEE_DATA)])


class QuarantineAsked(Paged):
    """Which rows."""

    reason: str | None = Field(None, max_length=200, description="one `field=reason` of `by_reason`")


@routes.get("/sources")
def list_sources(asking: AnyKey) -> SourceList:
    """Every source of the published plan, with what became of its rows."""
    number, plan = asking.plan()
    with asking.served.sights.lake() as lake:
        return SourceList(plan_version=number, sources=[source(plan, each) for each in sources(plan, lake)])


@routes.get("/sources/{name}/quarantine")
def list_quarantine(asking: AnyKey, name: str, asked: Annotated[QuarantineAsked, Query()]) -> QuarantineRows:
    """The rows of a source that wait in quarantine, in the order of its inputs."""
    _, plan = asking.plan()
    with asking.served.sights.lake() as lake:
        version = lake.current().version
        pages = Pages(asking.request_path, asked, f"lake {version}")
        found = waiting_rows(
            plan, lake, asking.viewer, name, reason=asked.reason, limit=asked.limit, after=pages.begin()
        )
        return QuarantineRows(
            lake_version=version,
            count=found.count,
            by_reason=found.by_reason,
            rows=[quarantine_row(each) for each in found.rows],
            next_cursor=pages.next(found.next_after),
        )


@routes.get("/runs")
def list_runs(asking: AnyKey) -> RunList:
    """The newest runs first, at most 50."""
    with asking.read() as session:
        return RunList(runs=[run_of(job) for job in recent_jobs(session, kind=RUN, limit=RUNS_SHOWN)])


@routes.get("/runs/{number}")
def get_run(asking: AnyKey, number: Number) -> Run:
    """One run: how far it is, or what it did."""
    with asking.read() as session:
        job = find_job(session, number)
    if job is None or job.kind != RUN:
        raise NotFound(f"there is no run {number}")
    return run_of(job)


@routes.post("/runs", status_code=202, response_model=Run, dependencies=[needs(Permission.RUN)])
def begin_run(asking: AnyKey, key: IdempotencyKey) -> Response:
    """Ask for a run; where one waits or works already, that one is meant."""
    return once(
        asking,
        key,
        None,
        lambda session: run_of(ask_for_run(session, actor=asking.viewer.name, now=asking.now)),
        status=202,
    )
