"""How good the data are, source by source, and the rows that wait in quarantine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from keepwell.access.model import Permission, Viewer
from keepwell.catalog.plan import Plan
from keepwell.core.errors import Forbidden, NotFound
from keepwell.core.nearest import did_you_mean
from keepwell.intake.quality import Quality, quality_of
from keepwell.intake.quarantine import RowProblem, open_rows, problems_from_json
from keepwell.lake.lake import Lake
from keepwell.lake.manifest import SourceState

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class SourceStanding:
    """A source of the plan: what became of its rows, and how many wait in quarantine now."""

    name: str
    quality: Quality
    waiting: int


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row in quarantine. Its values are in the vault; here stands what is wrong, masked."""

    quarantine_id: str
    input: str
    row: int
    problems: tuple[RowProblem, ...]
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingRows:
    """A page of the rows that wait; ``by_reason`` counts all of the source's rows by ``field=reason``."""

    rows: tuple[WaitingRow, ...]
    count: int
    by_reason: dict[str, int]
    next_after: int | None


def sources(plan: Plan, lake: Lake) -> list[SourceStanding]:
    """Every source of the plan, those not read yet included."""
    manifest = lake.current()
    waiting = waiting_by_source(lake)
    empty = SourceState(definition="", columns={})
    return [
        SourceStanding(name, quality_of(name, manifest.sources.get(name, empty)), waiting.get(name, 0))
        for name in plan.sources
    ]


def waiting_by_source(lake: Lake) -> dict[str, int]:
    """How many rows of each source wait in quarantine."""
    manifest = lake.current()
    if not manifest.quarantine:
        return {}
    rows = open_rows(lake, manifest)
    counts = lake.engine.collect(rows.group_by("source").agg(waiting=rows.count()))
    return {row["source"]: row["waiting"] for row in counts.to_pylist()}


def waiting_rows(
    plan: Plan, lake: Lake, viewer: Viewer, source: str, *, reason: str | None, limit: int, after: int
) -> WaitingRows:
    """Rows of a source in quarantine, in the order of its inputs; ``reason`` is one ``field=reason``.

    Rows in quarantine have no customer yet, so no scope can divide them: those may see them who see everybody.
    """
    if not viewer.may(Permission.SEE_DATA):
        raise Forbidden("rows in quarantine are for those who see all customers")
    if source not in plan.sources:
        raise NotFound(f"the plan has no source `{source}`", hint=did_you_mean(source, plan.sources))
    manifest = lake.current()
    rows = open_rows(lake, manifest)
    mine = rows.filter(rows.source == source)
    state = manifest.sources.get(source)
    seen = quality_of(source, state).reasons if state else {}
    figures = {f"reason_{n}": _has(mine, code).sum() for n, code in enumerate(seen)}
    counts = lake.engine.collect(mine.aggregate(all_rows=mine.count(), **figures)).to_pylist()[0]
    by_reason = {code: int(counts[f"reason_{n}"] or 0) for n, code in enumerate(seen)}
    if reason is not None:
        mine = mine.filter(_has(mine, reason))
    count = counts["all_rows"] if reason is None else by_reason.get(reason, 0)
    page = mine.order_by("input", "row").limit(limit, offset=after)
    return WaitingRows(
        tuple(_waiting_row(row) for row in lake.engine.collect(page).to_pylist()),
        count,
        {code: many for code, many in by_reason.items() if many},
        after + limit if after + limit < count else None,
    )


def _has(rows: ir.Table, code: str) -> ir.BooleanValue:
    """Whether a row has the problem ``field=reason``: the beginning of its JSON array, which no value can imitate."""
    field, _, reason = code.partition("=")
    found: ir.BooleanValue = rows.problems.contains(json.dumps([field, reason], ensure_ascii=False)[:-1])
    return found


def _waiting_row(row: dict[str, object]) -> WaitingRow:
    assert isinstance(row["row"], int)
    assert isinstance(row["recorded_at"], datetime)
    return WaitingRow(
        str(row["quarantine_id"]),
        str(row["input"]),
        row["row"],
        problems_from_json(str(row["problems"])),
        row["recorded_at"],
    )
