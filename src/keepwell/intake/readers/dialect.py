"""How a CSV file separates and quotes, and where its header is."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from keepwell.intake.readers.header import clean_header, refuse
from keepwell.intake.readers.limits import Limits
from keepwell.intake.readers.reader import ReadOptions

_DELIMITERS = ",\t;|"
_ROWS_LOOKED_AT = 100
_SEP_LINE = re.compile(r"sep=(.)(?:\r\n|\r|\n)", re.IGNORECASE)
_SINGLE_QUOTED = re.compile(r"(?m)(?:^|[,;|\t])'[^'\r\n]*'(?=[,;|\t\r\n]|$)")


@dataclass(frozen=True, slots=True)
class Dialect:
    """What it takes to cut a file into values."""

    delimiter: str
    quote: str
    """Empty: nothing is quoted."""
    columns: tuple[str, ...]
    header_bytes: int
    """Where the first row after the header starts, in bytes of UTF-8."""


def find_dialect(head: str, options: ReadOptions, path: Path, limits: Limits) -> Dialect:
    """Read delimiter, quote and header from the beginning of a file. Raises InputRefused."""
    _check_one_letter("delimiter", options.delimiter, path)
    _check_one_letter("quote", options.quote or None, path)
    if not head.strip():
        raise refuse(path, "the file is empty", hint="export it again")
    skipped = 0
    delimiter = options.delimiter
    # Spreadsheets write and understand this line; it is no data.
    if told := _SEP_LINE.match(head):
        delimiter = delimiter or told.group(1)
        skipped = told.end()
    body = head[skipped:]
    quote = options.quote if options.quote is not None else _find_quote(body)
    delimiter = delimiter or _find_delimiter(
        body, quote, options.header_row, prefer_tab=".tsv" in path.suffixes
    )
    rows, length, is_whole = _cut(body, delimiter, quote, options.header_row)
    # Cut at another delimiter, the open quote stands inside a name.
    if not is_whole or (quote and any(cell.count(quote) % 2 for row in rows[-1:] for cell in row)):
        what = "the header holds a quote that is never closed"
        raise refuse(path, what, hint="close it, or set `quote:` to nothing if values are not quoted")
    if len(rows) < options.header_row or not rows[-1]:
        what = f"row {options.header_row}, where the header should be, is empty or missing"
        raise refuse(path, what, hint="set `header_row` to the row that names the columns")
    columns = clean_header(rows[-1], path, limits)
    return Dialect(delimiter, quote, columns, len(head[: skipped + length].encode()))


def _check_one_letter(what: str, text: str | None, path: Path) -> None:
    if text is not None and (len(text) != 1 or not text.isascii() or text in "\r\n\0"):
        raise refuse(path, f"the {what} `{text}` is not one ASCII character")


def _find_quote(text: str) -> str:
    """The double quote, unless there is none and values stand in single quotes."""
    sample = text[:100_000]
    if '"' in sample or not _SINGLE_QUOTED.search(sample):
        return '"'
    return "'"


def _find_delimiter(text: str, quote: str, header_row: int, *, prefer_tab: bool) -> str:
    """The delimiter by which most rows have as many values as the header, and the header most."""

    def merit(delimiter: str) -> tuple[float, int, bool]:
        rows = _cut(text, delimiter, quote, header_row + _ROWS_LOOKED_AT)[0][header_row - 1 :]
        width = len(rows[0]) if rows else 0
        body = [row for row in rows[1:] if row]
        alike = sum(len(row) == width for row in body) / len(body) if body else 1.0
        return (alike if width > 1 else 0.0, width, prefer_tab and delimiter == "\t")

    return max(_DELIMITERS, key=merit)


def _cut(text: str, delimiter: str, quote: str, count: int) -> tuple[list[list[str]], int, bool]:
    """The first ``count`` rows (empty ones too), the length of their text, whether all quotes are closed."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        strict=True,
    )
    rows: list[list[str]] = []
    is_whole = True
    try:
        rows.extend(islice(reader, count))
    except csv.Error:
        is_whole = False
    return rows, sum(map(len, lines[: reader.line_num])), is_whole
