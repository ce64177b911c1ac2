"""Work to be done later: one leased table, enqueued in the same transaction as its cause.

A job is handed to one worker under a lease. A worker that dies lets its lease run out and another takes the job
under the next attempt number; the number fences off the former holder, whose ``finish`` is then refused. Work
must therefore be written in the transaction that finishes the job, or be harmless to do twice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from keepwell.store.engine import Store
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
    raise NotImplementedError


def lease(store: Store, *, kinds: Collection[str], worker: str, now: datetime, seconds: float) -> Job | None:
    raise NotImplementedError


def renew(session: Session, job: Job, *, now: datetime, seconds: float) -> Job:
    raise NotImplementedError


def report_progress(session: Session, job: Job, progress: JsonValue) -> None:
    raise NotImplementedError


def finish(session: Session, job: Job, *, now: datetime, result: JsonValue = None) -> None:
    raise NotImplementedError


def fail(session: Session, job: Job, *, now: datetime, error: str, retry: bool = True) -> None:
    raise NotImplementedError


def find_job(session: Session, job_id: int) -> Job | None:
    raise NotImplementedError
