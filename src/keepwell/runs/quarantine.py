"""Rows out of quarantine: seen as they came, mended, taken in again, or dropped."""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from keepwell.core.errors import InputRefused, NotFound, Problem
from keepwell.customers.originals import original
from keepwell.exchange.into_vault import forget_originals
from keepwell.intake.contract import Contract, contract_of
from keepwell.intake.publish import Content, Publication
from keepwell.intake.quarantine import (
    QuarantinedRow,
    RowProblem,
    explain,
    number_of_id,
    open_rows,
    problems_from_json,
    replayed_ids,
    write_settled,
)
from keepwell.intake.readers import ROW, Chunk
from keepwell.intake.take_in import TakeIn
from keepwell.runs.intake import publish
from keepwell.runs.place import Place
from keepwell.store.audit import record

ROWS_AT_ONCE_MAX = 100_000
ID, PROBLEMS, SOURCE = "quarantine_id", "problems", "source"
NOT_OF_THE_ROW = {PROBLEMS, "whole_row", None}
"""Columns of an exported file that are not the row's own; None holds what stands beyond the last column."""
WHOLE_ROW = ""
"""Name under which a row whose shape was broken is kept: it has no columns, only a text."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row in quarantine, without the row itself."""

    quarantine_id: str
    source: str
    input: str
    row: int
    problems: tuple[RowProblem, ...]

    def sentences(self, place: Place, language: str) -> list[str]:
        """What is wrong, in words."""
        rules = place.plan.sources[self.source].valid if self.source in place.plan.sources else ()
        texts = [rule.say.in_(language, place.plan.settings.language) for rule in rules]
        return [explain(texts, problem) for problem in self.problems]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of rows taken in again; ``still_bad`` stay where they were."""

    accepted: int
    still_bad: Mapping[str, tuple[RowProblem, ...]]


def waiting_rows(
    place: Place, *, source: str | None = None, limit: int = 50, after: int = 0
) -> list[Waiting]:
    """Rows in quarantine, by source, input and row."""
    rows = open_rows(place.lake, place.lake.current())
    if source is not None:
        rows = rows.filter(rows.source == source)
    page = rows.order_by("source", "input", "row").limit(min(limit, ROWS_AT_ONCE_MAX), offset=after)
    return [
        Waiting(row[ID], row[SOURCE], row["input"], row["row"], problems_from_json(row[PROBLEMS]))
        for row in place.lake.engine.rows(page)
    ]


def export(place: Place, path: Path, *, source: str, actor: str, language: str = "en") -> int:
    """Write a source's quarantined rows as they came to a new CSV file that only its owner can read.

    The file holds personal values; that it was made is recorded. Returns the number of rows.
    """
    rows = waiting_rows(place, source=source, limit=ROWS_AT_ONCE_MAX)
    originals = {row.quarantine_id: _original(place, row.quarantine_id) for row in rows}
    columns = list(dict.fromkeys(name for values in originals.values() for name in values))
    with place.store.write() as session:
        record(
            session,
            at=place.now,
            actor=actor,
            action="export_quarantine",
            subject_kind="source",
            subject_id=source,
            details={"rows": len(rows)},
        )
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([ID, PROBLEMS, *(name or "whole_row" for name in columns)])
        for row in rows:
            values = originals[row.quarantine_id]
            sentence = " | ".join(row.sentences(place, language))
            writer.writerow([row.quarantine_id, sentence, *(values.get(name) or "" for name in columns)])
    return len(rows)


def mend(place: Place, quarantine_id: str, changes: Mapping[str, str]) -> Replayed:
    """Change values of one quarantined row and take it in again."""
    row = _find(place, quarantine_id)
    values = _original(place, quarantine_id)
    if WHOLE_ROW in values:
        raise InputRefused(
            f"{quarantine_id} has no columns: its shape was broken",
            hint="mend the line in its file, or write all columns anew in an exported file and replay that",
        )
    contract = contract_of(place.plan, row.source)
    known = {
        contract.column(name) for name in contract.source.columns if not contract.source.columns[name].value
    }
    if unknown := sorted(set(changes) - known - set(values)):
        raise InputRefused(
            f"{row.source} has no column {', '.join(unknown)}",
            hint=f"its columns are {', '.join(sorted(values))}",
        )
    with place.lake.lock():
        _find(place, quarantine_id)  # still there, now that nobody else can take it
        return _replay(place, {row.source: {quarantine_id: {**values, **changes}}})


def replay(place: Place, path: Path) -> Replayed:
    """Take in the rows of an exported and mended file again.

    Rows of it that were taken in before are passed over, so that a replay cut short is simply done again. Rows
    that never were in quarantine, or were given up, are refused, and nothing is taken in.
    """
    with place.lake.lock():
        waiting = {row.quarantine_id: row for row in waiting_rows(place, limit=ROWS_AT_ONCE_MAX)}
        before = replayed_ids(place.lake, place.lake.current())
        mended: dict[str, dict[str, Mapping[str, str | None]]] = defaultdict(dict)
        problems = []
        for line, identifier, values in _rows_of(path):
            if identifier in waiting:
                mended[waiting[identifier].source][identifier] = values
            elif identifier not in before:
                what = "this row is not in quarantine"
                problems.append(Problem(what, file=str(path), line=line, field=identifier))
        if problems:
            raise InputRefused(problems[:50])
        return _replay(place, mended)


def _rows_of(path: Path) -> Iterator[tuple[int, str, dict[str, str | None]]]:
    """Line, quarantine id and values of each row of an exported file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if ID not in (reader.fieldnames or ()):
                what, hint = f"there is no column {ID}", "export the rows first, then mend that file"
                raise InputRefused(Problem(what, file=str(path), line=1, hint=hint))
            for row in reader:
                identifier = row.pop(ID) or ""
                values = {name: row[name] or None for name in row if name not in NOT_OF_THE_ROW}
                yield reader.line_num, identifier, values
    except UnicodeDecodeError:
        hint = "save it as CSV in UTF-8, as it was exported"
        raise InputRefused(Problem("this is not UTF-8 text", file=str(path), hint=hint)) from None
    except csv.Error as error:
        raise InputRefused(Problem(f"this is no CSV file: {error}", file=str(path))) from None


def drop(place: Place, identifiers: Sequence[str], *, actor: str) -> int:
    """Give rows up: they leave the quarantine, and their originals are destroyed."""
    with place.lake.lock():
        for identifier in identifiers:
            _find(place, identifier)
        with place.store.write() as session:
            record(
                session,
                at=place.now,
                actor=actor,
                action="drop_quarantined",
                subject_kind="quarantine",
                subject_id=identifiers[0],
                details={"rows": len(identifiers)},
            )
        manifest = place.lake.current()
        gone = write_settled(place.lake, dict.fromkeys(identifiers, "dropped"), now=place.now)
        settled = manifest.model_copy(update={"settled": manifest.settled + gone})
        place.lake.publish(settled, cause="rows dropped", now=place.now)
        forget_originals(place.store, identifiers)
    return len(identifiers)


def _replay(place: Place, mended: Mapping[str, Mapping[str, Mapping[str, str | None]]]) -> Replayed:
    """Take in rows by source and quarantine id. The caller holds the lake's lock."""
    accepted = 0
    still_bad: dict[str, tuple[RowProblem, ...]] = {}
    for source, rows in mended.items():
        bad = _replay_source(place, contract_of(place.plan, source), rows)
        accepted += len(rows) - len(bad)
        still_bad |= {row.quarantine_id: row.problems for row in bad}
    return Replayed(accepted, still_bad)


def _replay_source(
    place: Place, contract: Contract, rows: Mapping[str, Mapping[str, str | None]]
) -> list[QuarantinedRow]:
    take_in = TakeIn(
        engine=place.lake.engine,
        contract=contract,
        as_of=place.as_of,
        rates=place.plan.rates,
        pseudonyms=place.keys,
        input_name="quarantine",
        content="",
        replayed=True,
    )
    taken = take_in.run([_chunk(contract, rows)])
    bad = taken.quarantined
    # Rows that are bad still keep the record and the original they have.
    taken.quarantined, taken.rows = [], taken.rows - len(bad)
    manifest = place.lake.current()
    publication = Publication(
        lake=place.lake,
        manifest=manifest,
        contract=contract,
        definition=manifest.sources[contract.name].definition,
        taken=taken,
        content=Content("quarantine", adds_up=True, replayed=True),
        now=place.now,
    )
    publish(place, publication, cause=f"{contract.name}: rows out of quarantine")
    return bad


def _chunk(contract: Contract, rows: Mapping[str, Mapping[str, str | None]]) -> Chunk:
    names = {
        contract.column(name): None
        for name, mapped in contract.source.columns.items()
        if mapped.value is None
    }
    columns = {name: pa.array([values.get(name) for values in rows.values()], pa.string()) for name in names}
    numbers = pa.array([number_of_id(identifier) for identifier in rows], pa.int64())
    return Chunk(pa.table({**columns, ROW: numbers}))


def _original(place: Place, quarantine_id: str) -> dict[str, str | None]:
    with place.store.read() as session:
        found = original(session, place.keys, quarantine_id)
    if found is None:
        raise NotFound(f"the original of {quarantine_id} is gone", hint="its person may have been erased")
    return found


def _find(place: Place, quarantine_id: str) -> Waiting:
    rows = open_rows(place.lake, place.lake.current())
    found = place.lake.engine.rows(rows.filter(rows.quarantine_id == quarantine_id))
    if not found:
        raise NotFound(
            f"there is no row {quarantine_id} in quarantine", hint="see `keepwell quarantine list`"
        )
    row = found[0]
    return Waiting(row[ID], row[SOURCE], row["input"], row["row"], problems_from_json(row[PROBLEMS]))
