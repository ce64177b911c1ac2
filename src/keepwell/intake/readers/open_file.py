"""One way in for all kinds of file."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from keepwell.intake.readers.csv import CsvReader
from keepwell.intake.readers.header import refuse
from keepwell.intake.readers.jsonl import JsonlReader
from keepwell.intake.readers.limits import LIMITS, Limits
from keepwell.intake.readers.parquet import ParquetReader
from keepwell.intake.readers.reader import AS_FOUND, Format, Reader, ReadOptions
from keepwell.intake.readers.source_file import Fingerprint
from keepwell.intake.readers.xlsx import XlsxReader

_BY_SUFFIX: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}


def format_of(path: Path) -> Format | None:
    """The format that a file's name tells, ``.gz`` left aside; None when it tells none."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
        found = _BY_SUFFIX.get(suffixes[-1]) if suffixes else None
        return found if found in ("csv", "jsonl") else None
    return _BY_SUFFIX.get(suffixes[-1]) if suffixes else None


def open_file(
    path: Path,
    options: ReadOptions = AS_FOUND,
    limits: Limits = LIMITS,
    wanted: Collection[str] | None = None,
    *,
    known: Fingerprint | None = None,
) -> Reader:
    """Open a file of any format.

    ``wanted`` limits the columns that are materialised; one that is not there is refused with the nearest
    name. ``known`` is the file's fingerprint if it was taken just before: it saves text files a pass, and the
    file is refused if it is another one by now. Raises InputRefused, or Unavailable when the disk fails.
    """
    kind = options.format or format_of(path)
    if kind is None:
        raise refuse(
            path,
            f"`{path.suffix}` tells no format" if path.suffix else "its name tells no format",
            hint=f"set `format:` to csv, parquet, jsonl or xlsx; known by name are {', '.join(_BY_SUFFIX)}",
        )
    if kind == "parquet":
        return ParquetReader(path, limits, wanted)
    if kind == "xlsx":
        return XlsxReader(path, options, limits, wanted)
    if kind == "jsonl":
        return JsonlReader(path, options, limits, wanted, known=known)
    return CsvReader(path, options, limits, wanted, known=known)
