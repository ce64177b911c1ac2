"""A trial of a source: its first rows go through intake as they would in a run, and nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from secrets import token_bytes
from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.core.errors import KeepwellError, Problem
from keepwell.intake.contract import contract_of
from keepwell.intake.quarantine import reasons_of
from keepwell.intake.readers import Chunk
from keepwell.intake.take_in import TakeIn
from keepwell.lake.engine import DuckDB

if TYPE_CHECKING:
    import ibis.expr.types as ir

ROWS = 100_000
"""Rows looked at, of each input."""
CHUNK_ROWS = 25_000
SHOWN = 8
REASONS = 8


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a source's first rows. ``refused`` says why there is nothing else."""

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
class Stranger:
    """Pseudonyms for a trial: a key that nobody keeps, so that what comes of it fits nothing else."""

    key: bytes = field(default_factory=lambda: token_bytes(32), repr=False)

    def pseudonym(self, system: str, value: str) -> str:
        """Stands for a value in this trial alone."""
        return blake2b(f"{system}\x1f{value}".encode(), key=self.key, digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial needs: the plan as it would be, an engine, and the time."""

    plan: Plan
    engine: DuckDB
    now: datetime

    def of(self, source: str, chunks: Iterable[Chunk], *, label: str) -> Tried:
        """What becomes of a source's rows. What cannot be read at all is told."""
        contract = contract_of(self.plan, source)
        take_in = TakeIn(
            engine=self.engine,
            contract=contract,
            as_of=AsOf(self.now, self.plan.settings.zone),
            rates=self.plan.rates,
            pseudonyms=Stranger(),
            input_name=label,
            content="trial",
        )
        counted = Counted(iter(chunks))
        try:
            taken = take_in.run(counted)
        except KeepwellError as error:
            return Tried(refused=error.problems)
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
        return Tried(
            rows=taken.rows,
            whole=counted.whole,
            good=int(figures["good"]),
            duplicate=taken.duplicate,
            quarantined=len(taken.quarantined),
            reasons=tuple(reasons_of(taken.quarantined).items())[:REASONS],
            customers=int(figures["customers"]),
            anonymous=int(figures["anonymous"] or 0),
            first=figures["first"],
            last=figures["last"],
            columns=columns,
            facts=tuple(self.engine.rows(_first(good, columns))),
        )


def _first(good: ir.Table, columns: tuple[str, ...]) -> ir.Table:
    return good.order_by(ibis._["__row__"]).select(*columns).limit(SHOWN)


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
