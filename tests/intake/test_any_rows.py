"""Whatever a file holds, every row is accounted for, and reading it again changes nothing."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.core.errors import InputRefused
from keepwell.lake.manifest import Counts
from support.intake_lake import IntakeLake, Row, intake_lake
from support.plans import SETTINGS, good

COLUMNS = ["id", "who", "at", "paid", "pieces", "weight", "currency", "gift", "born"]
ORDERS = """\
source: orders
from: {files: data/orders*.csv}
fact: order
KEY
columns:
  order_id: id
  party: who
  occurred_at: at
  amount: paid
  pieces: {type: whole}
  weight: {type: number}
  currency: currency
  gift: {type: flag}
  born: {type: day}
  each: {type: money, value: amount / pieces}
valid:
  - {rule: pieces is missing or pieces < 100, say: too many}
late_after: 30d
"""
RATES = "day,currency,rate\n2026-01-01,USD,7.2\n2026-01-01,JPY,0.05\n"
PLANS = {
    kind: good(
        {
            "keepwell.toml": f'{SETTINGS}rates = "rates.csv"\n',
            "rates.csv": RATES,
            "sources/orders.yml": ORDERS.replace("KEY", key),
        }
    )
    for kind, key in {
        "keyed": "key: [order_id]",
        "keyless": "system: shop",
        "revised": "key: [order_id]\nrevision: pieces",
        "long key": "key: [order_id, party, amount, currency]",
    }.items()
}

anything = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("0123456789.,-+eE%¥万元()（）：/T Z\x1f\0\t"),
    max_size=24,
)


def usually(*good_values: str) -> st.SearchStrategy[str | None]:
    """Mostly one of these, now and then something else or nothing."""
    return st.one_of(*[st.sampled_from(good_values)] * 4, anything, st.none())


digits = st.integers(-(10**40), 10**40).map(str)
orders = st.tuples(
    usually("a", "b", "c", "é", "e\u0301"),
    usually("C1", "C2", "1.38E+10", '="007"'),
    usually(
        "2026-05-01 10:00", "2026/5/1", "20260501", "2026-05-01T10:00:00+08:00", "2027-01-01", "0001-01-01"
    ),
    usually("10", "10.00", "¥1,234.50", "(3)", "1.2万", "0.005", "-0") | digits,
    usually("1", "2", "3.0", "1000") | digits,
    usually("1.5", "15%", "1e308", "1e309", "-0.0", "NaN"),
    usually("CNY", "usd", "JPY", "EUR"),
    usually("yes", "否", "1"),
    usually("2000-02-29", "1900-01-01", "2199年12月31日", "2000-02-30"),
)
files = st.lists(orders, min_size=1, max_size=40)


@pytest.mark.parametrize("kind", PLANS)
@settings(max_examples=6, deadline=None)
@given(rows=files, chunk_rows=st.sampled_from([4, 1000]))
def test_any_rows(kind: str, rows: list[Row], chunk_rows: int) -> None:
    with TemporaryDirectory() as folder, intake_lake(Path(folder), PLANS[kind], "orders") as lake:
        # One good row, so that the file as a whole is not refused.
        rows = [("z", "C9", "2026-05-01 10:00", "1", "1", "1", "CNY", "no", "2000-01-01"), *rows]
        first = take(lake, rows, chunk_rows, "first")
        assert first.rows == len(rows)
        assert first.unchanged == 0
        held, waiting = lake.facts("key", "body_hash", "recorded_at"), lake.quarantined["first"]
        again = take(lake, rows, 1000, "the same under another name")
        assert (again.new, again.corrected) == (0, 0)
        assert (again.duplicate, again.quarantined) == (first.duplicate, first.quarantined)
        assert again.outdated + again.unchanged == first.outdated + first.new
        assert lake.facts("key", "body_hash", "recorded_at") == held
        assert lake.quarantined["the same under another name"] == waiting


def take(lake: IntakeLake, rows: list[Row], chunk_rows: int, name: str) -> Counts:
    return lake.take(rows, columns=COLUMNS, name=name, chunk_rows=chunk_rows)


def test_a_file_without_one_good_row_is_refused(tmp_path: Path) -> None:
    with (
        intake_lake(tmp_path, PLANS["keyed"], "orders") as lake,
        pytest.raises(InputRefused, match="not one of 2 rows is good; most often: amount=not_money"),
    ):
        take(lake, [("a", "C1", "2026-05-01", "x", *"1100", None)] * 2, 1000, "file")
