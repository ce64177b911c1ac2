from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from keepwell.store import jobs as jobs_module
from keepwell.store.engine import Store
from keepwell.store.errors import KeyReused, LeaseLost, QueueFull
from keepwell.store.jobs import (
    Job,
    enqueue,
    fail,
    find_job,
    finish,
    lease,
    queue_length,
    recent_jobs,
    renew,
    report_progress,
    sweep_jobs,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def add(store: Store, kind: str = "run", **more: object) -> Job:
    with store.write() as session:
        return enqueue(session, kind, {"plan": "acme"}, now=NOW, **more)  # type: ignore[arg-type]


def take(store: Store, now: datetime = NOW, worker: str = "a") -> Job | None:
    return lease(store, kinds=["run"], worker=worker, now=now, seconds=60)


def taken(store: Store, now: datetime = NOW, worker: str = "a") -> Job:
    job = take(store, now, worker)
    assert job is not None
    return job


def reread(store: Store, job: Job) -> Job:
    with store.read() as session:
        found = find_job(session, job.id)
    assert found is not None
    return found


def test_a_job_is_taken_once_worked_on_and_finished(store: Store) -> None:
    added = add(store)
    assert (added.state, added.attempt) == ("queued", 0)
    job = taken(store)
    assert (job.id, job.state, job.attempt, job.leased_by) == (added.id, "running", 1, "a")
    assert take(store, worker="b") is None
    with store.write() as session:
        report_progress(session, job, {"done": 1, "of": 2})
        job = renew(session, job, now=NOW, seconds=600)
        finish(session, job, now=LATER, result={"rows": 7})
    done = reread(store, job)
    assert (done.state, done.progress, done.result) == ("done", {"done": 1, "of": 2}, {"rows": 7})
    assert done.finished_at == LATER


def test_only_the_kinds_asked_for_and_only_when_due(store: Store) -> None:
    add(store, "other")
    later = add(store, run_at=LATER)
    assert take(store) is None
    assert taken(store, LATER).id == later.id


def test_the_one_that_waits_longest_comes_first(store: Store) -> None:
    second = add(store, run_at=NOW - timedelta(minutes=1))
    first = add(store, run_at=NOW - timedelta(minutes=2))
    assert [taken(store).id, taken(store).id] == [first.id, second.id]


def test_an_expired_lease_goes_to_another_and_fences_off_the_former_holder(store: Store) -> None:
    add(store)
    former = taken(store, worker="a")
    new = taken(store, LATER, worker="b")
    assert (new.id, new.attempt) == (former.id, 2)

    def write(act: Callable[[Session], object]) -> None:
        with store.write() as session:
            enqueue(session, "effect", {}, now=NOW)
            act(session)

    for act in (
        lambda session: finish(session, former, now=LATER),
        lambda session: fail(session, former, now=LATER, error="late"),
        lambda session: renew(session, former, now=LATER, seconds=60),
        lambda session: report_progress(session, former, 1),
    ):
        with pytest.raises(LeaseLost):
            write(act)
    with store.write() as session:
        finish(session, new, now=LATER)
    with store.read() as session:
        assert [job.kind for job in recent_jobs(session)] == ["run"]


def test_a_failed_job_waits_longer_each_time_and_dies_at_last(store: Store) -> None:
    add(store, max_attempts=3)
    now = NOW
    waits = []
    for _ in range(3):
        job = taken(store, now)
        with store.write() as session:
            fail(session, job, now=now, error="the mail server is away")
        job = reread(store, job)
        waits.append((job.run_at - now).total_seconds() if job.state == "queued" else job.state)
        now = max(job.run_at, now)
    assert waits == [10, 20, "dead"]
    assert take(store, now + timedelta(days=1)) is None


def test_what_would_fail_again_is_not_tried_again(store: Store) -> None:
    add(store)
    job = taken(store)
    with store.write() as session:
        fail(session, job, now=NOW, error="there is no such plan", retry=False)
    assert reread(store, job).state == "failed"


def test_a_job_that_kills_every_worker_is_buried(store: Store) -> None:
    job = add(store, max_attempts=2)
    taken(store, NOW)
    taken(store, NOW + timedelta(minutes=2))
    assert take(store, NOW + timedelta(minutes=4)) is None
    assert reread(store, job).state == "dead"


def test_an_idempotency_key_gives_the_same_job_and_refuses_another_body(store: Store) -> None:
    first, second = add(store, idempotency_key="k"), add(store, idempotency_key="k")
    assert first.id == second.id
    with pytest.raises(KeyReused):
        add(store, "other", idempotency_key="k")


def test_the_queue_has_a_limit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "QUEUE_LIMIT", 2)
    add(store)
    add(store)
    with pytest.raises(QueueFull):
        add(store)


def test_ended_jobs_are_swept_and_open_ones_stay(store: Store) -> None:
    add(store)
    job = taken(store)
    with store.write() as session:
        finish(session, job, now=NOW)
    add(store)
    with store.write() as session:
        assert sweep_jobs(session, ended_before=LATER) == 1
        assert queue_length(session) == 1


def test_threads_never_run_a_job_twice_under_one_lease(store: Store) -> None:
    for _ in range(30):
        add(store)
    seen: list[tuple[int, int]] = []

    def work(name: str) -> None:
        while job := take(store, worker=name):
            seen.append((job.id, job.attempt))
            with store.write() as session:
                finish(session, job, now=NOW)

    threads = [threading.Thread(target=work, args=(f"t{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == len(set(seen)) == 30


WORK = """
import sys
from datetime import UTC, datetime
from keepwell.store.engine import open_store
from keepwell.store.jobs import finish, lease
store = open_store(sys.argv[1])
now = datetime(2026, 3, 1, 12, tzinfo=UTC)
with open(sys.argv[2], "a") as file:
    while job := lease(store, kinds=["run"], worker=sys.argv[3], now=now, seconds=60):
        print(job.id, job.attempt, file=file, flush=True)
        with store.write() as session:
            finish(session, job, now=now)
"""


def test_processes_never_run_a_job_twice_under_one_lease(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    for _ in range(30):
        add(store)
    seen = tmp_path / "seen"
    workers = [
        subprocess.Popen([sys.executable, "-c", WORK, store_url, str(seen), f"p{number}"])
        for number in range(3)
    ]
    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    counts = Counter(seen.read_text().split("\n")[:-1])
    assert len(counts) == 30
    assert set(counts.values()) == {1}
