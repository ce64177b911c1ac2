"""What every reader gives: chunks of raw values with row numbers, and the rows whose shape is broken."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

import pyarrow as pa

Format = Literal["csv", "parquet", "jsonl", "xlsx"]

ROW = "__row__"
"""The int64 column that each chunk ends with: the row's number in the file, from 1, header not counted."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How the source's definition says a file is to be read; None means: find out."""

    format: Format | None = None
    """None: by the file's suffix."""
    encoding: str | None = None
    """A Python codec name such as ``gb18030``. None: found."""
    delimiter: str | None = None
    """One character. None: found among comma, tab, semicolon and pipe."""
    quote: str | None = None
    """One character; empty: nothing is quoted. None: found."""
    header_row: int = 1
    """The row that holds the column names, from 1 (CSV and spreadsheets). Rows above it are skipped."""
    sheet: str | None = None
    """The sheet's name. None: the first."""


AS_FOUND = ReadOptions()
"""Nothing is said: everything is found out."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found out about a file, for showing."""

    format: Format | Literal["sql"]
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    sheet: str | None = None
    notes: tuple[str, ...] = ()
    """Sentences a person should see, such as which of several sheets was taken."""


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row whose shape is broken. Its text is personal throughout: it goes to the vault or nowhere."""

    row: int
    text: str = field(repr=False)
    reason: str
    """A code from BROKEN, such as ``too_few_columns``."""


BROKEN = {
    "too_few_columns": "fewer values than the header has columns",
    "too_many_columns": "more values than the header has columns",
    "undecodable": "a byte that the encoding does not know, or a NUL",
    "open_quote": "a quote that is never closed, so that rows ran into one another",
    "bad_json": "not JSON",
    "not_an_object": "JSON, but not an object",
    "repeated_key": "one object names a key twice",
}
"""Each reason why a row's shape is broken, explained."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows in file order: the file's columns, untyped unless the format types them, and ROW last."""

    table: pa.Table
    broken: tuple[BrokenRow, ...] = ()

    @property
    def rows(self) -> int:
        """Rows of the table, broken ones not counted."""
        return int(self.table.num_rows)


class Reader(ABC):
    """An open file or query. Use as a context manager; ``chunks`` may be taken once."""

    columns: tuple[str, ...]
    """The column names of the file as it is, also those not wanted."""
    found: Found

    @abstractmethod
    def chunks(self) -> Iterator[Chunk]:
        """The rows in order. Raises InputRefused when the file turns out unreadable or changes meanwhile."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the file; may be called twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
