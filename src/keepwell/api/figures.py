"""Figures of this process, for Prometheus; a registry of its own, so that tests can have several."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from keepwell.answers.sights import Sights
from keepwell.answers.sources import waiting_by_source
from keepwell.core.errors import KeepwellError
from keepwell.store.jobs import queue_length, recent_jobs
from keepwell.worker.run_job import RUN

RUN_BUCKETS_SECONDS = (1, 5, 15, 60, 300, 900, 3600, 14_400)


class Figures:
    """What is counted as it happens, and what is looked up when somebody asks."""

    def __init__(self, sights: Sights) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._requests = Counter(
            "keepwell_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._request_seconds = Histogram(
            "keepwell_request_seconds", "How long requests took.", ("route",), registry=self._registry
        )
        self._run_seconds = Histogram(
            "keepwell_run_seconds",
            "How long runs took, by how they ended.",
            ("outcome",),
            buckets=RUN_BUCKETS_SECONDS,
            registry=self._registry,
        )
        self._registry.register(_Looked(sights))

    def request_answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request. ``route`` is the template of its path, so that there are few."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def run_ended(self, outcome: str, seconds: float) -> None:
        """Count a run."""
        self._run_seconds.labels(outcome).observe(seconds)

    def text(self) -> bytes:
        """All figures in Prometheus' text form."""
        return generate_latest(self._registry)


class _Looked(Collector):
    """Figures that are read from store and lake when somebody asks; what is out of reach is left out."""

    def __init__(self, sights: Sights) -> None:
        self._sights = sights

    def describe(self) -> list[Metric]:
        """None ahead of time: registering must not read anything."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The figures."""
        for part in (self._of_store, self._of_snapshot, self._of_lake):
            try:
                yield from list(part())
            except KeepwellError:
                continue

    def _of_store(self) -> Iterator[Metric]:
        with self._sights.store.read() as session:
            waiting = queue_length(session)
            ends = [job.finished_at for job in recent_jobs(session, kind=RUN, limit=20) if job.finished_at]
        yield GaugeMetricFamily("keepwell_jobs_open", "Jobs that wait or work.", waiting)
        if ends:
            yield GaugeMetricFamily(
                "keepwell_last_run_timestamp_seconds",
                "When the last run ended, well or not.",
                max(ends).timestamp(),
            )

    def _of_snapshot(self) -> Iterator[Metric]:
        info = self._sights.snapshots.current()
        if info is not None:
            yield GaugeMetricFamily(
                "keepwell_customers", "Customers in the current snapshot.", info.customers
            )
            yield GaugeMetricFamily(
                "keepwell_snapshot_timestamp_seconds",
                "The instant the snapshot's fields are as of.",
                info.as_of.timestamp(),
            )

    def _of_lake(self) -> Iterator[Metric]:
        with self._sights.lake() as lake:
            manifest = lake.current()
            waiting = waiting_by_source(lake)
        rows = GaugeMetricFamily("keepwell_lake_rows", "Facts in the lake.", labels=["source"])
        held = GaugeMetricFamily(
            "keepwell_quarantine_open", "Rows that wait in quarantine.", labels=["source"]
        )
        for name, state in manifest.sources.items():
            rows.add_metric([name], state.fact_count)
            held.add_metric([name], waiting.get(name, 0))
        yield rows
        yield held
