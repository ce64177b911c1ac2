"""When the plan is due: ``run_every`` after the last run, once, however many processes look."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from keepwell.lake.snapshot import SnapshotInfo
from keepwell.store.jobs import recent_jobs
from keepwell.worker.run_job import RUN, open_run


def last_run_at(session: Session, snapshot: SnapshotInfo | None) -> datetime | None:
    """When the last run ended, well or not; None before the first. Runs by hand are known by their snapshot."""
    ends = [job.finished_at for job in recent_jobs(session, kind=RUN, limit=20) if job.finished_at]
    if snapshot is not None:
        ends.append(snapshot.made_at)
    return max(ends, default=None)


def due_key(
    session: Session, every: timedelta | None, snapshot: SnapshotInfo | None, *, now: datetime
) -> str | None:
    """The idempotency key of the run that is due, the instant it fell due; None when none is or one is under way."""
    if every is None or open_run(session) is not None:
        return None
    last = last_run_at(session, snapshot)
    if last is not None and now - last < every:
        return None
    return f"run due {'first' if last is None else (last + every).isoformat()}"
