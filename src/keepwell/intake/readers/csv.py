"""CSV as it comes from tills, shops and spreadsheets, streamed: every value text, an empty one null."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, cast

import pyarrow as pa
import pyarrow.csv

from keepwell.core.errors import InputRefused
from keepwell.intake.readers.dialect import Dialect, find_dialect
from keepwell.intake.readers.encoding import find_encoding, head_text, utf8_blocks
from keepwell.intake.readers.fingerprint import fingerprint
from keepwell.intake.readers.header import choose, refuse
from keepwell.intake.readers.limits import MIB, Limits
from keepwell.intake.readers.lines import ByteStream, check_lines
from keepwell.intake.readers.reader import Chunk, Found, Reader, ReadOptions
from keepwell.intake.readers.rows import END, Rows
from keepwell.intake.readers.source_file import Fingerprint, SourceFile


class CsvReader(Reader):
    """One CSV file, parsed by Arrow."""

    def __init__(
        self,
        path: Path,
        options: ReadOptions,
        limits: Limits,
        wanted: Collection[str] | None = None,
        *,
        known: Fingerprint | None = None,
    ) -> None:
        self._path = path
        self._limits = limits
        known = known or fingerprint(path, limits)
        self._file = SourceFile(path, limits, known=known)
        try:
            self._encoding = find_encoding(self._file, known, options.encoding)
            self._is_clean = self._encoding == "utf-8" and known.is_utf8 and not known.has_nul
            self._dialect = self._find_dialect(options)
            self._chosen = choose(self._dialect.columns, wanted, path, may_be_a_row=True)
        except BaseException:
            self._file.close()
            raise
        self.columns = self._dialect.columns
        self.found = Found("csv", self._encoding, self._dialect.delimiter, self._dialect.quote)

    def _blocks(self) -> Iterator[bytes]:
        blocks = utf8_blocks(self._file, self._encoding, is_clean=self._is_clean)
        return check_lines(blocks, self._path, self._limits)

    def _find_dialect(self, options: ReadOptions) -> Dialect:
        head = head_text(self._blocks(), self._file, self._encoding)
        return find_dialect(head, options, self._path, self._limits)

    def chunks(self) -> Iterator[Chunk]:
        """The rows in order; see Reader."""
        rows = Rows(self._dialect, self._chosen, self._limits, may_be_marked=not self._is_clean)
        end = self._dialect.delimiter.join([END] * len(self.columns))
        stream = ByteStream(self._blocks(), skip=self._dialect.header_bytes, tail=f"\n{end}\n".encode())
        try:
            with self._parser(stream, rows) as parser:
                for batch in parser:
                    rows.add(batch)
                    while rows.is_full:
                        self._file.check_unchanged()
                        yield rows.take()
        except pa.ArrowException as error:
            self._file.check_unchanged()
            raise self._unreadable(error, rows) from error
        self._file.check_unchanged()
        while not rows.is_empty:
            yield rows.take()

    def _parser(self, stream: ByteStream, rows: Rows) -> pyarrow.csv.CSVStreamingReader:
        return pyarrow.csv.open_csv(
            cast("IO[bytes]", stream),
            # Without threads: only then does Arrow tell the numbers of broken rows.
            read_options=pyarrow.csv.ReadOptions(
                column_names=list(self.columns),
                block_size=max(self._limits.line_bytes, MIB),
                use_threads=False,
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=self._dialect.delimiter,
                quote_char=self._dialect.quote or False,
                newlines_in_values=bool(self._dialect.quote),
                invalid_row_handler=rows.refuse,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                include_columns=rows.read_columns,
                column_types=dict.fromkeys(self.columns, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
                check_utf8=False,
            ),
        )

    def _unreadable(self, error: Exception, rows: Rows) -> InputRefused:
        # Arrow's own sentence is not passed on: it quotes values.
        if rows.has_too_many_broken:
            return refuse(
                self._path,
                f"none of the first {self._limits.broken_rows_first} rows has {len(self.columns)} columns",
                hint="set `delimiter:` and `quote:`; found were "
                f"{self._dialect.delimiter!r} and {self._dialect.quote!r}",
            )
        if "straddl" in str(error):
            return refuse(
                self._path,
                f"after row {rows.last} a row is longer than {self._limits.line_bytes // MIB} MiB",
                hint="look there for a quote that is never closed",
            )
        return refuse(self._path, "it cannot be read as CSV")

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
