"""Runs: ask for one, watch it, see what the last ones did."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.store.jobs import Job, recent_jobs
from keepwell.web.locale.reasons import step_in
from keepwell.web.page import Page, SignedIn, form_fits, needs
from keepwell.worker.run_job import RUN, ask_for_run

SHOWN = 20

routes = APIRouter(dependencies=[needs(Permission.SEE_DATA)])


@routes.get("/runs")
def runs(page: SignedIn) -> Response:
    """The page."""
    return page.show("runs.html", _state(page))


@routes.get("/runs/state")
def state(page: SignedIn) -> Response:
    """How far the run is: a part of the page that is asked for again while one is under way."""
    return page.show("run_state.html", _state(page))


@routes.post("/runs", dependencies=[needs(Permission.RUN), Depends(form_fits)])
def begin(page: SignedIn) -> Response:
    """Ask for a run; where one waits or works already, that one is meant."""
    with page.web.deployment.store.write() as session:
        ask_for_run(session, actor=page.signed_in.name, now=page.web.clock())
    return page.go("/runs")


def _state(page: Page) -> dict[str, object]:
    with page.web.deployment.store.read() as session:
        jobs = recent_jobs(session, kind=RUN, limit=SHOWN)
    under_way = next((job for job in jobs if job.finished_at is None), None)
    ended = [job for job in jobs if job.finished_at is not None]
    published = page.web.sights.published()
    return {
        "published": published[0] if published else None,
        "every": published[1].settings.run_every if published else None,
        "under_way": under_way,
        "step": _step(page, under_way),
        "last": ended[0] if ended else None,
        "ended": ended[1:],
        "outcome": lambda job: _outcome(page, job),
    }


def _step(page: Page, job: Job | None) -> tuple[str, str]:
    """What the run does now: its step and the detail of it."""
    if job is None or not isinstance(job.progress, dict):
        return "", ""
    step = step_in(page.reader.language, str(job.progress.get("step") or ""))
    return step, str(job.progress.get("detail") or "")


def _outcome(page: Page, job: Job) -> tuple[str, str]:
    """How a run ended, in words and as a colour."""
    if job.state != "done" or not isinstance(job.result, dict):
        return page.reader.say("runs.failed"), "red"
    if job.result.get("problems"):
        return page.reader.say("runs.done_with_problems"), "yellow"
    return page.reader.say("runs.done"), "green"
