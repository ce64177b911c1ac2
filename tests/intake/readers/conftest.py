"""Files written as they come, and read whole."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import pytest

from keepwell.intake.readers import LIMITS, ROW, BrokenRow, Found, Limits, ReadOptions, open_file

Row = dict[str, object]


@dataclass(frozen=True)
class Content:
    """All of a file: rows by number, and what was found out."""

    columns: tuple[str, ...]
    found: Found
    rows: dict[int, Row]
    broken: dict[int, BrokenRow]
    chunk_rows: list[int]

    @property
    def reasons(self) -> dict[int, str]:
        return {number: row.reason for number, row in self.broken.items()}

    def column(self, name: str) -> list[object]:
        return [row[name] for row in self.rows.values()]


Read = Callable[..., Content]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write bytes (or text, as UTF-8) to a file of a name and read it."""

    def read_whole(
        content: bytes | str | Path,
        name: str = "orders.csv",
        limits: Limits = LIMITS,
        wanted: Collection[str] | None = None,
        **options: object,
    ) -> Content:
        path = content if isinstance(content, Path) else tmp_path / name
        if not isinstance(content, Path):
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        with open_file(path, ReadOptions(**options), limits, wanted) as reader:  # type: ignore[arg-type]
            chunks = list(reader.chunks())
        rows: dict[int, Row] = {}
        for chunk in chunks:
            for row in chunk.table.to_pylist():
                number = row.pop(ROW)
                assert number not in rows
                rows[number] = row
        assert list(rows) == sorted(rows)
        broken = {row.row: row for chunk in chunks for row in chunk.broken}
        assert not rows.keys() & broken.keys()
        return Content(reader.columns, reader.found, rows, broken, [chunk.rows for chunk in chunks])

    return read_whole
