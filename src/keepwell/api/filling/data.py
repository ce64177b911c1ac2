"""Fills sources, rows in quarantine, and runs."""

from __future__ import annotations

from collections.abc import Mapping

from keepwell.answers.sources import SourceStanding, WaitingRow
from keepwell.api.filling.shared import label_of
from keepwell.api.shapes.data import QuarantineRow, RowCounts, Run, RunResult, RunStep, Source
from keepwell.catalog.plan import Plan
from keepwell.store.jobs import Job
from keepwell.store.types import JsonValue


def source(plan: Plan, found: SourceStanding) -> Source:
    """A source."""
    quality = found.quality
    return Source(
        name=found.name,
        label=label_of(plan, found.name, "source"),
        fact=plan.sources[found.name].fact,
        counts=RowCounts.model_validate(quality.counts),
        reasons=quality.reasons,
        waiting=found.waiting,
        key_error_rate=quality.key_error_rate,
        inputs=quality.inputs,
        taken_at=quality.taken_at,
        last_fact_at=quality.last_fact_at,
    )


def quarantine_row(found: WaitingRow) -> QuarantineRow:
    """A row in quarantine."""
    return QuarantineRow.model_validate(found)


def run_of(job: Job) -> Run:
    """A run."""
    return Run(
        id=job.id,
        state=job.state,
        attempt=job.attempt,
        requested_at=job.created_at,
        finished_at=job.finished_at,
        step=None if job.finished_at is not None else _step(job.progress),
        result=_result(job.result),
        error=job.error,
    )


def _step(progress: JsonValue) -> RunStep | None:
    return RunStep.model_validate(progress) if isinstance(progress, Mapping) else None


def _result(result: JsonValue) -> RunResult | None:
    if not isinstance(result, Mapping):
        return None
    taken = result.get("taken")
    assert isinstance(taken, list)
    parted = [{**each, "counts": each} for each in taken]
    return RunResult.model_validate({**result, "taken": parted})
