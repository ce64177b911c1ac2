"""What changed between two memberships, and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from keepwell.fields.segments import MEMBER_SCHEMA, changes
from keepwell.lake.engine import Engine, open_engine

CAUSES = {"new": "began", "old": "ended", "other": "redefined"}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(tmp_path, threads=1)
    yield opened
    opened.close()


def found(engine: Engine, before: str, after: str, known: str) -> list[tuple[str, ...]]:
    """Memberships are written ``segment.customer``, with spaces between."""

    def members(text: str) -> pa.Table:
        rows = [dict(zip(MEMBER_SCHEMA.names, each.split("."), strict=True)) for each in text.split()]
        return pa.Table.from_pylist(rows, schema=MEMBER_SCHEMA)

    customers = engine.table(pa.table({"customer_id": known.split()}))
    parts = changes(engine.table(members(before)), engine.table(members(after)), customers, CAUSES)
    rows = [row for part in parts for row in engine.rows(part)]
    return sorted((row["segment"], row["customer_id"], row["change"], row["cause"]) for row in rows)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("vip.a vip.b", "vip.b vip.a", []),
        ("vip.a", "vip.a vip.b", [("vip", "b", "entry", "moved")]),
        ("vip.a vip.b", "vip.a", [("vip", "b", "exit", "moved")]),
        ("vip.a vip.gone", "vip.a", [("vip", "gone", "exit", "gone")]),
        # Of two who were made one, the other's membership goes with the id; the one who stays entered.
        ("vip.gone", "vip.a", [("vip", "a", "entry", "moved"), ("vip", "gone", "exit", "gone")]),
        ("", "new.a", [("new", "a", "entry", "began")]),
        ("old.a old.gone", "", [("old", "a", "exit", "ended"), ("old", "gone", "exit", "gone")]),
        ("other.a", "other.b", [("other", "a", "exit", "redefined"), ("other", "b", "entry", "redefined")]),
        ("vip.a", "fresh.a", [("fresh", "a", "entry", "moved"), ("vip", "a", "exit", "moved")]),
    ],
)
def test_who_entered_and_left(
    engine: Engine, before: str, after: str, expected: list[tuple[str, ...]]
) -> None:
    assert found(engine, before, after, "a b") == expected
