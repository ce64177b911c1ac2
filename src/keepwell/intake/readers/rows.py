"""The rows of a CSV file between Arrow's parser and a chunk: numbered, the broken ones set apart."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from keepwell.intake.readers.dialect import Dialect
from keepwell.intake.readers.limits import Limits
from keepwell.intake.readers.reader import ROW, BrokenRow, Chunk

END = "\x03end of file\x03"
"""Sent through the parser after the last row, in every column: if it does not come out as a row of its own, a
quote was left open and swallowed it."""

_MARK = "\ufffd"
_SWALLOW_COLUMNS = 4
"""With fewer columns a text of two lines and a comma would look like rows."""

Hits: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.bool_]]"


class Rows:
    """Collects parsed batches and broken rows until they make a chunk."""

    def __init__(
        self, dialect: Dialect, chosen: tuple[str, ...], limits: Limits, *, may_be_marked: bool
    ) -> None:
        self._dialect = dialect
        self._chosen = chosen
        self._limits = limits
        self._may_be_marked = may_be_marked
        # A row with an undecodable byte is reported whole; the last column shows a quote left open.
        last = dialect.columns[-1]
        self.read_columns = list(dialect.columns) if may_be_marked else [*chosen, *({last} - set(chosen))]
        schema = pa.schema([pa.field(name, pa.string()) for name in chosen])
        schema = schema.append(pa.field(ROW, pa.int64()))
        self._tables: list[pa.Table] = [schema.empty_table()]  # a file may have broken rows only
        self._broken: list[BrokenRow] = []
        self._ahead: list[int] = []
        self._rows = self._weight = 0
        self.last = 0
        self.has_too_many_broken = False

    def refuse(self, row: pyarrow.csv.InvalidRow) -> Literal["skip", "error"]:
        """Arrow's handler of rows with too few or too many values."""
        if self.last == 0 and len(self._broken) >= self._limits.broken_rows_first:
            self.has_too_many_broken = True
            return "error"
        reason = "too_few_columns" if row.actual_columns < row.expected_columns else "too_many_columns"
        # Arrow knows the number as long as it parses without threads.
        assert row.number is not None
        text, is_swallowed, _ = row.text.partition(END)
        if is_swallowed:
            reason, text = "open_quote", text.removesuffix("\n")
        self._report(row.number, text, reason)
        self._ahead.append(row.number)
        return "skip"

    def _report(self, row: int, text: str, reason: str) -> None:
        self._broken.append(BrokenRow(row, text, reason))
        self._weight += len(text)

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a batch in: number its rows, leave out the end mark, set broken rows apart."""
        if not batch.num_rows:
            return
        table = pa.table(batch)
        table = table.append_column(ROW, self._numbers(table.num_rows))
        table = self._without_end(table)
        if self._may_be_marked:
            table = self._without(table, self._marked(table), "undecodable")
        if self._dialect.quote and len(self._dialect.columns) >= _SWALLOW_COLUMNS:
            table = self._without(table, self._swallowed(table), "open_quote")
        table = table.select([*self._chosen, ROW])
        self._tables.append(table)
        self._rows += table.num_rows
        self._weight += table.nbytes

    def _numbers(self, count: int) -> pa.Array[pa.Int64Scalar]:
        """The next numbers that no broken row has; Arrow parses ahead: some of those lie in later batches."""
        if not self._ahead or self._ahead[0] > self.last + count:
            numbers = np.arange(self.last + 1, self.last + count + 1, dtype=np.int64)
        else:
            ahead = np.array(self._ahead, dtype=np.int64)
            numbers = np.arange(self.last + 1, self.last + count + len(ahead) + 1, dtype=np.int64)
            numbers = np.setdiff1d(numbers, ahead, assume_unique=True)[:count]
            self._ahead = ahead[ahead > numbers[-1]].tolist()
        self.last = int(numbers[-1])
        return pa.array(numbers, pa.int64())

    def _without_end(self, table: pa.Table) -> pa.Table:
        last = table.num_rows - 1
        ending = table.column(self._dialect.columns[-1])[last].as_py()
        if ending is None or END not in ending:
            return table
        kept = table.slice(0, last)
        if ending != END:
            text = self._text(table, last).removesuffix(END).removesuffix(self._dialect.delimiter)
            self._report(
                table.column(ROW)[last].as_py(), text.partition(END)[0].removesuffix("\n"), "open_quote"
            )
        return kept

    def _marked(self, table: pa.Table) -> Hits:
        """Rows that hold the mark of an undecodable byte."""
        found = np.zeros(table.num_rows, dtype=np.bool_)
        for name in self.read_columns:
            found |= _holds(table.column(name), _MARK)
        return found

    def _swallowed(self, table: pa.Table) -> Hits:
        """Rows one value of which looks like rows.

        A forgotten quote is closed by the next quote of the same column: the value then holds, for each line
        end, as many delimiters as a row has.
        """
        found = np.zeros(table.num_rows, dtype=np.bool_)
        per_line = len(self._dialect.columns) - 1
        for name in self.read_columns:
            column = table.column(name)
            for index in np.flatnonzero(_holds(column, "\n")).tolist():
                value = column[index].as_py()
                if value.count(self._dialect.delimiter) == value.count("\n") * per_line:
                    found[index] = True
        return found

    def _without(self, table: pa.Table, found: Hits, reason: str) -> pa.Table:
        if not found.any():
            return table
        for index in np.flatnonzero(found).tolist():
            self._report(table.column(ROW)[index].as_py(), self._text(table, index), reason)
        return table.filter(pa.array(~found))

    def _text(self, table: pa.Table, index: int) -> str:
        """A row put together again from its values, as CSV."""
        values = [table.column(name)[index].as_py() or "" for name in self.read_columns]
        return self._dialect.delimiter.join(values)

    @property
    def is_full(self) -> bool:
        """Whether there is enough for a chunk."""
        return (
            self._rows + len(self._broken) >= self._limits.chunk_rows
            or self._weight >= self._limits.chunk_bytes
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing for a chunk."""
        return not self._rows and not self._broken

    def take(self) -> Chunk:
        """The next chunk; what is beyond its limit stays."""
        table = pa.concat_tables(self._tables)
        chunk = Chunk(table.slice(0, self._limits.chunk_rows), tuple(self._broken))
        rest = table.slice(chunk.rows)
        self._tables = [rest]
        self._broken = []
        self._rows, self._weight = rest.num_rows, rest.nbytes
        return chunk


def _holds(column: pa.ChunkedArray[pa.StringScalar], text: str) -> Hits:
    """Which values hold a text. The good case, that none does, is told by one look at their bytes."""
    letters = text.encode()
    if not any(letters in data.to_pybytes() for part in column.chunks if (data := part.buffers()[2])):
        return np.zeros(len(column), dtype=np.bool_)
    return np.asarray(pc.match_substring(column, text).fill_null(fill_value=False))
