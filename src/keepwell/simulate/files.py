"""Export files: one a month (or year) for each source, CSV or JSON lines, in the encoding of the system they come from.

Rows are joined to text a whole block at a time and appended to the files of their periods, so that memory holds one
block, however many customers there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO, Literal

import numpy as np

from keepwell.simulate.exports import Export
from keepwell.simulate.orders import DAY_SECONDS
from keepwell.simulate.parameters import Period
from keepwell.simulate.texts import filled, joined
from keepwell.simulate.types import Column, Days, Whole

PART_BLOCKS = 50
"""Blocks in one part: after so many customers the files of a period go on under the next number."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a source's files are written."""

    suffix: Literal["csv", "jsonl"]
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    numbers: tuple[str, ...] = ()
    """Columns that JSON writes without quotes."""


FORMS = {
    "pos_members": Form("csv", "gb18030"),
    "pos_lines": Form("csv", "gb18030"),
    "pos_contacts": Form("csv", "gb18030"),
    "shop_users": Form("csv"),
    "shop_orders": Form("csv"),
    "shop_lines": Form("jsonl", numbers=("line",)),
    "shop_contacts": Form("jsonl", numbers=("rating",)),
}


def file_name(source: str, period: np.datetime64, block: int) -> str:
    """The path, from the plan folder, of the file that has a block's rows of a source and period."""
    return f"data/{source}/{period}-{block // PART_BLOCKS:03}.{FORMS[source].suffix}"


def periods_at(first_day: np.datetime64, seconds: Whole, per: Period) -> Days:
    """The months or years in which these seconds after the first day's beginning lie."""
    days = first_day + seconds // DAY_SECONDS
    return days.astype("datetime64[M]" if per == "month" else "datetime64[Y]")


class ExportFiles:
    """The files of all sources; one is made when its first row comes."""

    def __init__(self, folder: Path, first_day: np.datetime64, per: Period) -> None:
        self._folder, self._first_day, self._per = folder, first_day, per
        self._begun: set[str] = set()

    def append(self, source: str, export: Export, *, block: int) -> None:
        """Append a block's rows to the files of the periods they were exported in."""
        form = FORMS[source]
        rows = _csv_rows(export) if form.suffix == "csv" else _json_rows(export, form)
        header = ",".join(export.columns) + "\n" if form.suffix == "csv" else ""
        for period, text in _by_period(rows, periods_at(self._first_day, export.at, self._per)):
            with self._open(file_name(source, period, block), header.encode(form.encoding)) as file:
                file.write(text if form.encoding == "utf-8" else text.decode().encode(form.encoding))

    def _open(self, name: str, header: bytes) -> IO[bytes]:
        """Opened for one block alone: ten years of months are more files than a process may hold open."""
        path = self._folder / name
        if name in self._begun:
            return path.open("ab")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._begun.add(name)
        file = path.open("xb")
        file.write(header)
        return file


def _by_period(rows: Column, periods: Days) -> Iterator[tuple[np.datetime64, bytes]]:
    """The text of each period; they are in order."""
    if not len(rows):
        return
    _, offsets, text = rows.buffers()
    assert offsets is not None
    assert text is not None
    ends = np.frombuffer(memoryview(offsets), dtype=np.int32)[: len(rows) + 1].tolist()
    starts = np.concatenate([[0], np.flatnonzero(periods[1:] != periods[:-1]) + 1, [len(rows)]])
    for first, after in pairwise(starts.tolist()):
        yield periods[first], text.slice(ends[first], ends[after] - ends[first]).to_pybytes()


def _csv_rows(export: Export) -> Column:
    """Each row with its line end. None of our texts holds a comma, a quote or a line end, so none is quoted."""
    columns = [filled(column) for column in export.columns.values()]
    return joined(joined(*columns, separator=","), "\n")


def _json_rows(export: Export, form: Form) -> Column:
    """Each row as an object with its line end. None of our texts needs an escape; what is missing is left out."""
    parts: list[Column | str] = ["{"]
    for place, (name, column) in enumerate(export.columns.items()):
        quote = "" if name in form.numbers else '"'
        comma = "," if place else ""
        key = f'{comma}"{name}":{quote}'
        parts.append(filled(joined(key, column, quote)))
    return joined(*parts, "}\n")
