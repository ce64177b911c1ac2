"""Jobs of the kind ``run``: carried out, postponed, given up, let go; and the schedule that asks for them."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from keepwell.core.errors import Refused, Unavailable
from keepwell.runs.place import Progress
from keepwell.store.jobs import Job, find_job, lease, recent_jobs
from keepwell.wiring import Deployment
from keepwell.worker.handover import run_there
from keepwell.worker.logs import stop_logs, write_logs
from keepwell.worker.run_job import RUN, carry_out, request_run
from keepwell.worker.schedule import due_key, last_run_at
from keepwell.worker.worker import JOBS_KEPT, Worker
from support.served_shop import NOW, PHONE, SETTINGS, open_shop, publish_plan, write_plan

HOUR = timedelta(hours=1)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Deployment]:
    write_plan(tmp_path / "plan")
    opened = open_shop(tmp_path / "plan")
    publish_plan(opened)
    yield opened
    opened.close()


def ask(shop: Deployment, *, now: datetime = NOW) -> int:
    with shop.store.write() as session:
        return request_run(session, now=now).id


def look(shop: Deployment, job_id: int) -> Job:
    with shop.store.read() as session:
        job = find_job(session, job_id)
    assert job is not None
    return job


def work(shop: Deployment, *, now: datetime = NOW) -> list[tuple[str, bool]]:
    """Carry out what is due; how each run ended."""
    ended: list[tuple[str, bool]] = []
    worker = Worker(shop, lambda: now, lambda outcome, seconds: ended.append((outcome, seconds > 0)))
    while worker.work_once():
        pass
    return ended


def test_a_run_is_carried_out_and_told(shop: Deployment) -> None:
    job_id = ask(shop)
    assert work(shop) == [("done", True)]
    job = look(shop, job_id)
    snapshot = shop.snapshots.current()
    assert snapshot is not None
    assert job.state == "done"
    assert isinstance(job.result, dict)
    assert (job.result["run_id"], job.result["customers"], job.result["is_new"]) == (snapshot.run_id, 3, True)
    assert job.result["problems"] == []
    assert isinstance(job.progress, dict)
    assert job.progress["step"] == "writing the snapshot"


def test_jobs_that_ended_long_ago_are_forgotten(shop: Deployment) -> None:
    old = ask(shop)
    work(shop)
    kept = ask(shop, now=NOW + JOBS_KEPT)
    work(shop, now=NOW + JOBS_KEPT)
    with shop.store.read() as session:
        assert find_job(session, old) is not None, "to the day"
    later = NOW + JOBS_KEPT + HOUR
    last = ask(shop, now=later)
    work(shop, now=later)
    with shop.store.read() as session:
        found = [find_job(session, each) is not None for each in (old, kept, last)]
    assert found == [False, True, True]


def test_nothing_personal_in_jobs_and_logs(shop: Deployment) -> None:
    stream = io.StringIO()
    handler = write_logs(stream)
    try:
        job_id = ask(shop)
        work(shop)
    finally:
        stop_logs(handler)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["run began", "run published", "run ended"]
    assert lines[1]["run"]
    for text in (stream.getvalue(), repr(look(shop, job_id))):
        assert PHONE not in text
        assert "王小明" not in text


def test_beside_another_run_it_waits_and_tries_again(shop: Deployment) -> None:
    job_id = ask(shop)
    lake = shop.lake()
    with lake.lock():
        assert work(shop) == [("postponed", True)]
    lake.engine.close()
    waiting = look(shop, job_id)
    assert waiting.state == "queued"
    assert "another run is working" in (waiting.error or "")
    assert work(shop) == [], "not before its time"
    assert work(shop, now=waiting.run_at) == [("done", True)]


def test_what_trying_again_does_not_mend_fails_at_once(tmp_path: Path) -> None:
    write_plan(tmp_path / "plan")
    shop = open_shop(tmp_path / "plan")
    job_id = ask(shop)
    assert work(shop) == [("failed", True)]
    job = look(shop, job_id)
    assert (job.state, job.attempt) == ("failed", 1)
    assert "nothing is published yet" in (job.error or "")
    shop.close()


def test_an_ending_process_lets_the_run_go_on_in_the_next(shop: Deployment) -> None:
    job_id = ask(shop)
    job = lease(shop.store, kinds=[RUN], worker="old", now=NOW, seconds=60)
    assert job is not None
    stopping = threading.Event()
    stopping.set()
    carry_out(shop, job, clock=lambda: NOW, stopping=stopping)
    assert look(shop, job_id).state == "running"
    assert work(shop) == [("done", True)], "due at once for the next process"
    assert look(shop, job_id).attempt == 2


def test_a_run_whose_lease_was_lost_changes_nothing_of_the_job(shop: Deployment) -> None:
    job_id = ask(shop)
    old = lease(shop.store, kinds=[RUN], worker="old", now=NOW, seconds=60)
    new = lease(shop.store, kinds=[RUN], worker="new", now=NOW + HOUR, seconds=60)
    assert old is not None
    assert new is not None
    carry_out(shop, old, clock=lambda: NOW, stopping=threading.Event())
    assert (look(shop, job_id).state, look(shop, job_id).leased_by) == ("running", "new")


def test_a_worker_thread_works_and_stops(shop: Deployment) -> None:
    job_id = ask(shop)
    worker = Worker(shop, lambda: NOW)
    worker.start()
    for _ in range(600):
        if look(shop, job_id).state == "done":
            break
        time.sleep(0.1)
    worker.stop()
    assert look(shop, job_id).state == "done"
    assert not any(thread.name == "worker" for thread in threading.enumerate())


def test_a_worker_that_never_began_can_be_stopped(shop: Deployment) -> None:
    Worker(shop, lambda: NOW).stop()


def test_a_command_hands_its_run_over(shop: Deployment) -> None:
    steps: list[Progress] = []
    worker = Worker(shop, lambda: NOW)
    worker.start()
    try:
        job = run_there(shop, clock=lambda: NOW, report=steps.append)
    finally:
        worker.stop()
    assert job.state == "done"
    assert steps


def test_a_command_is_told_why_its_run_failed_or_waits(tmp_path: Path, shop: Deployment) -> None:
    write_plan(tmp_path / "unpublished")
    unpublished = open_shop(tmp_path / "unpublished")
    worker = Worker(unpublished, lambda: NOW)
    worker.start()
    try:
        with pytest.raises(Refused, match="nothing is published yet"):
            run_there(unpublished, clock=lambda: NOW, report=lambda _: None)
    finally:
        worker.stop()
        unpublished.close()
    lake = shop.lake()
    with lake.lock():
        worker = Worker(shop, lambda: NOW)
        worker.start()
        with pytest.raises(Unavailable, match="another run is working"):
            run_there(shop, clock=lambda: NOW, report=lambda _: None)
        worker.stop()
    lake.engine.close()


def test_due_once_after_run_every(shop: Deployment) -> None:
    def key(now: datetime, every: timedelta | None = HOUR) -> str | None:
        with shop.store.read() as session:
            return due_key(session, every, shop.snapshots.current(), now=now)

    assert key(NOW, None) is None
    assert key(NOW) == "run due first"
    ask(shop)
    assert key(NOW) is None, "one is under way"
    work(shop)
    assert key(NOW + HOUR - timedelta(seconds=1)) is None
    assert key(NOW + HOUR) == key(NOW + 5 * HOUR) == f"run due {(NOW + HOUR).isoformat()}"


def test_a_run_by_hand_counts_as_the_last_one(shop: Deployment) -> None:
    with shop.store.read() as session:
        assert last_run_at(session, shop.snapshots.current()) is None
    ask(shop)
    work(shop)
    with shop.store.read() as session:
        assert last_run_at(session, None) == NOW
        assert last_run_at(session, shop.snapshots.current()) == NOW


def test_the_worker_asks_for_the_run_that_is_due(tmp_path: Path) -> None:
    write_plan(tmp_path / "plan", settings=SETTINGS + 'run_every = "1h"\n')
    shop = open_shop(tmp_path / "plan")
    publish_plan(shop)
    now = NOW

    def runs() -> list[Job]:
        with shop.store.read() as session:
            return recent_jobs(session, kind=RUN)

    worker = Worker(shop, lambda: now)
    worker.enqueue_due()
    worker.enqueue_due()
    assert len(runs()) == 1
    worker.work_once()
    now += 3 * HOUR
    worker.enqueue_due()
    Worker(shop, lambda: now).enqueue_due()
    assert len(runs()) == 2
    shop.close()
