"""The first rows of a file or table, as texts, for guessing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from keepwell.core.errors import InputRefused
from keepwell.intake.guess.shape import Shape, shape_of
from keepwell.intake.readers import ROW, Limits, Reader
from keepwell.intake.readers.reader import Found

ROWS = 2_000
CELLS = 200_000
COLUMNS = 500
"""A source maps at most so many."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A file's columns and first rows as texts. ``broken`` rows of the same part had another shape."""

    columns: tuple[str, ...]
    rows: Sequence[Mapping[str, str | None]]
    broken: int
    found: Found
    typed_times: frozenset[str] = frozenset()
    """Columns that the file itself says are days or moments."""

    def shapes(self) -> dict[str, Shape]:
        """The shape of each column."""
        return {column: shape_of([row[column] for row in self.rows]) for column in self.columns}


def small(limits: Limits) -> Limits:
    """Limits that make a reader hand its first rows on early."""
    return replace(limits, chunk_rows=ROWS)


def sample(reader: Reader) -> Sample:
    """The first rows of an open reader. Raises InputRefused where there are more columns than a source may have."""
    if len(reader.columns) > COLUMNS:
        raise InputRefused(
            f"it has {len(reader.columns):,} columns; a source has at most {COLUMNS}",
            hint="leave out what you do not need when you export it",
        )
    wanted = max(20, min(ROWS, CELLS // max(1, len(reader.columns))))
    rows: list[dict[str, str | None]] = []
    broken = 0
    names: tuple[str, ...] = tuple(reader.columns)
    typed: frozenset[str] = frozenset()
    for chunk in reader.chunks():
        broken += len(chunk.broken)
        table = chunk.table.slice(0, wanted - len(rows))
        names = tuple(dict.fromkeys([*names, *(each for each in table.column_names if each != ROW)]))
        typed |= {field.name for field in table.schema if str(field.type).startswith(("timestamp", "date"))}
        rows += [{name: _text(value) for name, value in row.items()} for row in table.to_pylist()]
        if len(rows) >= wanted:
            break
    filled = [{name: row.get(name) for name in names} for row in rows]
    return Sample(names, filled, broken, reader.found, typed)


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None).isoformat(" ", "seconds")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 (all digits are right)
        return str(int(value))
    return str(value)
