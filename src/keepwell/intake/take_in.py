"""One input through its contract: typed, checked, each row either staged as a fact, known already, or quarantined.

Nothing is written here but temporary tables; the caller keeps personal values and originals in the vault and then
publishes a version of the lake with the rest (:mod:`keepwell.intake.publish`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from keepwell.intake.duplicates import duplicates_and_conflicts
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
from keepwell.lake.engine import Engine
from keepwell.lake.lake import fact_schema

if TYPE_CHECKING:
    import ibis.expr.types as ir

QUARANTINED_ROWS_MAX = 200_000
"""More bad rows than this in one input, and the definition is taken to be wrong rather than the rows."""


@dataclass(slots=True)
class Taken:
    """What came of an input. ``staged`` names the temporary table of its good rows (with ROW, without recorded_at)."""

    staged: str
    rows: int = 0
    duplicate: int = 0
    key_errors: int = 0
    quarantined: list[QuarantinedRow] = field(default_factory=list)
    personal: PersonalRows = field(default_factory=PersonalRows)


@dataclass(frozen=True, slots=True)
class TakeIn:
    """What taking in needs besides the rows."""

    engine: Engine
    contract: Contract
    as_of: AsOf
    rates: Sequence[Rate]
    pseudonyms: Pseudonyms
    input_name: str
    content: str
    """Hash of the input's content, part of its quarantined rows' ids."""
    replayed: bool = False
    """The rows come out of quarantine: their row numbers are their ids."""

    def run(self, chunks: Iterable[Chunk]) -> Taken:
        """Work through the chunks. Raises InputRefused when the input as a whole cannot be right."""
        taken = Taken(staged=f"staged_{uuid4().hex}")
        schema = fact_schema(self.contract.columns)
        schema = schema.remove(schema.get_field_index("recorded_at")).append(pa.field(ROW, pa.int64()))
        self.engine.stage(self.engine.table(schema.empty_table()), taken.staged)
        for chunk in chunks:
            self._take_chunk(chunk, taken)
            if len(taken.quarantined) > QUARANTINED_ROWS_MAX:
                raise self._too_many(taken)
        if not self.replayed:
            self._check_all_bad(taken)
        return taken

    def _take_chunk(self, chunk: Chunk, taken: Taken) -> None:
        taken.rows += chunk.rows + len(chunk.broken)
        taken.quarantined += [self._broken(row) for row in chunk.broken]
        taken.key_errors += len(chunk.broken)
        if not chunk.rows:
            return
        prepared = prepare(chunk.table, self.contract, self.pseudonyms)
        name = f"chunk_{uuid4().hex}"
        with self.engine.lend(prepared.plain) as raw:
            rows = typed_rows(raw, self.contract, as_of=self.as_of, rates=self.rates, engine=self.engine)
            typed = self.engine.stage(with_hashes(rows), name)
        bad = self._bad_rows(typed, taken.staged)
        duplicate = {row for row, problems in bad.items() if not problems}
        wrong = {row: problems for row, problems in bad.items() if problems}
        taken.duplicate += len(duplicate)
        taken.quarantined += self._quarantined(chunk.table, wrong, typed)
        taken.key_errors += sum(
            any(code.partition("=")[0] in self.contract.key_fields for code in codes)
            for codes in wrong.values()
        )
        good = typed.drop(PROBLEMS)
        if bad:
            out = self.engine.table(pa.table({ROW: pa.array(list(bad), pa.int64())}))
            good = good.anti_join(out, ROW)
        self.engine.append(taken.staged, good)
        self._keep_personal(prepared, good, taken)
        self.engine.drop(name)

    def _bad_rows(self, typed: ir.Table, staged: str) -> dict[int, list[str]]:
        """Row → problem codes; an empty list marks an exact duplicate of an earlier row."""
        wrong = self.engine.rows(typed.filter(typed[PROBLEMS] != "").select(ROW, PROBLEMS))
        bad: dict[int, list[str]] = {row[ROW]: row[PROBLEMS].rstrip(";").split(";") for row in wrong}
        if self.contract.source.key:
            same, other = duplicates_and_conflicts(self.engine, typed.filter(typed[PROBLEMS] == ""), staged)
            bad |= {row: [] for row in same} | {row: ["=same_key"] for row in other}
        return bad

    def _quarantined(
        self, table: pa.Table, wrong: dict[int, list[str]], typed: ir.Table
    ) -> list[QuarantinedRow]:
        if not wrong:
            return []
        numbers = pa.array(list(wrong), pa.int64())
        raw = table.filter(pc.is_in(table[ROW], numbers)).to_pylist()
        known = self.engine.rows(typed.filter(typed[ROW].isin(list(wrong))).select(ROW, "party_key"))
        parties = {row[ROW]: row["party_key"] for row in known}
        return [
            QuarantinedRow(
                quarantine_id=self._id(row[ROW]),
                row=row[ROW],
                problems=tuple(row_problem(self.contract, code, row) for code in wrong[row[ROW]]),
                party_key=parties[row[ROW]],
                original={
                    name: None if value is None else str(value) for name, value in row.items() if name != ROW
                },
            )
            for row in raw
        ]

    def _broken(self, row: BrokenRow) -> QuarantinedRow:
        problem = RowProblem("", row.reason, "")
        return QuarantinedRow(self._id(row.row), row.row, (problem,), None, {"": row.text})

    def _keep_personal(self, prepared: Prepared, good: ir.Table, taken: Taken) -> None:
        """Set aside the personal values and free texts of good rows."""
        if prepared.personal is None:
            return
        said_at = ibis.coalesce(good.revision, good.occurred_at)
        who = self.engine.collect(good.select(ROW, "key", "party_key", said_at=said_at))
        taken.personal.tables.append(prepared.personal.join(who, ROW, join_type="inner").sort_by(ROW))

    def _id(self, row: int) -> str:
        if self.replayed:
            return id_of_number(row)
        return quarantine_id(self.contract.name, self.input_name, self.content, row)

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
