"""The language: reading and checking, one record at a time, and whole tables beside SQL written by hand.

At scale 1 the table has 5 million rows. `SCALE` in the environment or `--scale` makes it smaller.
"""

# ruff: noqa: PLR2004 (limits stand in a condition as anybody would write them)

from __future__ import annotations

import argparse
import os
import random
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from keepwell.core.clock import AsOf
from keepwell.core.money import Currency
from keepwell.language.check import Checked, check
from keepwell.language.evaluate import evaluate
from keepwell.language.to_ibis import to_ibis
from keepwell.language.types import Field, Record, Type, Value
from report import Result, median_seconds, tell

ROWS_AT_SCALE_1 = 5_000_000
RUNS = 7
RECORDS = 2_000
SHANGHAI = ZoneInfo("Asia/Shanghai")
AS_OF = AsOf(datetime(2026, 4, 10, 17, 0, tzinfo=UTC), SHANGHAI)
RECORD = Record.of(
    [
        Field("rfm_class", Type.TEXT, ("frequent_high", "frequent_low", "rare_high", "rare_low")),
        Field("orders_90d", Type.WHOLE),
        Field("orders_prev_90d", Type.WHOLE),
        Field("spend_365d", Type.MONEY),
        Field("basket_90d", Type.MONEY),
        Field("basket_prev_90d", Type.MONEY),
        Field("churn_probability", Type.NUMBER),
        Field("is_member", Type.FLAG),
        Field("last_order_at", Type.MOMENT),
        Field("birthday", Type.DAY),
    ],
    Currency("CNY"),
)

SIMPLE = "orders_90d >= 3 and spend_365d >= 500 and is_member"
FADING = "rfm_class = 'frequent_high' and days_since(last_order_at) > 60"
DROP = "basket_90d / basket_prev_90d - 1 <= -15% and orders_prev_90d >= 3"
SUMS = "orders_90d + orders_prev_90d > 9 or spend_365d - basket_90d < 100"
RISK = "churn_probability > 0.8 or not (coalesce(orders_90d, 0) > 0)"
BIRTHDAY = "month_day(birthday) = '04-11'"

GOALS = {SUMS: 5}
"""Ratios beside SQL by hand, 2 for the rest: sums here are tested before they are made, so that none can fail."""

Row = Mapping[str, Any]


def simple(row: Row) -> bool:
    """By hand, and as careful about what is missing."""
    orders, spend = row["orders_90d"], row["spend_365d"]
    return (
        orders is not None
        and orders >= 3
        and spend is not None
        and spend >= 50_000
        and row["is_member"] is True
    )


def fading(row: Row) -> bool:
    """By hand, with the zone's own arithmetic."""
    moment = row["last_order_at"]
    if row["rfm_class"] != "frequent_high" or moment is None:
        return False
    return (AS_OF.day - moment.astimezone(SHANGHAI).date()).days > 60


def drop(row: Row) -> bool:
    """By hand."""
    now, before, orders = row["basket_90d"], row["basket_prev_90d"], row["orders_prev_90d"]
    if now is None or before is None or orders is None:
        return False
    return bool(before) and now / before - 1 <= -0.15 and orders >= 3


BY_HAND: Mapping[str, Callable[[Row], bool]] = {SIMPLE: simple, FADING: fading, DROP: drop}
SQL = {
    SIMPLE: "orders_90d >= 3 AND spend_365d >= 50000 AND is_member",
    FADING: """rfm_class = 'frequent_high'
        AND date_diff('day', (last_order_at + INTERVAL 8 HOUR)::DATE, DATE '2026-04-11') > 60""",
    DROP: "basket_90d / nullif(basket_prev_90d, 0) - 1 <= -0.15 AND orders_prev_90d >= 3",
    SUMS: "orders_90d + orders_prev_90d > 9 OR spend_365d - basket_90d < 10000",
    RISK: "churn_probability > 0.8 OR NOT coalesce(orders_90d, 0) > 0",
    BIRTHDAY: "strftime(birthday, '%m-%d') = '04-11'",
}


def main() -> None:
    """Measure everything and tell."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", type=float, default=float(os.environ.get("SCALE", "1")))
    given = arguments.parse_args()
    tell("language", given.scale, [*reading(), *one_by_one(), *whole_tables(given.scale)])


def reading() -> list[Result]:
    """Parse and check, per expression."""
    expressions = list(SQL)
    seconds = median_seconds(lambda: [check(text, RECORD) for text in expressions * 50], runs=RUNS)
    micros = seconds / (50 * len(expressions)) * 1e6
    return [
        Result(case="parse and check", unit="µs", ours=micros, better="lower", goal=1_000, goal_on="ours")
    ]


def one_by_one() -> list[Result]:
    """Evaluate, per record."""
    rows = random_rows(RECORDS)
    results = []
    for text, by_hand in BY_HAND.items():
        checked = check(text, RECORD, expect=Type.FLAG)
        assert [evaluate(checked, row, AS_OF) for row in rows] == [by_hand(row) for row in rows], text
        ours = median_seconds(
            lambda checked=checked: [evaluate(checked, row, AS_OF) for row in rows], runs=RUNS
        )
        peer = median_seconds(lambda by_hand=by_hand: [by_hand(row) for row in rows], runs=RUNS)
        results.append(
            Result(
                case=f"evaluate: {text[:40]}…",
                unit="µs",
                ours=ours / RECORDS * 1e6,
                better="lower",
                peer=peer / RECORDS * 1e6,
                peer_name="the condition in Python",
                goal=5,
                goal_on="ours",
            )
        )
    return results


def random_rows(count: int) -> list[dict[str, Value]]:
    """Records with a tenth of everything missing."""
    chance = random.Random(1)

    def row() -> dict[str, Value]:
        values: dict[str, Value] = {
            "rfm_class": chance.choice(("frequent_high", "frequent_low", "rare_high", "rare_low")),
            "orders_90d": chance.randint(0, 9),
            "orders_prev_90d": chance.randint(0, 9),
            "spend_365d": chance.randint(0, 200_000),
            "basket_90d": chance.randint(0, 20_000),
            "basket_prev_90d": chance.randint(0, 20_000),
            "churn_probability": chance.random(),
            "is_member": chance.random() < 0.5,
            "last_order_at": datetime(2025, 9, 1, tzinfo=UTC)
            + timedelta(seconds=chance.randrange(19_000_000)),
            "birthday": date(1950, 1, 1) + timedelta(days=chance.randrange(20_000)),
        }
        return {name: None if chance.random() < 0.1 else value for name, value in values.items()}

    return [row() for _ in range(count)]


def whole_tables(scale: float) -> list[Result]:
    """How many rows a condition holds for, asked of DuckDB in both ways."""
    connection = ibis.duckdb.connect()
    count = max(int(ROWS_AT_SCALE_1 * scale), 1_000)
    connection.raw_sql(f"CREATE TABLE customers AS {random_columns(count)}")
    table = connection.table("customers")
    results = [translation(connection, table)]
    for text, by_hand in SQL.items():
        checked = check(text, RECORD, expect=Type.FLAG)
        ours = connection.compile(table.filter(to_ibis(checked, table, AS_OF)).count())
        peer = f"SELECT count(*) FROM customers WHERE {by_hand}"
        found = [connection.raw_sql(query).fetchall() for query in (ours, peer)]
        assert found[0] == found[1], (text, found)
        seconds = [
            median_seconds(lambda query=query: connection.raw_sql(query).fetchall(), runs=RUNS)
            for query in (ours, peer)
        ]
        results.append(
            Result(
                case=f"{count:,} rows: {text[:40]}…",
                unit="ms",
                ours=seconds[0] * 1e3,
                better="lower",
                peer=seconds[1] * 1e3,
                peer_name="SQL by hand",
                goal=GOALS.get(text, 2),
                goal_on="ratio",
            )
        )
    return results


def random_columns(count: int) -> str:
    """The query of a table with a tenth of everything missing."""
    columns = {
        "rfm_class": "['frequent_high', 'frequent_low', 'rare_high', 'rare_low'][1 + (random() * 4)::INT % 4]",
        "orders_90d": "(random() * 10)::BIGINT",
        "orders_prev_90d": "(random() * 10)::BIGINT",
        "spend_365d": "(random() * 200000)::BIGINT",
        "basket_90d": "(random() * 20000)::BIGINT",
        "basket_prev_90d": "(random() * 20000)::BIGINT",
        "churn_probability": "random()",
        "is_member": "random() < 0.5",
        "last_order_at": "TIMESTAMP '2025-09-01' + to_seconds((random() * 19000000)::BIGINT)",
        "birthday": "DATE '1950-01-01' + (random() * 20000)::INT",
    }
    shown = ", ".join(
        f"CASE WHEN random() < 0.9 THEN {column} END AS {name}" for name, column in columns.items()
    )
    return f"SELECT {shown} FROM range({count})"


def translation(connection: ibis.BaseBackend, table: ibis.Table) -> Result:
    """From a checked expression to SQL, all expressions once each."""
    conditions: list[Checked] = [check(text, RECORD, expect=Type.FLAG) for text in SQL]

    def translate() -> list[str]:
        return [connection.compile(table.filter(to_ibis(checked, table, AS_OF))) for checked in conditions]

    seconds = median_seconds(translate, runs=RUNS)
    return Result(
        case="from a checked expression to SQL",
        unit="ms",
        ours=seconds / len(conditions) * 1e3,
        better="lower",
    )


if __name__ == "__main__":
    main()
