"""The job ``run``: asked for, carried out under a lease, and told in a form that pages and commands can show."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from keepwell.core.clock import Clock
from keepwell.core.errors import KeepwellError, Problem, Unavailable
from keepwell.runs.place import Progress
from keepwell.runs.run import Ran, run
from keepwell.store.audit import record
from keepwell.store.errors import LeaseLost
from keepwell.store.jobs import Job, enqueue, fail, finish, recent_jobs, renew, report_progress
from keepwell.store.locks import one_at_a_time
from keepwell.store.types import JsonObject
from keepwell.wiring import Deployment
from keepwell.worker.logs import log

RUN = "run"
LEASE_SECONDS = 60.0
RENEW_SECONDS = 15.0
PROGRESS_SECONDS = 0.5
ATTEMPTS = 20
"""With waits that grow to an hour these last half a day: a run by hand beside this one ends sooner."""
PROBLEMS_KEPT = 50


class Stopped(Exception):
    """The process is ending: the run lets go where it is and goes on in the next process."""


def request_run(session: Session, *, now: datetime, idempotency_key: str | None = None) -> Job:
    """The run that waits or works already, else a new one."""
    one_at_a_time(session, "request run")
    return open_run(session) or enqueue(
        session, RUN, {}, now=now, idempotency_key=idempotency_key, max_attempts=ATTEMPTS
    )


def ask_for_run(session: Session, *, actor: str, now: datetime) -> Job:
    """The run that somebody asks for; recorded where it is a new one."""
    one_at_a_time(session, "request run")
    if (job := open_run(session)) is not None:
        return job
    job = request_run(session, now=now)
    record(session, at=now, actor=actor, action="request_run", subject_kind="job", subject_id=str(job.id))
    return job


def open_run(session: Session) -> Job | None:
    """The run that waits or works, if any."""
    return next((job for job in recent_jobs(session, kind=RUN, limit=20) if job.finished_at is None), None)


@dataclass
class HeldJob:
    """A leased job whose lease is renewed while it works, and whose progress is written down now and then."""

    deployment: Deployment
    job: Job
    clock: Clock
    stopping: threading.Event
    _lost: threading.Event = field(default_factory=threading.Event)
    _done: threading.Event = field(default_factory=threading.Event)
    _told_at: float = 0.0
    _told_step: str = ""

    def renew_until_done(self) -> None:
        """Runs in a thread of its own. A store that cannot be written for a moment is tried again."""
        while not self._done.wait(RENEW_SECONDS):
            try:
                with self.deployment.store.write() as session:
                    renew(session, self.job, now=self.clock(), seconds=LEASE_SECONDS)
            except LeaseLost:
                self._lost.set()
                return
            except Unavailable as error:
                log("lease not renewed", level=logging.WARNING, error=error, job=self.job.id)

    def report(self, progress: Progress) -> None:
        """Write progress down. Raises LeaseLost or Stopped, which ends the run where it is."""
        if self.stopping.is_set():
            raise Stopped
        if self._lost.is_set():
            raise LeaseLost(f"job {self.job.id} is no longer held by this worker")
        now = time.monotonic()
        if progress.step == self._told_step and now - self._told_at < PROGRESS_SECONDS:
            return
        self._told_at, self._told_step = now, progress.step
        with self.deployment.store.write() as session:
            report_progress(session, self.job, _as_json(progress))

    def end(self) -> None:
        """Stop renewing."""
        self._done.set()


def carry_out(
    deployment: Deployment,
    job: Job,
    *,
    clock: Clock,
    stopping: threading.Event,
    ended: Callable[[str, float], None] = lambda _outcome, _seconds: None,
) -> None:
    """Run the plan for a leased job and say how it ended: ``done``, ``failed``, ``postponed`` or ``stopped``."""
    held = HeldJob(deployment, job, clock, stopping)
    renewing = threading.Thread(target=held.renew_until_done, name=f"lease of job {job.id}", daemon=True)
    renewing.start()
    began = time.monotonic()
    log("run began", job=job.id, attempt=job.attempt)
    try:
        outcome = _outcome(deployment, job, held, clock)
    finally:
        held.end()
        renewing.join()
    seconds = time.monotonic() - began
    log("run ended", job=job.id, outcome=outcome, seconds=round(seconds, 2))
    ended(outcome, seconds)


def _outcome(deployment: Deployment, job: Job, held: HeldJob, clock: Clock) -> str:
    try:
        with deployment.place(now=clock(), report=held.report) as place:
            ran = run(place)
        with deployment.store.write() as session:
            finish(session, job, now=clock(), result=result_of(ran))
        log("run published", job=job.id, run=ran.snapshot.run_id if ran.snapshot else None, new=ran.is_new)
        return "done"
    except Stopped:
        with deployment.store.write() as session:
            renew(session, job, now=clock(), seconds=0)  # due at once, for the next process
        return "stopped"
    except LeaseLost:
        return "stopped"
    except Unavailable as error:
        _fail(deployment, job, str(error), now=clock(), retry=True)
        return "postponed"
    except KeepwellError as error:
        _fail(deployment, job, str(error), now=clock(), retry=False)
        return "failed"
    except Exception as error:  # noqa: BLE001 (a fault of ours must not end the worker; it is logged)
        log("run failed", level=logging.ERROR, error=error, job=job.id)
        sentence = f"an unexpected error ({type(error).__name__}); the log says where"
        _fail(deployment, job, sentence, now=clock(), retry=False)
        return "failed"


def _fail(deployment: Deployment, job: Job, error: str, *, now: datetime, retry: bool) -> None:
    try:
        with deployment.store.write() as session:
            fail(session, job, now=now, error=error, retry=retry)
    except (LeaseLost, Unavailable) as lost:  # the lease runs out and another worker takes the job
        log("outcome not kept", level=logging.ERROR, error=lost, job=job.id)


def result_of(ran: Ran) -> JsonObject:
    """What a run did, as its job keeps it."""
    return {
        "run_id": ran.snapshot.run_id if ran.snapshot else None,
        "is_new": ran.is_new,
        "customers": ran.snapshot.customers if ran.snapshot else None,
        "taken": [{"source": one.source, "input": one.name, **one.counts.model_dump()} for one in ran.taken],
        "problems": [_problem_as_json(problem) for problem in ran.problems[:PROBLEMS_KEPT]],
    }


def _problem_as_json(problem: Problem) -> JsonObject:
    return {"what": problem.what, "where": problem.where(), "field": problem.field, "hint": problem.hint}


def _as_json(progress: Progress) -> JsonObject:
    return {"step": progress.step, "detail": progress.detail, "share": progress.share}
