"""JSON lines: one object a line, nested ones flattened, every value as it is written."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa

from keepwell.intake.readers.encoding import find_encoding, head_text, utf8_blocks
from keepwell.intake.readers.fingerprint import fingerprint
from keepwell.intake.readers.header import choose, refuse
from keepwell.intake.readers.limits import Limits
from keepwell.intake.readers.lines import check_lines
from keepwell.intake.readers.reader import ROW, BrokenRow, Chunk, Found, Reader, ReadOptions
from keepwell.intake.readers.source_file import Fingerprint, SourceFile

_HEAD_ROWS = 10_000
_PART_ROWS = 10_000
"""So many rows at a time are held as Python objects."""
_MARK = "\ufffd"
_HALF = re.compile("[\ud800-\udfff]")

Value = str | None
Record = dict[str, Value]
Row: TypeAlias = "tuple[int, int, Record | BrokenRow]"
"""A row's number, the size of its line, what it holds."""


class _Number(str):
    """A number as it is written: 1.10 stays 1.10, and 20 digits stay 20 digits."""

    __slots__ = ()


class _Repeated(ValueError):
    """One object names a key twice."""


class JsonlReader(Reader):
    """One file of JSON lines; ``columns`` are the keys of its first 10,000 rows, later ones may add."""

    def __init__(
        self,
        path: Path,
        options: ReadOptions,
        limits: Limits,
        wanted: Collection[str] | None = None,
        *,
        known: Fingerprint | None = None,
    ) -> None:
        self._path = path
        self._limits = limits
        self._wanted = None if wanted is None else tuple(dict.fromkeys(wanted))
        known = known or fingerprint(path, limits)
        self._file = SourceFile(path, limits, known=known)
        try:
            encoding = find_encoding(self._file, known, options.encoding)
            self.found = Found("jsonl", encoding)
            self._is_clean = encoding == "utf-8" and known.is_utf8 and not known.has_nul
            head_text(self._blocks(), self._file, encoding)
            self.columns = self._head_columns()
        except BaseException:
            self._file.close()
            raise

    def _blocks(self) -> Iterator[bytes]:
        blocks = utf8_blocks(self._file, self.found.encoding or "utf-8", is_clean=self._is_clean)
        return check_lines(blocks, self._path, self._limits)

    def _head_columns(self) -> tuple[str, ...]:
        names: dict[str, Value] = {}
        count = 0
        for _, _, parsed in self._rows():
            count += 1
            if not isinstance(parsed, BrokenRow):
                names.update(parsed)
            if count >= _HEAD_ROWS:
                break
        if not count:
            raise refuse(self._path, "the file is empty", hint="export it again")
        columns = self._checked(names)
        if count < _HEAD_ROWS:
            choose(columns, self._wanted, self._path)
        return columns

    def chunks(self) -> Iterator[Chunk]:
        """The rows in order; see Reader. A wanted key that no row has is refused, at the end if need be."""
        seen: set[str] = set()
        parts: list[pa.Table] = []
        broken: list[BrokenRow] = []
        rows = weight = 0
        for taken in _in_parts(self._rows(), min(_PART_ROWS, self._limits.chunk_rows)):
            records = [(number, parsed) for number, _, parsed in taken if not isinstance(parsed, BrokenRow)]
            parts.append(self._table(records, seen))
            broken += [parsed for _, _, parsed in taken if isinstance(parsed, BrokenRow)]
            rows += len(taken)
            weight += sum(size for _, size, _ in taken)
            if rows + _PART_ROWS > self._limits.chunk_rows or weight >= self._limits.chunk_bytes:
                yield self._chunk(parts, broken)
                parts, broken, rows, weight = [], [], 0, 0
        if parts:
            yield self._chunk(parts, broken)
        self._file.check_unchanged()
        choose(tuple(seen), self._wanted, self._path)

    def _table(self, records: list[tuple[int, Record]], seen: set[str]) -> pa.Table:
        names: dict[str, Value] = {}
        for _, record in records:
            names.update(record)
        seen.update(names)
        chosen = self._checked(names) if self._wanted is None else self._wanted
        data = {name: pa.array([record.get(name) for _, record in records], pa.string()) for name in chosen}
        return pa.table({**data, ROW: pa.array([number for number, _ in records], pa.int64())})

    def _chunk(self, parts: list[pa.Table], broken: list[BrokenRow]) -> Chunk:
        self._file.check_unchanged()
        table = pa.concat_tables(parts, promote_options="default")
        columns = self._checked([name for name in table.column_names if name != ROW])
        return Chunk(table.select([*columns, ROW]), tuple(broken))

    def _checked(self, names: Collection[str]) -> tuple[str, ...]:
        if ROW in names:
            raise refuse(self._path, f"`{ROW}` is taken by the row number", hint="rename the key")
        if len(names) > self._limits.columns:
            raise refuse(self._path, f"its rows have more than {self._limits.columns} keys")
        return tuple(names)

    def _rows(self) -> Iterator[Row]:
        """Each row that is not blank."""
        number = 0
        for line in _lines(self._blocks()):
            if line.isspace() or not line:
                continue
            number += 1
            yield number, len(line), _parse(line, number)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _in_parts(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while part := list(islice(rows, size)):
        yield part


def _lines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    rest: list[bytes] = []
    for block in blocks:
        first, *others = block.split(b"\n")
        rest.append(first)
        if others:
            yield b"".join(rest)
            yield from others[:-1]
            rest = [others[-1]]
    yield b"".join(rest)


def _parse(line: bytes, number: int) -> Record | BrokenRow:
    text = line.decode()
    if _MARK in text:
        return BrokenRow(number, text, "undecodable")
    try:
        found = _DECODER.decode(text)
        if not isinstance(found, dict):
            return BrokenRow(number, text, "not_an_object")
        record = _flatten(found, "", {})
    except _Repeated:
        return BrokenRow(number, text, "repeated_key")
    except (ValueError, RecursionError):
        return BrokenRow(number, text, "bad_json")
    # Escapes can spell what no text column holds: NUL, and halves of a letter.
    if "\\u" in text and not all(map(_is_text, record.values())):
        return BrokenRow(number, text, "undecodable")
    return record


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Repeated
    return found


_DECODER = json.JSONDecoder(
    parse_float=_Number, parse_int=_Number, parse_constant=_Number, object_pairs_hook=_object
)


def _flatten(nested: dict[str, Any], prefix: str, record: Record) -> Record:
    """Put values into a record; those of inner objects under ``outer.inner``."""
    for key, value in nested.items():
        name = prefix + key
        if isinstance(value, dict) and value:
            _flatten(value, f"{name}.", record)
        elif name in record:
            raise _Repeated
        else:
            record[name] = (value or None) if isinstance(value, str) else _json(value)
    return record


def _json(value: object) -> Value:
    """A value as JSON text again, its numbers untouched; null is None."""
    if value is None:
        return None
    return _json_text(value)


def _json_text(value: object) -> str:
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(
                f"{json.dumps(key, ensure_ascii=False)}: {_json_text(inner)}" for key, inner in value.items()
            )
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(_json_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _is_text(value: Value) -> bool:
    return value is None or ("\0" not in value and not _HALF.search(value))
