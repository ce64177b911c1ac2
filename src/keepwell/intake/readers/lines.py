"""Streams of bytes that keep their lines within the limit."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from keepwell.intake.readers.header import refuse
from keepwell.intake.readers.limits import MIB, Limits

_LF, _CR = b"\n\r"


def check_lines(blocks: Iterator[bytes], path: Path, limits: Limits) -> Iterator[bytes]:
    """Pass blocks on; raise InputRefused, with the line's number, at a line longer than ``line_bytes``."""
    longest = limits.line_bytes
    open_bytes = lines = 0
    for block in blocks:
        if open_bytes + len(block) > longest:
            _check_block(block, open_bytes, lines, path, longest)
        end = max(block.rfind(b"\n"), block.rfind(b"\r"))
        open_bytes = len(block) - end - 1 if end >= 0 else open_bytes + len(block)
        lines += _count_lines(block)
        yield block


def _count_lines(block: bytes) -> int:
    letters = np.frombuffer(block, np.uint8)
    return int(np.count_nonzero(letters == _LF)) or int(np.count_nonzero(letters == _CR))


def _check_block(block: bytes, open_bytes: int, lines: int, path: Path, longest: int) -> None:
    letters = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero((letters == _LF) | (letters == _CR))
    starts = np.concatenate(([-open_bytes], ends + 1))
    lengths = np.concatenate((ends, [len(block)])) - starts
    if lengths.max() <= longest:
        return
    line = lines + _count_lines(block[: max(0, int(starts[int(np.argmax(lengths > longest))]))]) + 1
    size = f"{longest // MIB} MiB" if longest >= MIB else f"{longest} bytes"
    raise refuse(
        path, f"this line is longer than {size}", line=line, hint="is it a text file with line ends?"
    )


class ByteStream(io.RawIOBase):
    """What Arrow reads from: blocks joined to the size it asks for, a beginning left out, a tail put on."""

    def __init__(self, blocks: Iterator[bytes], *, skip: int = 0, tail: bytes = b"") -> None:
        super().__init__()
        self._blocks = _with_tail(blocks, tail)
        self._skip = skip
        self._rest = memoryview(b"")

    def read(self, size: int = -1) -> bytes:
        """Exactly ``size`` bytes, fewer only at the end."""
        parts: list[memoryview] = []
        missing = size if size >= 0 else sys.maxsize
        while missing:
            if not self._rest and not self._fill():
                break
            part = self._rest[:missing]
            self._rest = self._rest[len(part) :]
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _fill(self) -> bool:
        for block in self._blocks:
            kept = memoryview(block)[self._skip :]
            self._skip -= len(block) - len(kept)
            if kept:
                self._rest = kept
                return True
        return False

    def readable(self) -> bool:
        """Always; Arrow asks."""
        return True


def _with_tail(blocks: Iterator[bytes], tail: bytes) -> Iterator[bytes]:
    yield from blocks
    if tail:
        yield tail
