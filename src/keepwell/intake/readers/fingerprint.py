"""What a file is, in one pass over it: the hash that tells re-reading, and whether it is UTF-8."""

from __future__ import annotations

import codecs
import hashlib
from pathlib import Path

from keepwell.intake.readers.limits import LIMITS, Limits
from keepwell.intake.readers.source_file import BLOCK_BYTES, Fingerprint, SourceFile


class _Utf8Check:
    """Follows a stream until its first byte that is not UTF-8."""

    def __init__(self) -> None:
        self.error_at: int | None = None
        self.has_nul = False
        self._seen = 0
        self._rest = b""

    def feed(self, block: bytes, *, is_last: bool = False) -> None:
        if self.error_at is not None:
            return
        self.has_nul = self.has_nul or b"\0" in block
        if not self._rest and block.isascii():
            self._seen += len(block)
            return
        data = self._rest + block
        try:
            _, used = codecs.utf_8_decode(data, "strict", is_last)
        except UnicodeDecodeError as error:
            self.error_at = self._seen + error.start
            return
        self._seen += used
        self._rest = data[used:]


def fingerprint(path: Path, limits: Limits = LIMITS) -> Fingerprint:
    """Read the file once. Raises InputRefused if it cannot be read, is over a limit or changes meanwhile."""
    file = SourceFile(path, limits)
    try:
        digest = hashlib.sha256()
        check = _Utf8Check()
        if file.is_packed:
            # The hash is of what lies on disk, the check of what is in it: two passes.
            while raw := file.handle.read(BLOCK_BYTES):
                digest.update(raw)
        for block in file.blocks():
            if not file.is_packed:
                digest.update(block)
            check.feed(block)
        check.feed(b"", is_last=True)
        file.check_unchanged()
        return Fingerprint(
            digest.hexdigest(), file.status.st_size, file.status.st_mtime_ns, check.error_at, check.has_nul
        )
    finally:
        file.close()
