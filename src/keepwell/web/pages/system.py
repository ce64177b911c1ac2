"""System: what runs here, how fresh the data are, and what the newest jobs did."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from keepwell import __version__
from keepwell.access.model import Permission
from keepwell.answers.sources import sources
from keepwell.intake.quality import KEY_ERROR_RATE_GOAL
from keepwell.lake.size import bytes_under
from keepwell.store.jobs import Job, recent_jobs
from keepwell.store.size import store_bytes
from keepwell.web.page import Page, SignedIn, needs
from keepwell.web.pages.standing import may_start
from keepwell.worker.run_job import RUN

JOBS_SHOWN = 20
RUNS_SHOWN = 5
COLOURS = {"queued": "secondary", "running": "blue", "done": "green", "failed": "red", "dead": "red"}

routes = APIRouter(dependencies=[needs(Permission.SEE_DATA)])


@routes.get("/system")
def overview(page: SignedIn) -> Response:
    """The overview."""
    deployment = page.web.deployment
    published = page.web.sights.published()
    info = page.web.sights.snapshots.current()
    with deployment.store.read() as session:
        runs = recent_jobs(session, kind=RUN, limit=RUNS_SHOWN)
        jobs = recent_jobs(session, limit=JOBS_SHOWN)
    return page.show(
        "system.html",
        can_start=may_start(page),
        version=__version__,
        published=published[0] if published else None,
        info=info,
        sources=_sources(page),
        goal=page.reader.share(KEY_ERROR_RATE_GOAL),
        runs=[_job(page, each) for each in runs],
        jobs=[_job(page, each) for each in jobs],
        lake=_megabytes(page, bytes_under(deployment.work / "lake")),
        store=_megabytes(page, store_bytes(deployment.store)),
    )


def _sources(page: Page) -> list[dict[str, object]]:
    """Each source of the published plan."""
    published = page.web.sights.published()
    if published is None:
        return []
    plan = published[1]
    with page.web.sights.lake() as lake:
        return [
            {
                "name": each.name,
                "label": plan.label(each.name, page.reader.language, "source"),
                "last": page.reader.moment(each.quality.last_fact_at, plan.settings.zone),
                "rate": each.quality.key_error_rate,
                "kept": (each.quality.key_error_rate or 0) <= KEY_ERROR_RATE_GOAL,
                "waiting": each.waiting,
            }
            for each in sources(plan, lake)
        ]


def _job(page: Page, job: Job) -> dict[str, object]:
    return {
        "id": job.id,
        "kind": job.kind,
        "state": page.reader.say(f"system.{job.state}"),
        "colour": COLOURS[job.state],
        "attempt": job.attempt,
        "error": job.error,
        "asked": job.created_at,
        "ended": job.finished_at,
    }


def _megabytes(page: Page, size: int) -> str:
    """A size in megabytes (of 1,000,000 bytes), with one decimal."""
    return page.reader.say("system.megabytes", size=page.reader.number(round(size / 1_000_000, 1)))
