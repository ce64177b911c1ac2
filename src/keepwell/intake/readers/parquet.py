"""Parquet files: row group by row group, the types as they are in the file."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.core.errors import InputRefused
from keepwell.intake.readers.header import choose, clean_header, refuse
from keepwell.intake.readers.limits import Limits
from keepwell.intake.readers.reader import Chunk, Found, Reader
from keepwell.intake.readers.source_file import SourceFile
from keepwell.intake.readers.tables import gather, number

AnyArray: TypeAlias = "pa.Array[pa.Scalar[Any]]"

_BATCH_ROWS = 65_536


class ParquetReader(Reader):
    """Batches of a Parquet file; dictionaries are decoded so that a column has one type in every chunk."""

    def __init__(self, path: Path, limits: Limits, wanted: Collection[str] | None = None) -> None:
        self._path = path
        self._limits = limits
        self._file = SourceFile(path, limits)
        try:
            self._parquet = self._open()
            schema = self._parquet.schema_arrow
            self.columns = clean_header(schema.names, path, limits)
            chosen = set(choose(self.columns, wanted, path))
            self._chosen = [
                (in_file, name)
                for in_file, name in zip(schema.names, self.columns, strict=True)
                if name in chosen
            ]
        except BaseException:
            self._file.close()
            raise
        self.found = Found(format="parquet")

    def _open(self) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(self._file.handle, pre_buffer=False)
        except (pa.ArrowException, OSError) as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> InputRefused:
        # Arrow's own sentence is not passed on: it may quote values.
        text = str(error).lower()
        if "encrypt" in text or "decrypt" in text:
            return refuse(self._path, "it is encrypted", hint="export it without encryption")
        return refuse(
            self._path, "it is no Parquet file, or a damaged or incomplete one", hint="write or copy it again"
        )

    def chunks(self) -> Iterator[Chunk]:
        """The rows in order; see Reader."""
        first = 1
        for table in gather(self._batches(), self._limits):
            self._file.check_unchanged()
            yield Chunk(number(table, first))
            first += table.num_rows
        self._file.check_unchanged()

    def _batches(self) -> Iterator[pa.Table]:
        names = [in_file for in_file, _ in self._chosen]
        try:
            batches = self._parquet.iter_batches(batch_size=_BATCH_ROWS, columns=names, use_threads=False)
            for batch in batches:
                table = pa.table(
                    [plain(batch.column(name)) for name in names], [name for _, name in self._chosen]
                )
                yield table
        except (pa.ArrowException, OSError) as error:
            self._file.check_unchanged()
            raise self._unreadable(error) from error

    def close(self) -> None:
        """Let go of the file."""
        self._parquet.close()
        self._file.close()


def plain(values: AnyArray) -> AnyArray:
    """The values without their dictionary, in one of Arrow's plain string types."""
    if isinstance(values, pa.DictionaryArray):
        values = values.dictionary_decode()
    if pa.types.is_large_string(values.type) or pa.types.is_string_view(values.type):
        values = values.cast(pa.string())
    return values
