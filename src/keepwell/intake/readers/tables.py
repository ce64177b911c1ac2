"""Joining batches to chunks, and numbering rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa

from keepwell.intake.readers.limits import Limits
from keepwell.intake.readers.reader import ROW


def gather(tables: Iterable[pa.Table], limits: Limits) -> Iterator[pa.Table]:
    """Join small tables to such of at most ``chunk_rows`` rows and about ``chunk_bytes``; no empty ones."""
    waiting: list[pa.Table] = []
    rows = weight = 0
    for table in tables:
        start = 0
        while start < table.num_rows:
            part = table.slice(start, limits.chunk_rows - rows)
            start += part.num_rows
            waiting.append(part)
            rows += part.num_rows
            weight += part.nbytes
            if rows == limits.chunk_rows or weight >= limits.chunk_bytes:
                yield pa.concat_tables(waiting)
                waiting, rows, weight = [], 0, 0
    if waiting:
        yield pa.concat_tables(waiting)


def number(table: pa.Table, first: int) -> pa.Table:
    """Append ROW: ``first``, ``first + 1`` and so on."""
    return table.append_column(ROW, pa.array(np.arange(first, first + table.num_rows, dtype=np.int64)))
