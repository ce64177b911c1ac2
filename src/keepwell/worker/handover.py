"""A command beside a live ``serve`` hands its work over and waits for it."""

from __future__ import annotations

import time

from keepwell.core.clock import Clock
from keepwell.core.errors import Refused, Unavailable
from keepwell.runs.place import Progress, Report
from keepwell.store.jobs import Job, find_job
from keepwell.wiring import Deployment
from keepwell.worker.run_job import request_run

LOOK_SECONDS = 0.3


def run_there(deployment: Deployment, *, clock: Clock, report: Report) -> Job:
    """Ask the serving process for a run, report its progress and give the finished job.

    Raises Refused with the run's own sentence when it failed, Unavailable when it has to be tried again later.
    """
    with deployment.store.write() as session:
        job_id = request_run(session, now=clock()).id
    while True:
        with deployment.store.read() as session:
            job = find_job(session, job_id)
        if job is None:
            raise Unavailable(f"the run (job {job_id}) was swept away before it could be looked at")
        if job.state == "done":
            return job
        if job.finished_at is not None:
            raise Refused(job.error or "the run failed")
        if job.state == "queued" and job.error:
            raise Unavailable(job.error, hint=f"it is tried again at {job.run_at:%H:%M:%S} UTC")
        if isinstance(job.progress, dict):
            report(Progress(step=str(job.progress.get("step")), detail=str(job.progress.get("detail") or "")))
        time.sleep(LOOK_SECONDS)
