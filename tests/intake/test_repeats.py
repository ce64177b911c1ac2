"""Rows of one file, and of several, that repeat a key: duplicates, conflicts, corrections, revisions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from support.intake_lake import NOW, IntakeLake, Row, intake_lake, told
from support.plans import good

COLUMNS = ["order_no", "customer_no", "ordered_at", "paid", "version"]
ORDERS = """\
source: orders
from: {files: data/orders*.csv}
fact: order
system: shop
key: [order_id]
columns:
  order_id: order_no
  party: customer_no
  occurred_at: ordered_at
  amount: paid
  version: {type: whole}
"""


def orders(text: str) -> list[Row]:
    """``A1 10 2`` is order A1 of ¥10 in its second version."""
    return [
        (number, "C1", "2026-05-01 10:00", paid, version)
        for number, paid, version in (line.split() for line in text.strip().splitlines())
    ]


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[IntakeLake]:
    with intake_lake(tmp_path, good({"sources/orders.yml": ORDERS}), "orders") as made:
        yield made


@pytest.fixture
def versioned(tmp_path: Path) -> Iterator[IntakeLake]:
    text = f"{ORDERS}revision: version\n"
    with intake_lake(tmp_path, good({"sources/orders.yml": text}), "orders") as made:
        yield made


def take(lake: IntakeLake, text: str, name: str = "file", chunk_rows: int = 1000) -> dict[str, int]:
    return dict(told(lake.take(orders(text), columns=COLUMNS, name=name, chunk_rows=chunk_rows)))


SIX = """
A1 10 1
A2 20 1
A1 10 1
A2 21 1
A2 21 1
A1 11 1
"""


@pytest.mark.parametrize("chunk_rows", range(1, 7))
def test_the_first_row_of_a_key_stays_wherever_chunks_end(lake: IntakeLake, chunk_rows: int) -> None:
    """A row that is in the file already is a duplicate, also of one that was quarantined."""
    assert take(lake, SIX, chunk_rows=chunk_rows) == {"new": 2, "duplicate": 2, "quarantined": 2}
    assert lake.quarantined["file"] == {4: ["=same_key"], 6: ["=same_key"]}
    assert lake.facts("order_id", "amount") == [("A1", 1000), ("A2", 2000)]


def test_the_same_file_again_changes_nothing(lake: IntakeLake) -> None:
    take(lake, SIX)
    before = lake.lake.current().sources["orders"]
    assert take(lake, SIX) == {"unchanged": 2, "duplicate": 2, "quarantined": 2}
    after = lake.lake.current().sources["orders"]
    assert (after.files, after.dead) == (before.files, before.dead)


def test_another_body_in_a_later_file_is_a_correction(lake: IntakeLake) -> None:
    take(lake, "A1 10 1\nA2 20 1\nA3 30 1")
    assert take(lake, "A2 25 1\nA3 30 1\nA4 40 1", "second") == {"new": 1, "corrected": 1, "unchanged": 1}
    assert lake.facts("order_id", "amount") == [("A1", 1000), ("A2", 2500), ("A3", 3000), ("A4", 4000)]


def test_a_body_may_come_back(lake: IntakeLake) -> None:
    for name, paid in zip("abcd", ("10", "12", "10", "12"), strict=True):
        take(lake, f"A1 {paid} 1", name)
        assert lake.facts("amount") == [(int(paid) * 100,)]
    assert lake.lake.current().sources["orders"].fact_count == 1


def test_corrections_reach_rows_of_every_file_and_bucket(lake: IntakeLake) -> None:
    customers = [f"C{number}" for number in range(40)]
    for file in ("first", "second"):
        rows = [(f"{file}-{c}", c, "2026-05-01 10:00", "10", "1") for c in customers]
        lake.take(rows, columns=COLUMNS, name=file)
    changed = [
        (f"{file}-{c}", c, "2026-05-01 10:00", "99", "1")
        for file in ("first", "second")
        for c in customers[::2]
    ]
    assert dict(told(lake.take(changed, columns=COLUMNS, name="third"))) == {"corrected": 40}
    amounts = [amount for (amount,) in lake.facts("amount")]
    assert (amounts.count(9900), amounts.count(1000)) == (40, 40)


def test_the_customer_of_an_order_may_be_corrected(lake: IntakeLake) -> None:
    """The correction lies in another bucket than what it takes the place of."""
    lake.take([("A1", "C1", "2026-05-01 10:00", "10", "1")], columns=COLUMNS, name="first")
    lake.take([("A1", "C2", "2026-05-01 10:00", "10", "1")], columns=COLUMNS, name="second")
    assert lake.facts("party_key") == [("shop:C2",)]


def test_only_the_latest_revision_counts(versioned: IntakeLake) -> None:
    assert take(versioned, "A1 10 1\nA1 12 3\nA1 11 2") == {"new": 1, "outdated": 2}
    assert versioned.facts("amount", "version") == [(1200, 3)]
    assert take(versioned, "A1 11 2", "late") == {"outdated": 1}
    assert take(versioned, "A1 13 3", "same revision, another body") == {"corrected": 1}
    assert take(versioned, "A1 14 10", "ten comes after nine") == {"corrected": 1}
    assert take(versioned, f"A1 15 {2**62}", "a great number") == {"corrected": 1}
    assert versioned.facts("amount", "version") == [(1500, 2**62)]


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_revisions_may_come_in_any_order(versioned: IntakeLake, order: tuple[int, ...]) -> None:
    for number in order:
        take(versioned, f"A1 {number}0 {number}", f"file {number}")
    assert versioned.facts("amount") == [(3000,)]


def test_two_bodies_of_one_revision_contradict_each_other(versioned: IntakeLake) -> None:
    assert take(versioned, "A1 10 1\nA1 11 1\nA1 12 2") == {"new": 1, "outdated": 1, "quarantined": 1}
    assert versioned.quarantined["file"] == {2: ["=same_key"]}
    assert versioned.facts("amount") == [(1200,)]


def test_a_day_or_a_time_may_be_the_revision(tmp_path: Path) -> None:
    text = ORDERS.replace("type: whole", "column: version, type: {}") + "revision: version\n"
    for kind, old, new in (
        ("day", "2026-05-01", "2026-05-02"),
        ("moment", "2026-05-01T10:00:00Z", "2026-05-01T18:00:01+08:00"),
    ):
        plan = good({"sources/orders.yml": text.replace("{}", kind)})
        with intake_lake(tmp_path / kind, plan, "orders") as made:
            assert take(made, f"A1 10 {new}\nA1 11 {old}") == {"new": 1, "outdated": 1}
            assert take(made, f"A1 12 {old}", "late") == {"outdated": 1}
            assert made.facts("amount") == [(1000,)]


def test_late_and_future_rows(tmp_path: Path) -> None:
    plan = good({"sources/orders.yml": f"{ORDERS}late_after: 30d\nfuture_after_minutes: 60\n"})
    rows = [
        ("A1", "C1", "2026-05-02 12:00:00", "10", "1"),  # exactly thirty days before noon of 1 June
        ("A2", "C1", "2026-05-02 11:59:59", "10", "1"),
        ("A3", "C1", "2026-06-01 13:00:00", "10", "1"),
        ("A4", "C1", "2026-06-01 13:00:01", "10", "1"),
    ]
    with intake_lake(tmp_path, plan, "orders") as made:
        assert dict(told(made.take(rows, columns=COLUMNS))) == {"new": 3, "late": 1, "quarantined": 1}
        assert made.quarantined["file"] == {4: ["occurred_at=in_the_future"]}
        assert dict(told(made.take(rows, columns=COLUMNS, now=NOW + timedelta(hours=1)))) == {
            "unchanged": 3,
            "new": 1,
        }
