"""The worker: a thread that takes jobs and carries them out, and asks for a run when one is due."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from datetime import timedelta

from keepwell.catalog.load import load
from keepwell.core.clock import Clock
from keepwell.core.errors import KeepwellError, PlanRefused
from keepwell.publishing.queries import current
from keepwell.store.jobs import lease, sweep_jobs
from keepwell.wiring import Deployment
from keepwell.worker.logs import log
from keepwell.worker.run_job import LEASE_SECONDS, RUN, carry_out, request_run
from keepwell.worker.schedule import due_key

LOOK_SECONDS = 0.5
SCHEDULE_LOOKS = 10
"""Looks for a job between two looks at the schedule."""
STOP_SECONDS = 30.0
JOBS_KEPT = timedelta(days=365)
"""How long jobs that ended are known."""

Ended = Callable[[str, float], None]
"""Told of each run: how it ended and how many seconds it took."""


class Worker:
    """Carries out the jobs of one deployment, one at a time, until it is stopped."""

    def __init__(
        self, deployment: Deployment, clock: Clock, ended: Ended = lambda _outcome, _seconds: None
    ) -> None:
        self._deployment = deployment
        self._clock = clock
        self._ended = ended
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._every: tuple[int, timedelta | None] = (0, None)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, *, seconds: float = STOP_SECONDS) -> None:
        """Let go of the job in hand, which goes on later, and end."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def _work(self) -> None:
        looks = 0
        while not self._stopping.is_set():
            try:
                if looks % SCHEDULE_LOOKS == 0:
                    self.enqueue_due()
                looks += 1
                if self.work_once():
                    continue
            except KeepwellError as error:  # the store is out of reach for now
                log("worker cannot work", level=logging.WARNING, error=error)
            except Exception as error:  # noqa: BLE001 (a fault of ours must not end the worker; it is logged)
                log("worker failed", level=logging.ERROR, error=error)
            self._stopping.wait(LOOK_SECONDS)

    def work_once(self) -> bool:
        """Carry out one job that is due; whether there was one."""
        job = lease(
            self._deployment.store, kinds=[RUN], worker=self._name, now=self._clock(), seconds=LEASE_SECONDS
        )
        if job is None:
            return False
        carry_out(self._deployment, job, clock=self._clock, stopping=self._stopping, ended=self._ended)
        with self._deployment.store.write() as session:
            sweep_jobs(session, ended_before=self._clock() - JOBS_KEPT)
        return True

    def enqueue_due(self) -> None:
        """Ask for a run where one is due by `run_every` of the published plan."""
        every = self._run_every()
        if every is None:
            return
        snapshot, now = self._deployment.snapshots.current(), self._clock()
        with self._deployment.store.read() as session:
            key = due_key(session, every, snapshot, now=now)
        if key is not None:
            with self._deployment.store.write() as session:
                request_run(session, now=now, idempotency_key=key)

    def _run_every(self) -> timedelta | None:
        """``run_every`` of the published plan, read again when another version is published."""
        with self._deployment.store.read() as session:
            version = current(session)
        if version is None:
            return None
        if version.number != self._every[0]:
            try:
                self._every = (version.number, load(version.files).settings.run_every)
            except PlanRefused as error:  # published by another Keepwell
                log("the published plan cannot be read", level=logging.ERROR, error=error)
                self._every = (version.number, None)
        return self._every[1]
