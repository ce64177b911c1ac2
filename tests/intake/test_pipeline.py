"""Small files from the folder to the lake: what becomes of every row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from support.small_shop import HEADER, ORDERS, Shop, chunks_of, open_small_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_small_shop(tmp_path / "plan") as opened:
        yield opened


A1, A2, A3, A4 = (f"a{number},C{number},2025-03-0{number} 10:00,{number}0\n" for number in (1, 2, 3, 4))


@pytest.mark.parametrize("chunk_rows", [1, 2, 100])
def test_rows_that_repeat_a_key(shop: Shop, chunk_rows: int) -> None:
    """The same again is a duplicate, other values are a conflict, whatever chunk they stand in."""
    with chunks_of(chunk_rows):
        counts = shop.take_orders(A1 + A1 + A2 + A1.replace(",10\n", ",11\n") + A3 + A2 + A1)
    assert (counts.rows, counts.new, counts.duplicate, counts.quarantined) == (7, 3, 3, 1)
    assert shop.amounts() == {"a1": 1000, "a2": 2000, "a3": 3000}
    assert list(shop.reasons().values()) == [["=same_key"]]


def test_later_files_correct_and_what_is_unchanged_stays(shop: Shop) -> None:
    shop.take_orders(A1 + A2 + A3, "1")
    shop.now += timedelta(days=1)
    counts = shop.take_orders(A2 + A3.replace(",30\n", ",33\n") + A4, "2")
    assert (counts.new, counts.corrected, counts.unchanged) == (1, 1, 1)
    assert shop.amounts() == {"a1": 1000, "a2": 2000, "a3": 3300, "a4": 4000}
    assert shop.take_in() == {}, "a file that was taken in is not read again"
    counts = shop.take_orders(A1 + A2 + A4.replace("C4", "C5"), "1")
    assert (counts.corrected, counts.unchanged) == (1, 2)
    assert {fact["key"]: fact["party_key"] for fact in shop.facts()}["a4"] == "shop:C5"


def test_an_older_revision_that_arrives_later_changes_nothing(tmp_path: Path) -> None:
    orders = ORDERS.replace("key: [order_id]", "key: [order_id]\nrevision: changed_at")
    header = HEADER.replace("paid", "paid,changed_at")
    with open_small_shop(tmp_path / "plan", orders + "  changed_at: {type: moment}\n") as shop:
        row = "a1,C1,2025-03-01 10:00,{},2025-03-0{} 12:00\n"
        counts = shop.take_orders(row.format(30, 3) + row.format(20, 2), "1", header)
        assert (counts.new, counts.outdated) == (1, 1)
        counts = shop.take_orders(row.format(10, 1), "2", header)
        assert (counts.outdated, counts.corrected) == (1, 0)
        assert shop.amounts() == {"a1": 3000}
        assert shop.take_orders(row.format(40, 4), "3", header).corrected == 1
        assert shop.amounts() == {"a1": 4000}


def test_without_a_key_identical_lines_are_real_and_an_overlap_adds_the_surplus(tmp_path: Path) -> None:
    orders = ORDERS.replace("key: [order_id]\n", "")
    with open_small_shop(tmp_path / "plan", orders) as shop, chunks_of(2):
        assert shop.take_orders(A1 + A1 + A2, "1").new == 3
        counts = shop.take_orders(A1 + A1 + A1 + A2 + A3, "2")
        assert (counts.new, counts.unchanged) == (2, 3)
        assert sorted(fact["amount"] for fact in shop.facts()) == [1000, 1000, 1000, 2000, 3000]


def test_a_changed_definition_reads_all_anew(shop: Shop) -> None:
    shop.take_orders(A1 + A2.replace(",20\n", ",x\n"), "1")
    assert len(shop.waiting()) == 1
    shop.define(ORDERS.replace("amount: paid", "amount: {column: paid}\n  store: {value: \"'west'\"}"))
    counts = shop.take_in()["data/1.csv"]
    assert (counts.new, counts.quarantined) == (1, 1)
    assert [fact["store"] for fact in shop.facts()] == ["west"]
    assert len(shop.waiting()) == len(shop.kept_originals()) == 1


def test_late_future_anonymous_and_odd_amounts(tmp_path: Path) -> None:
    orders = ORDERS.replace("key: [", "late_after: 30d\nkey: [")
    with open_small_shop(tmp_path / "plan", orders) as shop:
        counts = shop.take_orders(
            "old,C1,2024-12-01 10:00,10\n"
            "soon,C1,2025-03-10 12:05,10\n"  # now is 12:00 in Shanghai
            "future,C1,2025-03-10 12:15,10\n"
            "nobody,,2025-03-01 10:00,10\n"
            "returned,C1,2025-03-01 10:00,-5.50\n"
            "free,C1,2025-03-01 10:00,0\n"
            "unpriced,C1,2025-03-01 10:00,\n"
            ",C1,2025-03-01 10:00,1\n"
        )
        assert (counts.new, counts.quarantined, counts.late, counts.anonymous) == (5, 3, 1, 1)
        assert shop.amounts() == {"old": 1000, "soon": 1000, "nobody": 1000, "returned": -550, "free": 0}
        expected = [["amount=missing"], ["occurred_at=in_the_future"], ["order_id=missing"]]
        assert sorted(shop.reasons().values()) == expected
        assert counts.key_errors == 2
        assert {fact["key"]: fact["party_key"] for fact in shop.facts()}["nobody"] is None


def test_required_columns_and_rules(tmp_path: Path) -> None:
    orders = (
        ORDERS.replace("party: who", "party: {column: who, required: true}")
        + "valid:\n  - rule: amount <= 100\n    say: {en: too much, zh: 太多了}\n"
    )
    with open_small_shop(tmp_path / "plan", orders) as shop:
        shop.take_orders(A1 + "a5,,2025-03-01 10:00,1\na6,C6,2025-03-01 10:00,100.01\na7,C7,x,1000\n")
        assert list(shop.reasons().values()) == [["party=missing"], ["=rule_1"], ["occurred_at=not_a_moment"]]
        with shop.place() as place:
            rule = shop.waiting()[1]
            assert (rule.sentences(place, "en"), rule.sentences(place, "zh")) == (["too much"], ["太多了"])


def test_other_currencies(tmp_path: Path) -> None:
    rates = "day,currency,rate\n2025-03-01,USD,7\n2025-03-03,USD,7.185\n2025-03-02,JPY,0.05\n"
    with open_small_shop(tmp_path / "plan", ORDERS + "  currency: money\n", rates_csv=rates) as shop:
        shop.take_orders(
            "a1,C1,2025-03-01 10:00,10,usd\n"
            "a2,C1,2025-03-02 23:59,10,USD\n"
            "a3,C1,2025-03-03 00:00,10.01,USD\n"
            "a4,C1,2025-03-03 10:00,10,\n"
            "a5,C1,2025-02-28 10:00,10,USD\n"
            "a6,C1,2025-03-03 10:00,10,EUR\n",
            header=HEADER.replace("paid", "paid,money"),
        )
        # 10.01 x 7.185 is 71.92185, half up to 71.92
        assert shop.amounts() == {"a1": 7000, "a2": 7000, "a3": 7192, "a4": 1000}
        assert list(shop.reasons().values()) == [["currency=no_rate"]] * 2


def test_a_placeholder_is_just_missing(tmp_path: Path) -> None:
    orders = ORDERS + "  phone: {personal: phone}\n  buyer: {personal: name}\n"
    with open_small_shop(tmp_path / "plan", orders) as shop:
        row = "a{},C1,2025-03-01 10:00,1,{},{}\n"
        counts = shop.take_orders(
            row.format(1, "无", "none")
            + row.format(2, "", "")
            + row.format(3, "13800138001", "王小明")
            + row.format(4, "123", "李雷"),
            header=HEADER.replace("paid", "paid,phone,buyer"),
        )
        assert (counts.new, counts.quarantined) == (3, 1)
        assert {"phone", "buyer"}.isdisjoint(shop.facts()[0])


CHINESE = """\
source: orders
from: {files: data/*.csv}
fact: order
system: shop
key: [order_id]
columns:
  order_id: 订单号
  party: 会员号
  occurred_at: 下单时间
  amount: 实付金额
"""


def test_a_chinese_export_in_gb18030(tmp_path: Path) -> None:
    text = (
        "订单号,会员号,下单时间,实付金额\r\n"
        '"=""00123""","=""0088""",2025年3月1日 9时5分,1.2万\r\n'
        '00124,\u3000张店\u3000,2025/3/2 9:05,"￥1,234.50"\r\n'
        "00125,0088,2025-03-03,12元\r\n"
    )
    with open_small_shop(tmp_path / "plan", CHINESE) as shop:
        counts = shop.take_in({"data/订单.csv": text.encode("gb18030")})["data/订单.csv"]
        assert (counts.new, counts.quarantined) == (3, 0)
        assert shop.amounts() == {"00123": 1200000, "00124": 123450, "00125": 1200}
        first, second, third = shop.facts()
        assert [fact["party_key"] for fact in (first, second, third)] == [
            "shop:0088",
            "shop:张店",
            "shop:0088",
        ]
        assert first["occurred_at"] == datetime(2025, 3, 1, 1, 5)  # noqa: DTZ001 - naive, meaning UTC
        assert third["occurred_on"] == date(2025, 3, 3)


def test_json_lines(tmp_path: Path) -> None:
    orders = ORDERS.replace("*.csv", "*.jsonl")
    lines = (
        '{"id": "a1", "who": "C1", "at": "2025-03-01T10:00:00+08:00", "paid": 10.5}\n'
        '{"id": 2, "at": "2025-03-01T10:00:00Z", "paid": "20"}\n'
        "not JSON\n"
    )
    with open_small_shop(tmp_path / "plan", orders) as shop:
        counts = shop.take_in({"data/a.jsonl": lines})["data/a.jsonl"]
        assert (counts.rows, counts.new, counts.quarantined, counts.anonymous) == (3, 2, 1, 1)
        assert shop.amounts() == {"a1": 1050, "2": 2000}


def test_a_workbook(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["id", "who", "at", "paid"],
        ["a1", 17850, datetime(2025, 3, 1, 10), 10.5],  # noqa: DTZ001 - as a sheet has it
        [2, "C2", "2025/3/1 10:00", "¥1,000"],
        ["a3", "C3", "soon", 1],
    ):
        sheet.append(row)
    with open_small_shop(tmp_path / "plan", ORDERS.replace("*.csv", "*.xlsx")) as shop:
        (shop.folder / "data").mkdir()
        book.save(shop.folder / "data/a.xlsx")
        counts = shop.take_in()["data/a.xlsx"]
        assert (counts.new, counts.quarantined) == (2, 1)
        assert shop.amounts() == {"a1": 1050, "2": 100000}
        assert {fact["party_key"] for fact in shop.facts()} == {"shop:17850", "shop:C2"}


def test_a_table_by_watermark(tmp_path: Path) -> None:
    table = "{sql: 'sqlite:///shop.db', table: sales, watermark: changed_at}"
    with open_small_shop(tmp_path / "plan", ORDERS.replace("{files: data/*.csv}", table)) as shop:
        with closing(sqlite3.connect(shop.folder / "shop.db")) as database:
            database.execute("CREATE TABLE sales (id TEXT, who TEXT, at TEXT, paid TEXT, changed_at TEXT)")
            insert = "INSERT INTO sales VALUES (?, 'C1', '2025-03-01 10:00', ?, ?)"
            database.executemany(insert, [("a1", "10", "2025-03-01"), ("a2", "20", "2025-03-02")])
            database.commit()
            assert shop.take_in()["table sales"].new == 2
            database.execute("UPDATE sales SET paid = '11', changed_at = '2025-03-03' WHERE id = 'a1'")
            database.execute(insert, ("a3", "30", "2025-03-03"))
            database.commit()
            shop.now += timedelta(days=1)
            counts = shop.take_in()["table sales"]
        # Rows of the last instant come again: others may have been written in it.
        assert (counts.rows, counts.new, counts.corrected, counts.unchanged) == (3, 1, 1, 1)
        assert shop.amounts() == {"a1": 1100, "a2": 2000, "a3": 3000}
        state = shop.state()
        assert state.watermark == "2025-03-03"
        assert [known.counts.rows for known in state.inputs] == [5]
