"""Values as files have them: what each becomes, or why it becomes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa
import pytest

from keepwell.intake.amounts import plainly
from keepwell.intake.cleaning import clean_text
from keepwell.intake.times import Reading, local_to_utc, utc_to_local
from keepwell.intake.values import REASONS, reason, said, value
from keepwell.lake.engine import Engine, open_engine
from keepwell.language.types import Type

YUAN = Reading(zone="Asia/Shanghai", minor_per_major=100)
YEN, DINAR = replace(YUAN, minor_per_major=1), replace(YUAN, minor_per_major=1000)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = open_engine(tmp_path_factory.mktemp("spill"), threads=1)
    yield opened
    opened.close()


def read(engine: Engine, raw: pa.Array[Any], kind: Type, reading: Reading = YUAN) -> list[Any]:
    """Each value as ``kind``; in its place the reason where there is none."""
    column: Any = pa.chunked_array([raw])
    if pa.types.is_string(raw.type):
        column = clean_text(column)
        if kind in {Type.MONEY, Type.WHOLE, Type.NUMBER}:
            column = plainly(column, kind)
    with engine.lend(pa.table({"at": range(len(raw)), "raw": column})) as lent:
        heard = lent.mutate(said=said(lent.raw, kind, reading))
        valued = heard.mutate(value=value(heard.raw, heard.said, kind, reading))
        told = valued.mutate(
            reason=ibis.ifelse(
                valued.raw.notnull() & valued.value.isnull(), reason(valued.raw, kind, reading), None
            )
        )
        rows = engine.collect(told.order_by("at").select("value", "reason")).to_pylist()
    return [row["value"] if row["reason"] is None else row["reason"] for row in rows]


def check(engine: Engine, table: dict[str, Any], kind: Type, reading: Reading = YUAN) -> None:
    """All texts of a table are read at once, as a file's are."""
    found = read(engine, pa.array(table, pa.string()), kind, reading)
    assert dict(zip(table, found, strict=True)) == table
    assert {told for told in found if isinstance(told, str) and kind is not Type.TEXT} <= REASONS.keys()


MONEY = {
    "12": 1200,
    "12.5": 1250,
    "12.50": 1250,
    "12.500": 1250,
    "+12": 1200,
    "-12.34": -1234,
    "-0": 0,
    ".5": 50,
    "5.": 500,
    "007": 700,
    "1,234.50": 123450,
    "1,234,567": 123456700,
    "¥12": 1200,
    "-¥12": -1200,
    "¥ 12.00": 1200,
    "￥１２．５０": 1250,
    "１，２３４．５": 123450,
    "$12": 1200,
    "CNY 12": 1200,
    "12 RMB": 1200,
    "12元": 1200,
    "1.2万": 1200000,
    "1.2万元": 1200000,
    "3千": 300000,
    "0.5亿": 5000000000,
    "(12.00)": -1200,
    "（12.00）": -1200,
    "(¥12)": -1200,
    "92233720368547757.00": 9223372036854775700,
    "": None,
    "  ": None,
    "0.005": "more_decimals",
    "1.2345": "more_decimals",
    "0.0000001万": "more_decimals",
    "92233720368547759.00": "out_of_range",
    "100000000000000000000": "out_of_range",
    "-100000000000000000000": "out_of_range",
    "1_000": "not_money",
    "1,23": "not_money",
    "1,2345": "not_money",
    "1.234,50": "not_money",
    "12,": "not_money",
    "inf": "not_money",
    "-Infinity": "not_money",
    "nan": "not_money",
    "NaN": "not_money",
    "1e3": "not_money",
    "15%": "not_money",
    "0x10": "not_money",
    "--12": "not_money",
    "(-12)": "not_money",
    "-¥-12": "not_money",
    "12 or so": "not_money",
    "万": "not_money",
    "¥": "not_money",
    "n/a": "not_money",
    "?": "not_money",
    "true": "not_money",
}


def test_money(engine: Engine) -> None:
    check(engine, MONEY, Type.MONEY)


def test_each_text_alone_is_read_as_among_others(engine: Engine) -> None:
    """Odd texts in a column must not change how plain ones are read, nor the other way round."""
    for text in ("12.5", "¥12", "0.005", "100000000000000000000", "inf"):
        check(engine, {text: MONEY[text]}, Type.MONEY)


def test_a_currency_decides_the_decimals(engine: Engine) -> None:
    check(engine, {"1200": 1200, "1200.0": 1200, "12.5": "more_decimals"}, Type.MONEY, YEN)
    check(engine, {"1.234": 1234, "-0.001": -1, "1.2345": "more_decimals"}, Type.MONEY, DINAR)


def test_money_of_typed_columns(engine: Engine) -> None:
    floats = pa.array([0.1 + 0.2, 19.99, 1e15, 0.005, 1e300, float("nan"), float("inf"), None])
    expected = [30, 1999, 10**17, "more_decimals", "not_money", "not_money", "not_money", None]
    assert read(engine, floats, Type.MONEY) == expected
    assert read(engine, pa.array([12, -3, None], pa.int64()), Type.MONEY) == [1200, -300, None]
    assert read(engine, pa.array([2**63 - 1], pa.int64()), Type.MONEY) == ["out_of_range"]
    assert read(engine, pa.array([19.99], pa.float32()), Type.MONEY) == [1999]


def test_numbers(engine: Engine) -> None:
    check(
        engine,
        {
            "1.5": 1.5,
            "-3": -3.0,
            "1,234.5": 1234.5,
            "15%": 0.15,
            "15 %": 0.15,
            "１５％": 0.15,
            "1.5e3": 1500.0,
            "1E-3": 0.001,
            "1.2万": 12000.0,
            "(2)": -2.0,
            "1e999": "not_a_number",
            "inf": "not_a_number",
            "nan": "not_a_number",
            "1_000": "not_a_number",
            "abc": "not_a_number",
            "": None,
        },
        Type.NUMBER,
    )
    floats = pa.array([0.5, float("inf"), float("nan"), None])
    assert read(engine, floats, Type.NUMBER) == [0.5, "not_a_number", "not_a_number", None]


def test_whole_numbers(engine: Engine) -> None:
    check(
        engine,
        {
            "3": 3,
            "3.0": 3,
            "-3": -3,
            "1,000": 1000,
            "1.2万": 12000,
            "３": 3,
            "9007199254740993": 9007199254740993,
            "9223372036854775807": 9223372036854775807,
            "9223372036854775808": "out_of_range",
            "3.5": "not_whole",
            "1_000": "not_a_number",
            "three": "not_a_number",
            "": None,
        },
        Type.WHOLE,
    )
    assert read(engine, pa.array([3.0, 3.5]), Type.WHOLE) == [3, "not_whole"]
    assert read(engine, pa.array([2**63 - 1, 2**63], pa.uint64()), Type.WHOLE) == [2**63 - 1, "out_of_range"]


def test_flags(engine: Engine) -> None:
    yes = dict.fromkeys(["true", "TRUE", "t", "Yes", "y", "1", "是", "有"], True)
    no = dict.fromkeys(["false", "F", "No", "n", "0", "否", "无"], False)
    neither = dict.fromkeys(["2", "maybe", "对", "-1"], "not_a_flag")
    check(engine, yes | no | neither | {"": None}, Type.FLAG)
    assert read(engine, pa.array([True, False, None]), Type.FLAG) == [True, False, None]
    assert read(engine, pa.array([1, 0, 2]), Type.FLAG) == [True, False, "not_a_flag"]


def utc(*parts: int) -> datetime:
    """What the lake holds: naive, meaning UTC."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


MOMENTS = {
    "2024-01-02 03:04:05": utc(2024, 1, 1, 19, 4, 5),
    "2024-01-02T03:04:05": utc(2024, 1, 1, 19, 4, 5),
    "2024-01-02 03:04:05.250": utc(2024, 1, 1, 19, 4, 5, 250_000),
    "2024-01-02 03:04": utc(2024, 1, 1, 19, 4),
    "2024/1/2 3:04": utc(2024, 1, 1, 19, 4),
    "2024.1.2 3:04": utc(2024, 1, 1, 19, 4),
    "2024-01-02": utc(2024, 1, 1, 16),
    "2024年1月2日": utc(2024, 1, 1, 16),
    "2024年1月2日 3时4分": utc(2024, 1, 1, 19, 4),
    "2024年1月2日3:04": utc(2024, 1, 1, 19, 4),
    "20240102": utc(2024, 1, 1, 16),
    "20240102030405": utc(2024, 1, 1, 19, 4, 5),
    "20240102 03:04": utc(2024, 1, 1, 19, 4),
    "2024-01-02T03:04:05Z": utc(2024, 1, 2, 3, 4, 5),
    "2024-01-02 03:04:05+00:00": utc(2024, 1, 2, 3, 4, 5),
    "2024-01-02T03:04:05.5Z": utc(2024, 1, 2, 3, 4, 5, 500_000),
    "2024-01-02T03:04:05-0530": utc(2024, 1, 2, 8, 34, 5),
    "2024-01-02T03:04+08:00": utc(2024, 1, 1, 19, 4),
    "1900-01-02": utc(1900, 1, 1, 16),
    "2199-12-31 23:59": utc(2199, 12, 31, 15, 59),
    "": None,
} | dict.fromkeys(
    [
        "1899-12-31",
        "1899-12-30 00:00",
        "2200-01-02",
        "9999-12-31",
        "0000-00-00",
        "0024-01-02",
        "13/02/2024",
        "02/13/2024",
        "01/02/2024",
        "1/2/24",
        "2024-13-02",
        "2024-02-30",
        "2023-02-29",
        "2024-01-02 25:00",
        "2024-01-02 03:04:05 CST",
        "2024-01-02 03:04:05 Asia/Shanghai",
        "2024-01-02 03:04 PM",
        "2024111",
        "2024-01",
        "45292",
        "1704164645",
        "yesterday",
        "2024-01-02 and later",
    ],
    "not_a_moment",
)


def test_moments(engine: Engine) -> None:
    check(engine, MOMENTS, Type.MOMENT)


def test_days(engine: Engine) -> None:
    days = {
        "2024-01-02": date(2024, 1, 2),
        "2024/1/2": date(2024, 1, 2),
        "2024/1/2 3:04": date(2024, 1, 2),
        "2024年1月2日": date(2024, 1, 2),
        "20240102": date(2024, 1, 2),
        "2024-01-02T20:00:00Z": date(2024, 1, 3),
        "2024-01-02T20:00:00+08:00": date(2024, 1, 2),
        "1900-01-01": date(1900, 1, 1),
        "2199-12-31": date(2199, 12, 31),
        "": None,
    }
    wrong = dict.fromkeys(["13/02/2024", "1899-12-31", "2200-01-01", "2024-02-30", "soon"], "not_a_day")
    check(engine, days | wrong, Type.DAY)


def test_a_form_that_is_given_is_the_only_one(engine: Engine) -> None:
    reading = replace(YUAN, form="%d/%m/%Y")
    check(engine, {"13/02/2024": date(2024, 2, 13), "01/02/2024": date(2024, 2, 1)}, Type.DAY, reading)
    check(engine, {"2024-02-13": "not_a_day", "02/13/2024": "not_a_day"}, Type.DAY, reading)


def test_typed_times(engine: Engine) -> None:
    instant = datetime(2024, 1, 2, 20, tzinfo=UTC)
    aware = pa.array([instant], pa.timestamp("us", "UTC"))
    assert read(engine, aware, Type.MOMENT) == [utc(2024, 1, 2, 20)]
    assert read(engine, aware, Type.DAY) == [date(2024, 1, 3)]
    naive = pa.array([utc(2024, 1, 2, 20)], pa.timestamp("us"))
    assert read(engine, naive, Type.MOMENT) == [utc(2024, 1, 2, 12)]
    assert read(engine, naive, Type.DAY) == [date(2024, 1, 2)]
    assert read(engine, pa.array([date(2024, 1, 2)]), Type.DAY) == [date(2024, 1, 2)]
    assert read(engine, pa.array([20240102], pa.int64()), Type.DAY) == [date(2024, 1, 2)]
    assert read(engine, pa.array([20240102.0]), Type.DAY) == [date(2024, 1, 2)]


def test_a_shift_moves_by_the_local_clock(engine: Engine) -> None:
    """Over the change to summer time an evening stays an evening."""
    london = Reading(zone="Europe/London", minor_per_major=100, shift=timedelta(weeks=2))
    evening = utc(2024, 4, 3, 17)
    told = {"2024-03-20 18:00": evening, "2024-03-20T18:00:00Z": evening}
    check(engine, told, Type.MOMENT, london)
    check(engine, {"2024-03-20": date(2024, 4, 3)}, Type.DAY, london)


def test_texts(engine: Engine) -> None:
    check(
        engine,
        {
            "00123": "00123",
            "A-1": "A-1",
            "E+10": "E+10",
            "1.38E10": "1.38E10",
            "1.38E+10 pieces": "1.38E+10 pieces",
            "1.38E+10": "rounded_by_spreadsheet",
            "4E+17": "rounded_by_spreadsheet",
            "": None,
        },
        Type.TEXT,
    )


def test_ids_that_became_numbers_on_their_way(engine: Engine) -> None:
    floats = pa.array([17850.0, 0.5, -3.0, 13800138000.0, 2.0**53, 1e17, None])
    rounded = "rounded_by_spreadsheet"
    expected = ["17850", "0.5", "-3", "13800138000", "9007199254740992", rounded, None]
    assert read(engine, floats, Type.TEXT) == expected
    assert read(engine, pa.array([17850, None], pa.int64()), Type.TEXT) == ["17850", None]


ZONES = ["Europe/London", "America/New_York", "Asia/Shanghai"]
CHANGES = [
    utc(2024, 3, 31, 1),
    utc(2024, 10, 27, 1),
    utc(2024, 3, 10, 2),
    utc(2024, 11, 3, 1),
    utc(1991, 4, 14, 2),
    utc(1991, 9, 15, 1),
]
"""Local times about which clocks change: London, New York, and Shanghai as it last did."""


@pytest.mark.parametrize("zone", ZONES)
def test_local_times_are_those_of_the_zone_database(zone: str, engine: Engine) -> None:
    """Every quarter of an hour about changes, and times of all years. One query: to plan it costs most."""
    times = [change + timedelta(minutes=15 * step) for change in CHANGES for step in range(-16, 17)]
    times += [utc(1971, 1, 1) + timedelta(hours=1013 * step) for step in range(1100)]
    table = pa.table({"at": range(len(times)), "local": pa.array(times, pa.timestamp("us"))})
    with engine.lend(table) as lent:
        both = lent.mutate(utc=local_to_utc(lent.local, zone), back=utc_to_local(lent.local, zone))
        found = engine.collect(both.order_by("at")).to_pylist()
    rules = ZoneInfo(zone)
    for row, local in zip(found, times, strict=True):
        # An hour that comes twice is its first, one that is skipped runs on: what `fold=0` says.
        assert row["utc"] == local.replace(tzinfo=rules, fold=0).astimezone(UTC).replace(tzinfo=None)
        assert row["back"] == local.replace(tzinfo=UTC).astimezone(rules).replace(tzinfo=None)


def test_known_hours_about_the_changes(engine: Engine) -> None:
    london = replace(YUAN, zone="Europe/London")
    check(
        engine,
        {
            "2024-03-31 00:59": utc(2024, 3, 31, 0, 59),
            "2024-03-31 01:30": utc(2024, 3, 31, 1, 30),
            "2024-03-31 02:00": utc(2024, 3, 31, 1, 0),
            "2024-10-27 00:59": utc(2024, 10, 26, 23, 59),
            "2024-10-27 01:30": utc(2024, 10, 27, 0, 30),
            "2024-10-27 02:00": utc(2024, 10, 27, 2, 0),
        },
        Type.MOMENT,
        london,
    )
