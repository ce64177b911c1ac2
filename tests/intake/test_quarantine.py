"""Rows in quarantine: seen, exported, mended, taken in again, dropped, and gone once they are settled."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from keepwell.core.errors import InputRefused, NotFound
from keepwell.intake.quarantine import id_of_number, number_of_id, quarantine_id, shown
from keepwell.runs.quarantine import drop, export, mend, replay
from support.small_shop import HEADER, Shop, open_small_shop

ORDERS = """\
source: orders
from: {files: data/*.csv}
fact: order
system: shop
key: [order_id]
columns:
  order_id: id
  party: who
  occurred_at: at
  amount: paid
  phone: {column: phone, personal: phone}
valid:
  - rule: amount < 1000
    say: {en: no order is that large, zh: 订单金额过大}
"""
BAD = """\
a1,C1,2025-03-01 10:00,10,13800138001
a2,C2,2025-03-01 10:00,王小明,13800138002
a3,C3,2025-03-01 10:00,5000,13800138003
a4,C4,2025-02-30 10:00,12,123
"""
WITH_PHONE = HEADER.replace("paid", "paid,phone")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_small_shop(tmp_path / "plan", ORDERS) as opened:
        counts = opened.take_orders(BAD, header=WITH_PHONE)
        assert (counts.new, counts.quarantined, counts.key_errors) == (1, 3, 1)
        yield opened


def test_waiting_rows_say_what_is_wrong_in_both_languages(shop: Shop) -> None:
    with shop.place() as place:
        rows = shop.waiting()
        english = {row.row: row.sentences(place, "en") for row in rows}
        chinese = {row.row: row.sentences(place, "zh") for row in rows}
    assert [(row.source, row.input) for row in rows] == [("orders", "data/orders.csv")] * 3
    second, third, fourth = sorted(english)
    assert english[second] == ["amount: not an amount of money (王***)"]
    assert (english[third], chinese[third]) == (["no order is that large"], ["订单金额过大"])
    assert sorted(sentence.partition(":")[0] for sentence in english[fourth]) == ["occurred_at", "phone"]
    assert "2025-02-30 10:00" in " ".join(english[fourth])
    assert shop.kept_originals() == {row.quarantine_id for row in rows}


def test_a_mended_row_is_taken_in_and_its_original_is_gone(shop: Shop) -> None:
    row = next(row for row in shop.waiting() if row.problems[0].reason == "not_money")
    with shop.place() as place:
        replayed = mend(place, row.quarantine_id, {"paid": "66.60"})
    assert (replayed.accepted, dict(replayed.still_bad)) == (1, {})
    assert shop.amounts() == {"a1": 1000, "a2": 6660}
    assert row.quarantine_id not in {one.quarantine_id for one in shop.waiting()} | shop.kept_originals()
    with shop.place() as place, pytest.raises(NotFound):
        mend(place, row.quarantine_id, {"paid": "1"})


def test_a_row_that_is_still_bad_stays_as_it_came(shop: Shop) -> None:
    row = next(row for row in shop.waiting() if row.problems[0].reason == "not_money")
    before = shop.waiting()
    with shop.place() as place:
        replayed = mend(place, row.quarantine_id, {"paid": "2000"})
        assert replayed.accepted == 0
        assert [one.reason for one in replayed.still_bad[row.quarantine_id]] == ["rule_1"]
        with pytest.raises(InputRefused, match="has no column price"):
            mend(place, row.quarantine_id, {"price": "2000"})
    assert shop.waiting() == before
    assert shop.amounts() == {"a1": 1000}
    assert row.quarantine_id in shop.kept_originals()


def test_an_exported_file_is_mended_and_replayed_once(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    with shop.place() as place:
        assert export(place, path, source="orders", actor="test") == 3
        with pytest.raises(FileExistsError):
            export(place, path, source="orders", actor="test")
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text("utf-8-sig")
    assert "王小明" in text
    assert "no order is that large" in text
    path.write_text(text.replace("王小明", "20").replace("02-30", "02-28").replace(",123\n", ",\n"), "utf-8")
    with shop.place() as place:
        replayed = replay(place, path)
    assert (replayed.accepted, len(replayed.still_bad)) == (2, 1)
    assert shop.amounts() == {"a1": 1000, "a2": 2000, "a4": 1200}
    still = {row.quarantine_id for row in shop.waiting()}
    assert still == set(replayed.still_bad) == shop.kept_originals()
    with shop.place() as place:
        again = replay(place, path)
    assert (again.accepted, set(again.still_bad)) == (0, still)
    assert len(shop.facts()) == 3


def test_rows_that_never_waited_are_refused(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(
            [["quarantine_id", "id"], [shop.waiting()[0].quarantine_id, "x"], ["q0", "y"]]
        )
    with shop.place() as place, pytest.raises(InputRefused, match="this row is not in quarantine"):
        replay(place, path)
    assert len(shop.waiting()) == 3


def test_dropped_rows_are_gone(shop: Shop) -> None:
    first, *others = [row.quarantine_id for row in shop.waiting()]
    with shop.place() as place:
        assert drop(place, [first], actor="test") == 1
        with pytest.raises(NotFound):
            drop(place, [first], actor="test")
    assert {row.quarantine_id for row in shop.waiting()} == set(others) == shop.kept_originals()
    assert shop.take_in() == {}
    assert len(shop.waiting()) == 2


def test_a_new_content_of_the_file_speaks_for_itself(shop: Shop) -> None:
    before = {row.quarantine_id for row in shop.waiting()}
    counts = shop.take_orders(BAD.replace("王小明", "20"), header=WITH_PHONE)
    assert (counts.new, counts.unchanged, counts.quarantined) == (1, 1, 2)
    after = {row.quarantine_id for row in shop.waiting()}
    assert len(after) == 2
    assert not after & before
    assert shop.kept_originals() == after
    assert shop.amounts() == {"a1": 1000, "a2": 2000}


@pytest.mark.parametrize(
    ("value", "as_shown"),
    [
        ("12.50", "12.50"),
        ("-3%", "-3%"),
        ("2025-02-30", "2025-02-30"),
        ("2025/2/30 10:00", "2025/2/30 10:00"),
        ("2025年2月30日", "2025年2月30日"),
        ("王小明", "王***"),
        ("13800138000", "1***"),
        ("11010519491231002X", "1***"),
        ("a@b.example", "a***"),
        ("王", "***"),
    ],
)
def test_a_plain_column_may_hold_a_person(value: str, as_shown: str) -> None:
    assert shown(value) == as_shown


def test_personal_columns_are_masked_by_kind() -> None:
    assert shown("13800138000", "phone") == "138****8000"
    assert shown("王小明", "name") == "王**"
    assert shown("12.50", "name") != "12.50"


def test_ids_of_rows() -> None:
    one = quarantine_id("orders", "a.csv", "sha", 7)
    assert one == quarantine_id("orders", "a.csv", "sha", 7)
    assert (
        len({one, quarantine_id("orders", "a.csv", "sha", 8), quarantine_id("orders", "b.csv", "sha", 7)})
        == 3
    )
    assert id_of_number(number_of_id(one)) == one
    for wrong in ("", "q12", one.upper(), f"{one}0", one[1:]):
        with pytest.raises(ValueError, match="no quarantine id"):
            number_of_id(wrong)
