"""An open file that notices when it is changed, replaced or removed while it is read."""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from keepwell.core.errors import InputRefused, Unavailable
from keepwell.intake.readers.header import refuse
from keepwell.intake.readers.limits import GIB, MIB, Limits

BLOCK_BYTES = MIB
_RATIO_FROM_BYTES = 16 * MIB
_GZIP = zlib.MAX_WBITS | 16
_CHANGED = "it changed while it was read; nothing of it was taken in"
_CHANGED_HINT = "run again when it is complete"


def open_binary(path: Path, limits: Limits) -> BinaryIO:
    """The file opened for reading bytes. Raises InputRefused for what is no readable file of allowed size."""
    try:
        # Looked at before it is opened: opening a pipe would wait for a writer.
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise refuse(
                path, "this is a folder, not a file", hint="name the file, or a pattern such as *.csv"
            )
        if not stat.S_ISREG(about.st_mode):
            raise refuse(path, "this is no regular file")
        if about.st_size > limits.file_bytes:
            raise refuse(
                path, f"it is {about.st_size / GIB:.1f} GiB, more than {limits.file_bytes / GIB:.1f} GiB"
            )
        return path.open("rb")
    except OSError as error:
        raise _cannot_open(path, error) from error


def _cannot_open(path: Path, error: OSError) -> InputRefused | Unavailable:
    if isinstance(error, FileNotFoundError):
        return refuse(path, "there is no such file", hint="look at the name and at the folder it is in")
    if isinstance(error, PermissionError):
        return refuse(
            path, "this user may not read it", hint="give the user that runs Keepwell read permission"
        )
    return Unavailable(f"{path}: {error.strerror or 'cannot be read'}")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A file's identity and the shape of its bytes."""

    sha256: str
    """Of the bytes on disk, in hex."""
    size: int
    """Bytes on disk."""
    mtime_ns: int
    utf8_error_at: int | None
    """Where the (unpacked) content stops being UTF-8; None: it is UTF-8 throughout."""
    has_nul: bool
    """Whether the (unpacked) content, as far as it was looked at, holds a NUL byte."""

    @property
    def is_utf8(self) -> bool:
        """Whether the whole content is valid UTF-8."""
        return self.utf8_error_at is None


class SourceFile:
    """One open file, its blocks, and the proof that it stayed the same.

    ``blocks`` gives the content, unpacked if the name ends in ``.gz``.
    """

    def __init__(self, path: Path, limits: Limits, *, known: Fingerprint | None = None) -> None:
        self.path = path
        self.limits = limits
        self.is_packed = path.suffix.lower() == ".gz"
        self.handle = open_binary(path, limits)
        self.status = os.fstat(self.handle.fileno())
        if known and (known.size, known.mtime_ns) != (self.status.st_size, self.status.st_mtime_ns):
            self.handle.close()
            raise refuse(path, _CHANGED, hint=_CHANGED_HINT)

    def blocks(self) -> Iterator[bytes]:
        """The content from its beginning, in blocks of about 1 MiB, never empty ones."""
        try:
            self.handle.seek(0)
            raw = iter(lambda: self.handle.read(BLOCK_BYTES), b"")
            yield from (unpack(raw, self.path, self.limits) if self.is_packed else raw)
        except OSError as error:
            raise Unavailable(f"{self.path}: {error.strerror or 'cannot be read'}") from error

    def sample(self, start: int, size: int) -> bytes:
        """Up to ``size`` bytes of the content from ``start``."""
        parts: list[bytes] = []
        wanted = size
        for block in self.blocks():
            part = block[start : start + wanted]
            start = max(0, start - len(block))
            if part:
                parts.append(part)
                wanted -= len(part)
            if not wanted:
                break
        return b"".join(parts)

    def check_unchanged(self) -> None:
        """Raise InputRefused if the file under this name is no longer what was opened."""
        try:
            now = self.path.stat()
        except OSError as error:
            raise refuse(self.path, "it vanished while it was read; nothing of it was taken in") from error
        same = (now.st_ino, now.st_size, now.st_mtime_ns) == (
            self.status.st_ino,
            self.status.st_size,
            self.status.st_mtime_ns,
        )
        if not same:
            raise refuse(self.path, _CHANGED, hint=_CHANGED_HINT)

    def close(self) -> None:
        """Let go of the file."""
        self.handle.close()


def unpack(raw: Iterator[bytes], path: Path, limits: Limits) -> Iterator[bytes]:
    """Gunzip in bounded memory; several members one after the other are one file. Refuses a zip bomb."""
    engine, is_fresh = zlib.decompressobj(_GZIP), True
    taken = given = 0
    for block in raw:
        taken += len(block)
        data = block
        while data:
            text, data = _decompress(engine, data, path), engine.unconsumed_tail
            is_fresh = False
            given += len(text)
            _check_unpacked(given, taken, path, limits)
            if text:
                yield text
            if engine.eof:
                data = engine.unused_data.lstrip(b"\0")
                engine, is_fresh = zlib.decompressobj(_GZIP), True
    while not is_fresh and (text := _decompress(engine, b"", path)):
        yield text
    if not is_fresh and not engine.eof:
        raise refuse(path, "it ends in the middle", hint="copy it again")


def _decompress(engine: zlib._Decompress, data: bytes, path: Path) -> bytes:
    try:
        return engine.decompress(data, BLOCK_BYTES)
    except zlib.error as error:
        raise refuse(path, "it is no gzip file, or a damaged one") from error


def _check_unpacked(given: int, taken: int, path: Path, limits: Limits) -> None:
    if given > limits.unzipped_bytes:
        raise refuse(path, f"it unfolds to more than {limits.unzipped_bytes / GIB:.1f} GiB")
    if given > _RATIO_FROM_BYTES and given > taken * limits.unzip_ratio:
        raise refuse(path, f"it unfolds to more than {limits.unzip_ratio} times its size")
