"""What kind of file this is, by its first bytes: names and endings lie."""

from __future__ import annotations

import zipfile
from pathlib import Path

from keepwell.intake.readers.header import refuse

HEAD_BYTES = 4096
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x84\x31\x95\x33")
_REFUSED = (
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls), or one locked by a password", "save it as .xlsx or CSV"),
    (b"%PDF", "a PDF", "export the table as CSV or .xlsx"),
    (b"Rar!", "an archive", "unpack it and upload the files in it"),
    (b"7z\xbc\xaf", "an archive", "unpack it and upload the files in it"),
    (b"SQLite format 3\0", "a SQLite database", "put it into the plan folder and give its address instead"),
)
FIRST_LETTER = 0x20
BINARY_SHARE = 0.1
"""More control bytes than this are no text of any encoding."""


def ending_of(path: Path, name: str) -> str:
    """The ending that suits the file's content: .csv, .tsv, .jsonl, .xlsx, .parquet, or the first three with .gz.

    ``name`` is what the sender called it. Raises InputRefused for what is none of these.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip():
        raise refuse(name, "the file is empty", hint="export it again")
    for magic, what, hint in _REFUSED:
        if head.startswith(magic):
            raise refuse(name, f"this is {what}", hint=hint)
    if head.startswith(b"PAR1"):
        return ".parquet"
    if head.startswith(b"PK"):
        return _ending_of_archive(path, name)
    if head.startswith(b"\x1f\x8b"):
        return ".jsonl.gz" if ".jsonl" in name.lower() or ".ndjson" in name.lower() else ".csv.gz"
    return _ending_of_text(head, name)


def _ending_of_archive(path: Path, name: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            is_workbook = "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError) as error:
        raise refuse(name, "it is a damaged archive or spreadsheet", hint="export it again") from error
    if not is_workbook:
        raise refuse(name, "this is a zip archive", hint="unpack it and upload the files in it")
    return ".xlsx"


def _ending_of_text(head: bytes, name: str) -> str:
    wide = head.startswith(_BOMS[1:3]) or head[:200].count(0) > len(head[:200]) / 4
    controls = sum(byte < FIRST_LETTER and byte not in b"\t\r\n\f\x1a" for byte in head)
    if not wide and controls > BINARY_SHARE * len(head):
        raise refuse(name, "this is no table", hint="upload CSV, TSV, .xlsx, JSON lines or Parquet")
    for bom in _BOMS:
        head = head.removeprefix(bom)
    first = head.lstrip()[:1]
    if first == b"{":
        return ".jsonl"
    if first == b"[" and head.lstrip()[1:].lstrip()[:1] == b"{":
        raise refuse(name, "this is one JSON list", hint="write one object a line (JSON lines)")
    if first == b"<":
        raise refuse(
            name,
            "this is a web page or XML, whatever its ending",
            hint="save it as .xlsx or CSV in a spreadsheet",
        )
    return ".tsv" if name.lower().endswith((".tsv", ".tab")) else ".csv"
