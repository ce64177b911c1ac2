"""Rows taken into a lake of one source, without files and without a run: quick enough for many small examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.intake.contract import Contract, contract_of
from keepwell.intake.publish import Content, Publication
from keepwell.intake.readers import ROW, Chunk
from keepwell.intake.take_in import TakeIn, Taken
from keepwell.lake.engine import open_engine
from keepwell.lake.lake import Lake
from keepwell.lake.manifest import Counts

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
"""Noon in Shanghai."""

Row = Sequence[str | None]


class NoPseudonyms:
    """For sources without personal columns, which need none."""

    def pseudonym(self, system: str, value: str) -> str:
        raise AssertionError(f"{system} has no personal column")


@dataclass
class IntakeLake:
    """A lake, the contract of a source of the plan, and what was quarantined of each file."""

    plan: Plan
    contract: Contract
    lake: Lake
    quarantined: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    """File → row number → ``field=reason`` of each problem; of a file's latest content."""

    def take(
        self,
        rows: Sequence[Row],
        *,
        columns: Sequence[str],
        name: str = "file",
        now: datetime = NOW,
        chunk_rows: int = 1000,
    ) -> Counts:
        """Take in a file of these rows; what became of them."""
        take_in = TakeIn(
            engine=self.lake.engine,
            contract=self.contract,
            as_of=AsOf(now, self.plan.settings.zone),
            rates=self.plan.rates,
            pseudonyms=NoPseudonyms(),
            input_name=name,
            content=repr(rows),
        )
        taken = take_in.run(_chunks(rows, columns, chunk_rows))
        self.quarantined[name] = {
            row.row: [f"{problem.field}={problem.reason}" for problem in row.problems]
            for row in taken.quarantined
        }
        return self._publish(taken, name, now)

    def _publish(self, taken: Taken, name: str, now: datetime) -> Counts:
        published = Publication(
            lake=self.lake,
            manifest=self.lake.current(),
            contract=self.contract,
            definition="",
            taken=taken,
            content=Content(name),
            now=now,
        ).write()
        self.lake.publish(published.manifest, cause=name, now=now)
        assert published.counts.accounted == published.counts.rows
        return published.counts

    def facts(self, *columns: str) -> list[tuple[Any, ...]]:
        """These columns of every fact, in order."""
        state = self.lake.current().sources[self.contract.name]
        rows = self.lake.engine.rows(self.lake.facts(state).select(*columns))
        assert len(rows) == state.fact_count
        return sorted((tuple(row.values()) for row in rows), key=repr)


def _chunks(rows: Sequence[Row], columns: Sequence[str], chunk_rows: int) -> Iterator[Chunk]:
    for start in range(0, len(rows), chunk_rows):
        part = rows[start : start + chunk_rows]
        texts = {
            name: pa.array([row[place] for row in part], pa.string()) for place, name in enumerate(columns)
        }
        numbers = pa.array(range(start + 1, start + len(part) + 1), pa.int64())
        yield Chunk(pa.table({**texts, ROW: numbers}))


@contextmanager
def intake_lake(folder: Path, plan: Plan, source: str) -> Iterator[IntakeLake]:
    """An empty lake for one source of a plan."""
    engine = open_engine(folder / "spill", threads=1)
    try:
        yield IntakeLake(plan, contract_of(plan, source), Lake(folder / "lake", engine))
    finally:
        engine.close()


def told(counts: Counts) -> Mapping[str, int]:
    """The counts that are not zero, but for the number of rows and of far-out ones."""
    return {
        name: count
        for name, count in counts.model_dump().items()
        if count and name not in {"rows", "outlier", "key_errors"}
    }
