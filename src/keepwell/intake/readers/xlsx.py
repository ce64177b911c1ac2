"""Spreadsheets (.xlsx): cells as text; numbers that a spreadsheet may have rounded can be told."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from copy import copy
from itertools import islice
from pathlib import Path

import pyarrow as pa
import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook

from keepwell.core.nearest import did_you_mean
from keepwell.intake.readers.header import choose, clean_header, refuse
from keepwell.intake.readers.limits import GIB, MIB, Limits
from keepwell.intake.readers.reader import ROW, Chunk, Found, Reader, ReadOptions
from keepwell.intake.readers.source_file import SourceFile

_RATIO_FROM_BYTES = 16 * MIB
_CELL = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_ROUNDED_FROM = 1e15
"""Spreadsheets keep 15 digits: of a longer number the rest is made up."""
_DAMAGED = "it is no spreadsheet (.xlsx), or a damaged one"

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


class XlsxReader(Reader):
    """One sheet of a workbook. Of merged cells the first has the value, the others are empty.

    Row numbers count as the spreadsheet shows them: row ``n`` here is ``header_row + n`` there; empty rows
    are counted and left out.
    """

    def __init__(
        self, path: Path, options: ReadOptions, limits: Limits, wanted: Collection[str] | None = None
    ) -> None:
        self._path = path
        self._limits = limits
        self._header_row = options.header_row
        self._file = SourceFile(path, limits)
        try:
            _check_archive(self._file, limits)
            self._sheet = self._open_sheet(options)
            header = self._header()
            self.columns = clean_header(header, path, limits)
            chosen = set(choose(self.columns, wanted, path, may_be_a_row=True))
        except BaseException:
            self._file.close()
            raise
        self._chosen = [(index, name) for index, name in enumerate(self.columns) if name in chosen]

    def _open_sheet(self, options: ReadOptions) -> CalamineSheet:
        try:
            workbook = CalamineWorkbook.from_filelike(self._file.handle)
            names = workbook.sheet_names
            name = options.sheet or next(iter(names), "")
            if name not in names:
                hint = did_you_mean(name, names) or f"its sheets are: {', '.join(names)}"
                raise refuse(self._path, f"it has no sheet named `{name}`", hint=hint)
            sheet = workbook.get_sheet_by_name(name)
        except python_calamine.PasswordError as error:
            raise refuse(self._path, "it is locked by a password", hint="save it without one") from error
        except (python_calamine.CalamineError, OSError) as error:
            raise refuse(self._path, _DAMAGED, hint="save it again as .xlsx") from error
        notes: tuple[str, ...] = ()
        if options.sheet is None and len(names) > 1:
            notes = (f"the first of {len(names)} sheets was read: {name}; set `sheet:` for another",)
        self.found = Found("xlsx", sheet=name, notes=notes)
        return sheet

    def _header(self) -> list[str]:
        cells = next(islice(self._sheet.iter_rows(), self._header_row - 1, None), None)
        header = [cell_text(cell) or "" for cell in cells or ()]
        # Cells that were only formatted, or hold a note beside the table, widen the sheet.
        while header and not header[-1].strip():
            header.pop()
        if not header:
            what = f"row {self._header_row}, where the header should be, is empty or missing"
            raise refuse(self._path, what, hint="set `header_row` to the row that names the columns")
        return header

    def chunks(self) -> Iterator[Chunk]:
        """The rows in order; see Reader."""
        rows = islice(enumerate(self._sheet.iter_rows(), start=1 - self._header_row), self._header_row, None)
        filled = ((number, row) for number, row in rows if any(cell != "" for cell in row))
        while taken := list(islice(filled, self._limits.chunk_rows)):
            self._file.check_unchanged()
            columns = {
                name: pa.array([cell_text(row[index]) for _, row in taken], pa.string())
                for index, name in self._chosen
            }
            yield Chunk(pa.table({**columns, ROW: pa.array([number for number, _ in taken], pa.int64())}))
        self._file.check_unchanged()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def cell_text(cell: Cell) -> str | None:
    """A cell as text: whole numbers without ``.0``, dates in ISO form, flags ``true`` and ``false``.

    Numbers from 1e15 on are given in E notation, never guessed: an identity number in a number cell has lost
    digits. An empty cell is None.
    """
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float | int):
        return _number_text(float(cell))
    if isinstance(cell, dt.timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return cell.isoformat(" ") if isinstance(cell, dt.datetime) else cell.isoformat()


def _number_text(value: float) -> str:
    if abs(value) >= _ROUNDED_FROM:
        return f"{value:.14E}"
    return str(int(value)) if value.is_integer() else repr(value)


def _check_archive(file: SourceFile, limits: Limits) -> None:
    """Raise InputRefused for a zip bomb, or for a sheet whose cells would not fit in memory."""
    path = file.path
    try:
        with zipfile.ZipFile(file.handle) as archive:
            entries = archive.infolist()
            if len(entries) > limits.zip_entries:
                raise refuse(path, f"it holds {len(entries)} files, more than {limits.zip_entries}")
            _check_sizes(sum(entry.file_size for entry in entries), file, limits)
            for entry in entries:
                _check_entry(archive, entry, path, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise refuse(path, _DAMAGED, hint="save it again as .xlsx") from error
    finally:
        file.handle.seek(0)


def _check_sizes(unpacked: int, file: SourceFile, limits: Limits) -> None:
    if unpacked > limits.workbook_bytes:
        raise refuse(file.path, f"it unfolds to more than {limits.workbook_bytes / GIB:.1f} GiB")
    if unpacked > max(_RATIO_FROM_BYTES, file.status.st_size * limits.unzip_ratio):
        raise refuse(file.path, f"it unfolds to more than {limits.unzip_ratio} times its size")


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, limits: Limits) -> None:
    """Unfold one file of the archive, block by block, and see that it is as long as it says it is.

    One stray cell in the last corner would make calamine fill the whole square before it: cells are counted.
    """
    is_sheet = entry.filename.startswith("xl/worksheets/")
    columns: set[bytes] = set()
    last_row = size = 0
    rest = b""
    # Python stops reading at the stated size, calamine does not: let it read on by one byte to see a lie.
    further = copy(entry)
    further.file_size += 1
    with archive.open(further) as content:
        while block := content.read(MIB):
            size += len(block)
            found = _CELL.findall(rest + block) if is_sheet else []
            rest = block[-32:]
            columns.update(letters for letters, _ in found)
            last_row = max([last_row, *(int(row) for _, row in found)])
    if size > entry.file_size:
        raise refuse(path, "it unfolds to more than it says", hint="do not trust where it comes from")
    last_column = max(map(_column_number, columns), default=0)
    if last_row * last_column > limits.cells_in_memory:
        cells = f"more than {limits.cells_in_memory} cells"
        what = f"a sheet reaches to row {last_row} and column {last_column}: {cells}"
        raise refuse(path, what, hint="delete what stands far off the table, or save the sheet as CSV")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
