"""The summary of purchases: by hand, and beside what lifetimes publishes of CDNOW."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keepwell.fields.summary import purchase_summary
from keepwell.lake.engine import Engine, open_engine

LAST_DAY = date(2025, 6, 30)
TYPES: dict[str, pa.DataType] = {"who": pa.string(), "occurred_on": pa.date32(), "amount": pa.int64()}
SCHEMA = pa.schema(TYPES)
GREATEST = 2**63 - 1


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(tmp_path / "spill", threads=1)
    yield opened
    opened.close()


def summary(
    engine: Engine, purchases: list[tuple[str, date | None, int | None]]
) -> dict[str, tuple[Any, ...]]:
    rows = [dict(zip(SCHEMA.names, row, strict=True)) for row in purchases]
    table = engine.table(pa.Table.from_pylist(rows, schema=SCHEMA))
    found = engine.rows(purchase_summary(table, "who", LAST_DAY))
    columns = ("frequency", "recency_days", "age_days", "repeat_spend", "monetary")
    assert all(tuple(row) == ("who", *columns) for row in found)
    return {row["who"]: tuple(row[name] for name in columns) for row in found}


def june(day: int) -> date:
    return date(2025, 6, day)


@pytest.mark.parametrize(
    ("purchases", "expected"),
    [
        ([], {}),
        ([("a", june(1), 500)], {"a": (0, 0, 29, 0, 0.0)}),
        ([("a", june(30), 500)], {"a": (0, 0, 0, 0, 0.0)}),
        # A day's purchases are one; the first day's amounts do not count.
        ([("a", june(1), 500), ("a", june(1), 100), ("a", june(11), 70), ("a", june(11), 30), ("a", june(21), 51)],
         {"a": (2, 20, 29, 151, 75.5)}),
        # What comes after the last day, or has no day, is left out.
        ([("a", june(29), 5), ("a", date(2025, 7, 1), 9), ("a", None, 9)], {"a": (0, 0, 1, 0, 0.0)}),
        ([("a", date(2025, 7, 1), 9)], {}),
        # An amount that is missing is nothing, and its day counts.
        ([("a", june(1), None), ("a", june(2), None), ("a", june(3), 8)], {"a": (2, 2, 29, 8, 4.0)}),
        ([("a", june(1), 5), ("a", june(2), -8)], {"a": (1, 1, 29, -8, -8.0)}),
        # What does not fit is missing, be it of a day or of all of them; the first day does not count.
        ([("a", june(1), 5), ("a", june(2), GREATEST), ("a", june(2), 1)], {"a": (1, 1, 29, None, None)}),
        ([("a", june(1), 5), ("a", june(2), GREATEST), ("a", june(3), 9)], {"a": (2, 2, 29, None, None)}),
        ([("a", june(1), 0), ("a", june(2), GREATEST)], {"a": (1, 1, 29, GREATEST, float(GREATEST))}),
        ([("b", june(1), 1), ("a", june(1), 1), ("b", june(2), 3)], {"a": (0, 0, 29, 0, 0.0), "b": (1, 1, 29, 3, 3.0)}),
    ],
)  # fmt: skip
def test_by_hand(
    engine: Engine,
    purchases: list[tuple[str, date | None, int | None]],
    expected: dict[str, tuple[Any, ...]],
) -> None:
    assert summary(engine, purchases) == expected


@pytest.mark.data
def test_cdnow_as_published(engine: Engine, data_folder: Path) -> None:
    """Frequency, recency and T of the 2,357 customers of CDNOW's sample up to 30 September 1997, in weeks."""
    rows = pq.read_table(data_folder / "cdnow/cdnow_sample.parquet").to_pylist()
    published = pq.read_table(data_folder / "cdnow/cdnow_customers_summary.parquet").to_pylist()
    purchases = [
        {"who": row["customer_id"], "occurred_on": date.fromisoformat(row["date"]), "amount": 1}
        for row in rows
    ]
    table = engine.table(pa.Table.from_pylist(purchases, schema=SCHEMA))
    found = engine.rows(purchase_summary(table, "who", date(1997, 9, 30)))
    mine = sorted(
        (row["frequency"], round(row["recency_days"] / 7, 2), round(row["age_days"] / 7, 2)) for row in found
    )
    theirs = sorted(
        (int(row["frequency"]), round(row["recency"], 2), round(row["T"], 2)) for row in published
    )
    assert len(mine) == 2_357
    assert mine == theirs
