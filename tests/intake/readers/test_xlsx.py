from __future__ import annotations

import datetime as dt
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from keepwell.core.errors import InputRefused
from keepwell.intake.readers import LIMITS, Limits, ReadOptions, open_file

if TYPE_CHECKING:
    from intake.readers.conftest import Read

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write a workbook: one sheet per argument, each a list of rows."""

    def write(change: Callable[[Worksheet], None] | None = None, **sheets: list[list[object]]) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        if change:
            change(book.worksheets[0])
        path = tmp_path / "orders.xlsx"
        book.save(path)
        return path

    return write


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("张伟", "张伟"),
        ("  x ", "  x "),
        ("00123", "00123"),
        (12, "12"),
        (12.0, "12"),
        (-3, "-3"),
        (12.5, "12.5"),
        (13800138000, "13800138000"),
        (999999999999999, "999999999999999"),
        (110101199003070000, "1.10101199003070E+17"),
        ("1.38E+10", "1.38E+10"),
        (True, "true"),
        (False, "false"),
        (dt.datetime.fromisoformat("2026-01-02 03:04:05"), "2026-01-02 03:04:05"),
        (dt.date(2026, 1, 2), "2026-01-02"),
        (dt.time(3, 4), "03:04:00"),
        (dt.timedelta(hours=30, minutes=1), "30:01:00"),
    ],
)
def test_cells_are_text(make: Make, read: Read, cell: object, text: str) -> None:
    assert read(make(s=[["a", "b"], [cell, "x"]])).rows == {1: {"a": text, "b": "x"}}


def test_rows_are_numbered_as_the_spreadsheet_shows_them(make: Make, read: Read) -> None:
    rows = [["Sales of May"], [], ["a", "b"], [1, 2], [None, None], [3, None], [None]]
    content = read(make(s=rows), header_row=3)
    assert content.rows == {1: {"a": "1", "b": "2"}, 3: {"a": "3", "b": None}}


def test_of_merged_cells_the_first_has_the_value(make: Make, read: Read) -> None:
    path = make(lambda sheet: sheet.merge_cells("A2:A3"), s=[["a", "b"], ["x", 1], [None, 2]])
    assert read(path).rows == {1: {"a": "x", "b": "1"}, 2: {"a": None, "b": "2"}}


def test_the_first_of_several_sheets_is_read_and_said(make: Make, read: Read) -> None:
    content = read(make(May=[["a"], [1]], June=[["a"], [2]]))
    assert content.rows == {1: {"a": "1"}}
    assert content.found.notes == ("the first of 2 sheets was read: May; set `sheet:` for another",)


def test_a_sheet_may_be_named(make: Make, read: Read) -> None:
    content = read(make(May=[["a"], [1]], June=[["a"], [2]]), sheet="June")
    assert content.rows == {1: {"a": "2"}}
    assert (content.found.sheet, content.found.notes) == ("June", ())


def test_a_sheet_that_is_not_there(make: Make) -> None:
    with pytest.raises(InputRefused, match=r"no sheet named `Jun` \(did you mean `June`"):
        open_file(make(May=[["a"]], June=[["a"]]), ReadOptions(sheet="Jun"))


@pytest.mark.parametrize("rows", [[], [[None, None]], [[], ["a", "b"]]])
def test_a_sheet_without_header_is_refused(make: Make, read: Read, rows: list[list[object]]) -> None:
    with pytest.raises(InputRefused, match="row 1, where the header should be, is empty or missing"):
        read(make(s=rows))


def test_a_name_missing_in_the_header_is_refused(make: Make, read: Read) -> None:
    with pytest.raises(InputRefused, match="column 2 has no name"):
        read(make(s=[["a", None, "c"], [1, 2, 3]]))


def test_a_header_alone_has_no_rows(make: Make, read: Read) -> None:
    assert not read(make(s=[["a", "b"]])).rows


def test_chunks_and_wanted_columns(make: Make, read: Read) -> None:
    content = read(
        make(s=[["a", "b"], *([n, -n] for n in range(1, 8))]),
        limits=replace(LIMITS, chunk_rows=3),
        wanted=["b"],
    )
    assert content.chunk_rows == [3, 3, 1]
    assert content.rows[7] == {"b": "-7"}


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04 and nothing more"])
def test_what_is_no_spreadsheet_is_refused(read: Read, content: bytes) -> None:
    with pytest.raises(InputRefused, match=r"it is no spreadsheet .*, or a damaged one"):
        read(content, name="a.xlsx")


def test_a_zip_that_is_no_spreadsheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(InputRefused, match="it is no spreadsheet"):
        open_file(path)


def test_a_truncated_spreadsheet_is_refused(make: Make, read: Read) -> None:
    path = make(s=[["a"], [1]])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputRefused, match="it is no spreadsheet"):
        read(path)


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (LIMITS, "more than 200 times its size"),
        (replace(LIMITS, workbook_bytes=1024), "unfolds to more than 0.0 GiB"),
        (replace(LIMITS, zip_entries=3), "more than 3"),
    ],
)
def test_a_zip_bomb_is_refused(make: Make, read: Read, limits: Limits, sentence: str) -> None:
    path = make(s=[["a"], [1]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\0" * 32 * 1024 * 1024)
    with pytest.raises(InputRefused, match=sentence):
        read(path, limits=limits)


def test_a_zip_that_lies_about_its_size_is_refused(make: Make, read: Read) -> None:
    path = make(s=[["a"], [1]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings2.xml", b"\0" * 12_345_678)
    content = path.read_bytes()
    assert content.count(struct.pack("<L", 12_345_678)) == 2
    path.write_bytes(content.replace(struct.pack("<L", 12_345_678), struct.pack("<L", 10)))
    with pytest.raises(InputRefused, match=r"it unfolds to more than it says|it is no spreadsheet"):
        read(path)


def test_a_cell_in_the_last_corner_is_refused_and_not_filled_up_to(make: Make, read: Read) -> None:
    def stray(sheet: Worksheet) -> None:
        sheet["XFD1048576"] = "x"

    with pytest.raises(InputRefused, match="reaches to row 1048576 and column 16384"):
        read(make(stray, s=[["a"], [1]]))
