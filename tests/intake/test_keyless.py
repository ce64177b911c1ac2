"""Sources without a key: identical lines are real, overlapping files add only what they have more of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.intake_lake import IntakeLake, intake_lake, told
from support.plans import good

LINES = """\
source: lines
from: {files: data/lines*.csv}
fact: order_line
system: shop
columns:
  order_id: receipt
  product_id: product
  occurred_at: at
  amount: paid
"""
COLUMNS = ["receipt", "product", "at", "paid"]


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[IntakeLake]:
    with intake_lake(tmp_path, good({"sources/lines.yml": LINES}), "lines") as made:
        yield made


def take(lake: IntakeLake, products: str, name: str = "file", chunk_rows: int = 1000) -> dict[str, int]:
    """A file of one line for each letter."""
    rows = [("R1", product, "2026-05-01 10:00", "3.50") for product in products]
    counts = dict(told(lake.take(rows, columns=COLUMNS, name=name, chunk_rows=chunk_rows)))
    assert counts.pop("anonymous", 0) == counts.get("new", 0)
    return counts


def held(lake: IntakeLake) -> str:
    return "".join(product for (product,) in lake.facts("product_id"))


@pytest.mark.parametrize("chunk_rows", [1, 2, 1000])
def test_two_coffees_are_two_lines_wherever_chunks_end(lake: IntakeLake, chunk_rows: int) -> None:
    assert take(lake, "abaab", chunk_rows=chunk_rows) == {"new": 5}
    assert held(lake) == "aaabb"


def test_the_same_lines_in_another_order_change_nothing(lake: IntakeLake) -> None:
    take(lake, "abaab")
    assert take(lake, "bbaaa", "sorted otherwise", chunk_rows=2) == {"unchanged": 5}
    assert held(lake) == "aaabb"


def test_an_overlapping_file_adds_what_it_has_more_of(lake: IntakeLake) -> None:
    """Of each line the lake holds as many as the file that has most of them."""
    take(lake, "aab", "monday")
    assert take(lake, "aaabc", "tuesday") == {"new": 2, "unchanged": 3}
    assert take(lake, "bb", "wednesday") == {"new": 1, "unchanged": 1}
    assert held(lake) == "aaabbc"


def test_a_line_without_some_values_is_a_line(lake: IntakeLake) -> None:
    rows = [("R1", None, "2026-05-01 10:00", "3.50"), ("R1", "", "2026-05-01 10:00", "3.50")]
    assert dict(told(lake.take(rows, columns=COLUMNS))) == {"new": 2, "anonymous": 2}
    assert lake.facts("product_id") == [(None,), (None,)]
    assert dict(told(lake.take(rows, columns=COLUMNS, name="again"))) == {"unchanged": 2}


def test_values_do_not_run_into_one_another(lake: IntakeLake) -> None:
    """1 and 23 are not 12 and 3."""
    at, paid = "2026-05-01 10:00", "3.50"
    rows = [("1", "23", at, paid), ("12", "3", at, paid), ("123", None, at, paid)]
    lake.take(rows, columns=COLUMNS)
    assert len({key for (key,) in lake.facts("key")}) == 3
    assert len({hashed for (hashed,) in lake.facts("key_hash")}) == 3
