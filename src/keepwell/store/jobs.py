"""Work to be done later: one leased table, enqueued in the same transaction as its cause.

A job is handed to one worker under a lease. A worker that dies lets its lease run out and another takes the
job under the next attempt number; the number fences off the former holder, whose ``finish`` is then refused.
Work must therefore be written in the transaction that finishes the job, or be harmless to do twice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from keepwell.store.bulk import insert_or_none
from keepwell.store.engine import Store
from keepwell.store.errors import KeyReused, LeaseLost, QueueFull
from keepwell.store.tables import jobs
from keepwell.store.types import JsonObject, JsonValue

State = Literal["queued", "running", "done", "failed", "dead"]

QUEUE_LIMIT = 10_000
MAX_ATTEMPTS = 5
FIRST_BACKOFF = timedelta(seconds=10)
LONGEST_BACKOFF = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was when read.

    ``failed`` ended because trying again would not help; ``dead`` ended because it was tried too often.
    """

    id: int
    kind: str
    arguments: JsonObject
    state: State
    run_at: datetime
    lease_until: datetime | None
    leased_by: str | None
    attempt: int
    max_attempts: int
    idempotency_key: str | None
    progress: JsonValue
    result: JsonValue
    error: str | None
    created_at: datetime
    finished_at: datetime | None


def enqueue(
    session: Session,
    kind: str,
    arguments: JsonObject,
    *,
    now: datetime,
    run_at: datetime | None = None,
    idempotency_key: str | None = None,
    max_attempts: int = MAX_ATTEMPTS,
) -> Job:
    """Add a job, to be run at ``run_at`` or at once. ``arguments`` hold ids and never personal values.

    The same idempotency key with the same kind and arguments gives the job there is; with others it raises
    KeyReused. Raises QueueFull when QUEUE_LIMIT jobs wait or run.
    """
    if idempotency_key is not None and (there := _by_key(session, idempotency_key)):
        return _same(there, kind, arguments)
    if queue_length(session) >= QUEUE_LIMIT:
        raise QueueFull(
            f"{QUEUE_LIMIT:,} jobs are waiting and no more are taken",
            hint="see that a worker runs: keepwell status",
        )
    values = {
        "kind": kind,
        "arguments": arguments,
        "state": "queued",
        "run_at": run_at or now,
        "attempt": 0,
        "max_attempts": max_attempts,
        "idempotency_key": idempotency_key,
        "created_at": now,
    }
    job_id = insert_or_none(session, jobs, values)
    if job_id is None:  # another transaction was first with this key and has committed since we looked
        assert idempotency_key is not None
        there = _by_key(session, idempotency_key)
        assert there is not None
        return _same(there, kind, arguments)
    return Job(**session.execute(select(jobs).where(jobs.c.id == job_id)).mappings().one())


def lease(store: Store, *, kinds: Collection[str], worker: str, now: datetime, seconds: float) -> Job | None:
    """Take the job of ``kinds`` that has waited longest, until ``now + seconds``; None when none is due.

    Nobody else gets it while the lease holds. ``attempt`` counts from 1. The clocks of several machines must
    differ by much less than a lease.
    """
    due = jobs.c.kind.in_(sorted(kinds)) & _is_due(now)
    with store.read() as session:  # an idle worker does not take SQLite's write lock to find nothing
        if session.execute(select(jobs.c.id).where(due).limit(1)).first() is None:
            return None
    with store.write() as session:
        _bury(session, now=now)
        waiting = select(jobs.c.id).where(due).order_by(jobs.c.run_at, jobs.c.id).limit(1)
        job_id = session.scalar(waiting.with_for_update(skip_locked=True))
        if job_id is None:
            return None
        taken = (
            update(jobs)
            .where(jobs.c.id == job_id)
            .values(
                state="running",
                leased_by=worker,
                lease_until=now + timedelta(seconds=seconds),
                attempt=jobs.c.attempt + 1,
            )
            .returning(jobs)
        )
        return Job(**session.execute(taken).mappings().one())


def renew(session: Session, job: Job, *, now: datetime, seconds: float) -> Job:
    """Hold the job until ``now + seconds``. Raises LeaseLost when somebody else has it."""
    until = now + timedelta(seconds=seconds)
    _change_held(session, job, {"lease_until": until})
    return replace(job, lease_until=until)


def report_progress(session: Session, job: Job, progress: JsonValue) -> None:
    """Say how far the job is, for people to see. Raises LeaseLost when somebody else has it."""
    _change_held(session, job, {"progress": progress})


def finish(session: Session, job: Job, *, now: datetime, result: JsonValue = None) -> None:
    """The job is done; call it in the transaction that keeps its work.

    Raises LeaseLost when somebody else has it, which undoes that work.
    """
    _change_held(session, job, {"state": "done", "result": result, "error": None, **_ended(now)})


def fail(session: Session, job: Job, *, now: datetime, error: str, retry: bool = True) -> None:
    """The job did not succeed: it waits for its next attempt, longer each time, or ends.

    ``error`` is a sentence without personal values. It ends ``failed`` when ``retry`` says that trying again
    would not help, and ``dead`` after ``max_attempts``. Raises LeaseLost when somebody else has it.
    """
    if not retry:
        _change_held(session, job, {"state": "failed", "error": error, **_ended(now)})
    elif job.attempt >= job.max_attempts:
        _change_held(session, job, {"state": "dead", "error": error, **_ended(now)})
    else:
        wait = min(FIRST_BACKOFF * 2 ** (job.attempt - 1), LONGEST_BACKOFF)
        again = {"state": "queued", "error": error, "run_at": now + wait, "lease_until": None}
        _change_held(session, job, again | {"leased_by": None})


def find_job(session: Session, job_id: int) -> Job | None:
    """The job as it is now."""
    row = session.execute(select(jobs).where(jobs.c.id == job_id)).mappings().one_or_none()
    return Job(**row) if row else None


def recent_jobs(session: Session, *, kind: str | None = None, limit: int = 50) -> list[Job]:
    """The newest jobs first."""
    wanted = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
    if kind is not None:
        wanted = wanted.where(jobs.c.kind == kind)
    return [Job(**row) for row in session.execute(wanted).mappings()]


def queue_length(session: Session) -> int:
    """How many jobs wait or run."""
    open_jobs = select(func.count()).select_from(jobs).where(jobs.c.state.in_(("queued", "running")))
    return session.scalars(open_jobs).one()


def sweep_jobs(session: Session, *, ended_before: datetime) -> int:
    """Delete the jobs that ended before an instant; how many."""
    old = jobs.c.finished_at < ended_before
    return len(session.execute(delete(jobs).where(old).returning(jobs.c.id)).all())


def _is_due(now: datetime) -> ColumnElement[bool]:
    waiting = (jobs.c.state == "queued") & (jobs.c.run_at <= now)
    abandoned = (jobs.c.state == "running") & (jobs.c.lease_until <= now)
    return waiting | abandoned


def _bury(session: Session, *, now: datetime) -> None:
    """Jobs whose last attempt was abandoned are dead: something in them kills the worker."""
    abandoned = (jobs.c.state == "running") & (jobs.c.lease_until <= now)
    last = select(jobs.c.id).where(abandoned, jobs.c.attempt >= jobs.c.max_attempts)
    buried = session.scalars(last.with_for_update(skip_locked=True)).all()
    if buried:
        sentence = "the worker died, or lost its lease, on the last attempt"
        values = {"state": "dead", "error": sentence, **_ended(now)}
        session.execute(update(jobs).where(jobs.c.id.in_(buried)).values(values))


def _ended(now: datetime) -> dict[str, datetime | None]:
    return {"finished_at": now, "lease_until": None}


def _change_held(session: Session, job: Job, values: Mapping[str, object]) -> None:
    held = (jobs.c.id == job.id) & (jobs.c.state == "running") & (jobs.c.attempt == job.attempt)
    changed = session.execute(update(jobs).where(held).values(values).returning(jobs.c.id)).first()
    if changed is None:
        raise LeaseLost(f"job {job.id} ({job.kind}) is no longer held by this worker")


def _by_key(session: Session, idempotency_key: str) -> Job | None:
    wanted = select(jobs).where(jobs.c.idempotency_key == idempotency_key)
    row = session.execute(wanted).mappings().one_or_none()
    return Job(**row) if row else None


def _same(there: Job, kind: str, arguments: JsonObject) -> Job:
    if there.kind != kind or there.arguments != arguments:
        raise KeyReused(
            f"the idempotency key {there.idempotency_key!r} was used for another job",
            hint="use a new key for other work",
        )
    return there
