"""Sources and how good they are, rows in quarantine, and runs."""

from __future__ import annotations

from pydantic import Field

from keepwell.api.shapes.shared import Instant, Shape, Words


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
