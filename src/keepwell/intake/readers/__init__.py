"""Reading files and databases as they come: raw values in chunks with row numbers; typing comes later."""

from keepwell.intake.readers.fingerprint import fingerprint
from keepwell.intake.readers.limits import LIMITS, Limits
from keepwell.intake.readers.open_file import format_of, open_file
from keepwell.intake.readers.reader import BROKEN, ROW, BrokenRow, Chunk, Format, Found, Reader, ReadOptions
from keepwell.intake.readers.source_file import Fingerprint

__all__ = [
    "BROKEN",
    "LIMITS",
    "ROW",
    "BrokenRow",
    "Chunk",
    "Fingerprint",
    "Format",
    "Found",
    "Limits",
    "ReadOptions",
    "Reader",
    "fingerprint",
    "format_of",
    "open_file",
]
