"""CSV as spreadsheets open it: text that would begin a formula is kept from being one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins with one of these is computed by some spreadsheet (OWASP, CSV injection)."""


Cell = str | int | float | Decimal | None
"""What a cell of a table may hold."""


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def csv_line(cells: Sequence[Cell]) -> str:
    """One row with its line feed: texts are harmless, figures stand as they are, nothing for what is missing."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(
        [harmless(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    return out.getvalue()


def csv_text(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table as CSV, its lines as :func:`csv_line` writes them."""
    return "".join(map(csv_line, (head, *rows)))
