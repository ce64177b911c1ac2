"""A trial of a draft: its first rows go through intake as they would in a run, and nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.kinds import Definition, Measure, Rhythm
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.core.errors import InputRefused, KeepwellError, Problem
from keepwell.intake.contract import Contract, contract_of
from keepwell.intake.quarantine import reasons_of
from keepwell.intake.readers import Chunk, Limits, ReadOptions, open_file
from keepwell.intake.readers.sql import open_sql
from keepwell.intake.take_in import TakeIn, Taken
from keepwell.lake.engine import DuckDB
from keepwell.runs.first_load.draft import Desk, Draft, Input
from keepwell.runs.first_load.tables import address_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

ROWS = 100_000
"""Rows looked at, of each input."""
CHUNK_ROWS = 25_000
SHOWN = 8
REASONS = 8


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of an input's first rows. ``refused`` says why there is nothing else."""

    id: str
    rows: int = 0
    whole: bool = True
    """These are all its rows."""
    good: int = 0
    duplicate: int = 0
    quarantined: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    customers: int = 0
    anonymous: int = 0
    first: datetime | None = None
    last: datetime | None = None
    columns: tuple[str, ...] = ()
    facts: tuple[Mapping[str, object], ...] = ()
    refused: tuple[Problem, ...] = ()

    @property
    def share(self) -> float:
        """Share of rows that would wait in quarantine."""
        return self.quarantined / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class Awake:
    """What a plan can tell: how many fields of a customer, and which definitions sleep, by what they lack."""

    fields: int
    asleep: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)


def awake(plan: Plan) -> Awake:
    """The fields a plan has. A sleeping definition lacks a kind of fact, or else a column that no source gives."""
    there = {kind for kind in ("order", "order_line", "interaction", "party") if plan.fact_columns(kind)}
    asleep: dict[str, list[Definition]] = {}
    names = {definition.name for definition in plan.asleep}
    for definition in plan.asleep:
        kind = (
            definition.of
            if isinstance(definition, Measure)
            else "order"
            if isinstance(definition, Rhythm)
            else None
        )
        asleep.setdefault(kind if kind and kind not in there else "column", []).append(definition)
    return Awake(
        fields=sum(1 for name in plan.customer_record().fields if _owner(plan, name) not in names),
        asleep={kind: tuple(found) for kind, found in sorted(asleep.items())},
    )


def _owner(plan: Plan, name: str) -> str:
    try:
        return plan.definition(name).name
    except KeepwellError:
        return name


@dataclass(frozen=True, slots=True)
class Stranger:
    """Pseudonyms for a trial: a key that nobody keeps, so that what comes of it fits nothing else."""

    key: bytes = field(default_factory=lambda: token_bytes(32), repr=False)

    def pseudonym(self, system: str, value: str) -> str:
        """Stands for a value in this trial alone."""
        return blake2b(f"{system}\x1f{value}".encode(), key=self.key, digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial needs: the plan as it would be, an engine, where the draft lies, and the time."""

    plan: Plan
    engine: DuckDB
    desk: Desk
    folder: Path
    environment: Mapping[str, str]
    limits: Limits
    now: datetime

    def of(self, draft: Draft) -> list[Figures]:
        """Each input tried. What cannot be read is told and stops no other."""
        done = []
        for each in draft.inputs:
            try:
                done.append(self._try(each))
            except KeepwellError as error:
                done.append(Figures(each.id, refused=error.problems))
        return done

    def _try(self, found: Input) -> Figures:
        contract = contract_of(self.plan, found.proposal.name)
        take_in = TakeIn(
            engine=self.engine,
            contract=contract,
            as_of=AsOf(self.now, self.plan.settings.zone),
            rates=self.plan.rates,
            pseudonyms=Stranger(),
            input_name=found.label,
            content="trial",
        )
        counted = Counted(self._chunks(found, contract))
        taken = take_in.run(counted)
        return self._told(found, contract, taken, whole=counted.whole)

    def _told(self, found: Input, contract: Contract, taken: Taken, *, whole: bool) -> Figures:
        good = self.engine.staged(taken.staged)
        [figures] = self.engine.rows(
            good.aggregate(
                good=good.count(),
                customers=good.party_key.nunique(),
                anonymous=good.party_key.isnull().sum(),
                first=good.occurred_at.min(),
                last=good.occurred_at.max(),
            )
        )
        columns = ("occurred_at", *(name for name in contract.columns if name in good.columns))
        return Figures(
            id=found.id,
            rows=taken.rows,
            whole=whole,
            good=int(figures["good"]),
            duplicate=taken.duplicate,
            quarantined=len(taken.quarantined),
            reasons=tuple(reasons_of(taken.quarantined).items())[:REASONS],
            customers=int(figures["customers"]),
            anonymous=int(figures["anonymous"] or 0),
            first=figures["first"],
            last=figures["last"],
            columns=columns,
            facts=tuple(self.engine.rows(self._first(good, columns))),
        )

    @staticmethod
    def _first(good: ir.Table, columns: tuple[str, ...]) -> ir.Table:
        return good.order_by(ibis._["__row__"]).select(*columns).limit(SHOWN)

    def _chunks(self, found: Input, contract: Contract) -> Iterator[Chunk]:
        limits = replace(self.limits, chunk_rows=CHUNK_ROWS)
        if found.table is not None:
            url = address_of(found.table.sql, self.folder, self.environment)
            with open_sql(url, table=found.table.table, wanted=contract.raw_columns, limits=limits) as reader:
                yield from reader.chunks()
            return
        origin = found.proposal
        options = ReadOptions(header_row=origin.header_row, sheet=origin.sheet, encoding=origin.encoding)
        for file in found.files:
            path = self.desk.path(file)
            wanted = None if ".jsonl" in path.suffixes else contract.raw_columns
            try:
                with open_file(path, options, limits, wanted) as reader:
                    yield from reader.chunks()
            except InputRefused as error:
                raise InputRefused(
                    [replace(problem, file=file.name) for problem in error.problems]
                ) from error


class Counted:
    """Chunks up to the number of rows that a trial looks at."""

    def __init__(self, chunks: Iterator[Chunk]) -> None:
        self._chunks = chunks
        self.whole = True

    def __iter__(self) -> Iterator[Chunk]:
        rows = 0
        for chunk in self._chunks:
            if rows >= ROWS:
                self.whole = False
                break
            yield chunk
            rows += chunk.rows + len(chunk.broken)
        close = getattr(self._chunks, "close", None)
        if close is not None:
            close()
