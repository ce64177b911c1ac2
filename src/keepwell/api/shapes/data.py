"""Sources and how good they are, rows in quarantine, and runs."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from keepwell.answers.sources import SourceStanding, WaitingRow
from keepwell.api.shapes.shared import Instant, Shape, Words, label_of
from keepwell.catalog.plan import Plan
from keepwell.store.jobs import Job
from keepwell.store.types import JsonValue


class RowCounts(Shape):
    """What became of rows; the parts from `new` to `quarantined` add up to `rows`."""

    rows: int
    new: int
    corrected: int
    unchanged: int
    outdated: int
    duplicate: int
    quarantined: int
    anonymous: int = Field(description="facts of nobody known")
    late: int
    outlier: int
    key_errors: int


class Source(Shape):
    """A source, and how good its data are."""

    name: str
    label: Words
    fact: str = Field(description="the kind of fact a row is", examples=["order"])
    counts: RowCounts
    reasons: dict[str, int] = Field(description="rows that went to quarantine, by `field=reason`")
    waiting: int = Field(description="rows that wait in quarantine now")
    key_error_rate: float | None
    inputs: int = Field(description="files, or pulls from a database")
    taken_at: Instant | None
    last_fact_at: Instant | None


class SourceList(Shape):
    """Every source of the published plan."""

    plan_version: int
    sources: list[Source]


class QuarantineProblem(Shape):
    """What is wrong with a column of a row."""

    field: str = Field(description="empty where it is the whole row")
    reason: str
    shown: str = Field(description="the value, masked")


class QuarantineRow(Shape):
    """A row in quarantine. Its values are in the vault; here stands what is wrong, masked."""

    quarantine_id: str
    input: str
    row: int
    problems: list[QuarantineProblem]
    recorded_at: Instant


class QuarantineRows(Shape):
    """A page of the rows of a source that wait."""

    lake_version: int
    count: int
    by_reason: dict[str, int]
    rows: list[QuarantineRow]
    next_cursor: str | None


class RunStep(Shape):
    """How far a run is."""

    step: str
    detail: str
    share: float | None = None


class TakenInput(Shape):
    """What a run took in of one input."""

    source: str
    input: str
    counts: RowCounts


class RunProblem(Shape):
    """Something that kept a run from all it should do."""

    what: str
    where: str
    field: str | None
    hint: str | None


class RunResult(Shape):
    """What a run did."""

    run_id: str | None = Field(description="that of the snapshot there is since")
    is_new: bool = Field(description="whether it made that snapshot")
    customers: int | None
    taken: list[TakenInput]
    problems: list[RunProblem]


class Run(Shape):
    """A run that was asked for."""

    id: int
    state: str = Field(description="queued, running, done, failed or dead", examples=["done"])
    attempt: int
    requested_at: Instant
    finished_at: Instant | None
    step: RunStep | None
    result: RunResult | None
    error: str | None


class RunList(Shape):
    """The newest runs first."""

    runs: list[Run]


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
