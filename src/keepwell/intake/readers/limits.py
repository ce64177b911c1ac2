"""Every limit of reading, in one place; `docs/concepts/files.md` lists them, which a test holds together."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024
GIB = 1024 * MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost. Sizes are bytes; a file beyond a limit is refused, never read in part."""

    chunk_rows: int = 500_000
    """Rows of one chunk at most."""
    chunk_bytes: int = 256 * MIB
    """A chunk is handed on once its values weigh this much, however few its rows are."""
    file_bytes: int = 200 * GIB
    """A file on disk."""
    line_bytes: int = 8 * MIB
    """One line, and one CSV row with all the line ends inside its quotes."""
    broken_rows_first: int = 100_000
    """Broken rows before the first good one of a CSV file; beyond it the file is refused, not the rows."""
    columns: int = 4_000
    """Columns of one file."""
    cells_in_memory: int = 50_000_000
    """Cells of a spreadsheet, which is held in memory whole: rows × columns of the sheet."""
    unzipped_bytes: int = 20 * GIB
    """What a ``.gz`` file may unfold to."""
    workbook_bytes: int = 2 * GIB
    """What a spreadsheet (a zip archive) may unfold to."""
    unzip_ratio: int = 200
    """Unfolded size ÷ packed size, looked at beyond the first 16 MiB."""
    zip_entries: int = 10_000
    """Files inside a spreadsheet's archive."""


LIMITS = Limits()
