"""One input through its contract: typed, checked, each row either staged as a fact, known already, or quarantined.

Nothing is written here but temporary tables; the caller keeps personal values and originals in the vault and then
publishes a version of the lake with the rest (:mod:`keepwell.intake.publish`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from keepwell.catalog.rates import Rate
from keepwell.core.clock import AsOf
from keepwell.core.errors import InputRefused, Problem
from keepwell.intake.contract import Contract
from keepwell.intake.duplicates import COLUMNS, duplicates_and_conflicts
from keepwell.intake.personal import PROBLEMS, PersonalRows, Prepared, Pseudonyms, prepare
from keepwell.intake.quarantine import (
    QuarantinedRow,
    RowProblem,
    id_of_number,
    quarantine_id,
    reasons_of,
    row_problem,
)
from keepwell.intake.readers import ROW, BrokenRow, Chunk
from keepwell.intake.rows import typed_rows, with_hashes
from keepwell.lake.engine import DuckDB
from keepwell.lake.lake import fact_schema

if TYPE_CHECKING:
    import ibis.expr.types as ir

QUARANTINED_ROWS_MAX = 200_000
"""More bad rows than this in one input, and the definition is taken to be wrong rather than the rows."""


@dataclass(slots=True)
class Taken:
    """What came of an input. ``staged`` names a view of its good rows (with ROW, without recorded_at) in ``parts``."""

    staged: str
    parts: list[str] = field(default_factory=list)
    """Temporary tables, one for each chunk."""
    alike: Counter[str] = field(default_factory=Counter)
    """How many quarantined rows of a pull said the same."""
    conflicts: list[str] = field(default_factory=list)
    """Temporary tables of rows that contradict an earlier one, as far as later rows are compared with them."""
    rows: int = 0
    duplicate: int = 0
    key_errors: int = 0
    quarantined: list[QuarantinedRow] = field(default_factory=list)
    personal: PersonalRows = field(default_factory=PersonalRows)


@dataclass(frozen=True, slots=True)
class TakeIn:
    """What taking in needs besides the rows."""

    engine: DuckDB
    contract: Contract
    as_of: AsOf
    rates: Sequence[Rate]
    pseudonyms: Pseudonyms
    input_name: str
    content: str
    """Hash of the input's content, part of its quarantined rows' ids."""
    is_pull: bool = False
    """The rows are a part of a table, which begins elsewhere each time: row numbers tell nothing of them."""
    replayed: bool = False
    """The rows come out of quarantine: their row numbers are their ids."""

    def run(self, chunks: Iterable[Chunk]) -> Taken:
        """Work through the chunks. Raises InputRefused when the input as a whole cannot be right."""
        taken = Taken(staged=f"staged_{uuid4().hex}")
        self._unite(taken)
        busy: Future[None] | None = None
        # While the engine works on a chunk, the next one is read; the engine has one chunk at a time.
        with ThreadPoolExecutor(max_workers=1) as worker:
            for chunk in chunks:
                prepared = prepare(chunk.table, self.contract, self.pseudonyms) if chunk.rows else None
                if busy is not None:
                    busy.result()
                if len(taken.quarantined) > QUARANTINED_ROWS_MAX:
                    raise self._too_many(taken)
                busy = worker.submit(self._take_chunk, chunk, prepared, taken)
            if busy is not None:
                busy.result()
        if len(taken.quarantined) > QUARANTINED_ROWS_MAX:
            raise self._too_many(taken)
        if not (self.replayed or self.is_pull):  # which may be one row, of a table known to be good
            self._check_all_bad(taken)
        return taken

    def _take_chunk(self, chunk: Chunk, prepared: Prepared | None, taken: Taken) -> None:
        taken.rows += chunk.rows + len(chunk.broken)
        taken.quarantined += [self._broken(row, taken) for row in chunk.broken]
        taken.key_errors += len(chunk.broken)
        if prepared is None:
            return
        name = f"chunk_{uuid4().hex}"
        with self.engine.lend(prepared.plain) as raw:
            rows = typed_rows(raw, self.contract, as_of=self.as_of, rates=self.rates, engine=self.engine)
            typed = self.engine.stage(with_hashes(rows), name)
        bad = self._bad_rows(typed, taken)
        duplicate = [row for row, problems in bad.items() if not problems]
        wrong = {row: problems for row, problems in bad.items() if problems}
        taken.duplicate += len(duplicate)
        taken.quarantined += self._quarantined(chunk.table, wrong, typed, taken)
        taken.key_errors += sum(
            any(code.partition("=")[0] in self.contract.key_fields for code in codes)
            for codes in wrong.values()
        )
        if bad:
            self.engine.remove(name, _rows(bad))
        taken.parts.append(name)
        self._unite(taken)
        self._keep_personal(prepared, self.engine.staged(name), taken)

    def _unite(self, taken: Taken) -> None:
        """Make the view of all good rows so far."""
        schema = fact_schema(self.contract.columns)
        names = [name for name in schema.names if name != "recorded_at"]
        empty = self.engine.table(
            pa.schema([*map(schema.field, names), pa.field(ROW, pa.int64())]).empty_table()
        )
        parts = [self.engine.staged(part).select(*names, ROW) for part in taken.parts]
        self.engine.unite(taken.staged, parts or [empty])

    def _bad_rows(self, typed: ir.Table, taken: Taken) -> dict[int, list[str]]:
        """Row → problem codes; an empty list marks an exact duplicate of an earlier row."""
        wrong = self.engine.rows(typed.filter(typed[PROBLEMS] != "").select(ROW, PROBLEMS))
        bad: dict[int, list[str]] = {row[ROW]: row[PROBLEMS].rstrip(";").split(";") for row in wrong}
        if not self.contract.source.key:
            return bad
        tables = map(self.engine.staged, (taken.staged, *taken.conflicts))
        earlier = ibis.union(*(table.select(*COLUMNS) for table in tables))
        same, other = duplicates_and_conflicts(self.engine, typed.filter(typed[PROBLEMS] == ""), earlier)
        if other:
            with self.engine.lend(_rows(other)) as named:
                conflicts = self.engine.stage(typed.semi_join(named, ROW).select(*COLUMNS))
            taken.conflicts.append(conflicts.get_name())
        return bad | {row: [] for row in same} | {row: ["=same_key"] for row in other}

    def _quarantined(
        self, table: pa.Table, wrong: dict[int, list[str]], typed: ir.Table, taken: Taken
    ) -> Iterator[QuarantinedRow]:
        if not wrong:
            return
        raw = table.filter(pc.is_in(table[ROW], _rows(wrong)[ROW].combine_chunks())).to_pylist()
        with self.engine.lend(_rows(wrong)) as named:
            known = self.engine.rows(typed.semi_join(named, ROW).select(ROW, "party_key"))
        parties = {row[ROW]: row["party_key"] for row in known}
        for row in raw:
            number = row.pop(ROW)
            original = {name: None if value is None else str(value) for name, value in row.items()}
            yield QuarantinedRow(
                quarantine_id=self._id(number, original, taken),
                row=number,
                problems=tuple(row_problem(self.contract, code, row) for code in wrong[number]),
                party_key=parties[number],
                original=original,
            )

    def _broken(self, row: BrokenRow, taken: Taken) -> QuarantinedRow:
        problem, original = RowProblem("", row.reason, ""), {"": row.text}
        return QuarantinedRow(self._id(row.row, original, taken), row.row, (problem,), None, original)

    def _keep_personal(self, prepared: Prepared, good: ir.Table, taken: Taken) -> None:
        """Set aside the personal values and free texts of good rows."""
        if prepared.personal is None:
            return
        said_at = good.occurred_at
        if self.contract.revision_is_a_time:
            said_at = ibis.coalesce(good.revision, said_at)
        who = self.engine.collect(good.select(ROW, "key", "party_key", said_at=said_at))
        taken.personal.tables.append(prepared.personal.join(who, ROW, join_type="inner").sort_by(ROW))

    def _id(self, row: int, original: Mapping[str, str | None], taken: Taken) -> str:
        if self.replayed:
            return id_of_number(row)
        if not self.is_pull:
            return quarantine_id(self.contract.name, self.input_name, self.content, row)
        # The same row may be pulled again: it is told by what it says, and from others that say so by its number.
        said = self.pseudonyms.pseudonym(f"{self.contract.name}/quarantine", repr(sorted(original.items())))
        taken.alike[said] += 1
        content = f"{self.content}:{said}"
        return quarantine_id(self.contract.name, self.input_name, content, taken.alike[said])

    def _too_many(self, taken: Taken) -> InputRefused:
        worst = ", ".join(
            f"{code} ({count:,})" for code, count in list(reasons_of(taken.quarantined).items())[:3]
        )
        return InputRefused(
            Problem(
                f"more than {QUARANTINED_ROWS_MAX:,} rows are bad; most often: {worst}",
                file=self.input_name,
                hint=f"the definition of source `{self.contract.name}` does not seem to fit this file; "
                "nothing was taken in",
            )
        )

    def _check_all_bad(self, taken: Taken) -> None:
        if taken.rows and taken.rows == len(taken.quarantined):
            worst = next(iter(reasons_of(taken.quarantined)))
            raise InputRefused(
                Problem(
                    f"not one of {taken.rows:,} rows is good; most often: {worst}",
                    file=self.input_name,
                    hint=f"check the columns and types of source `{self.contract.name}`; nothing was taken in",
                )
            )


def _rows(numbers: Iterable[int]) -> pa.Table:
    return pa.table({ROW: pa.array(list(numbers), pa.int64())})
