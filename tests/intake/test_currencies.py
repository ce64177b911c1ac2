"""Amounts in other currencies, with rates and without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.intake_lake import IntakeLake, intake_lake, told
from support.plans import SETTINGS, good

ORDERS = """\
source: orders
from: {files: data/orders*.csv}
fact: order
key: [order_id]
columns:
  order_id: order_no
  occurred_at: ordered_at
  amount: paid
"""
COLUMNS = ["order_no", "ordered_at", "paid", "currency", "pieces"]
RATES = """\
day,currency,rate
2026-01-01,USD,7.00
2026-05-01,USD,7.2345
2026-01-01,JPY,0.05
2026-01-01,KWD,23.4
"""


@contextmanager
def shop(
    folder: Path, source: str, *, settings: str = SETTINGS, rates: str | None = RATES
) -> Iterator[IntakeLake]:
    files = {"sources/orders.yml": source, "keepwell.toml": settings}
    if rates is not None:
        files |= {"rates.csv": rates, "keepwell.toml": f'{settings}rates = "rates.csv"\n'}
    with intake_lake(folder, good(files), "orders") as made:
        yield made


def take(lake: IntakeLake, text: str) -> dict[str, int]:
    """``A1 2026-05-01 12.34 USD`` is an order at noon in Shanghai."""
    rows = []
    for line in text.strip().splitlines():
        number, day, paid, currency, *pieces = line.split()
        rows.append((number, f"{day} 12:00", paid, currency.replace("-", ""), *(pieces or ["1"])))
    counts = dict(told(lake.take(rows, columns=COLUMNS)))
    counts.pop("anonymous", None)
    return counts


def test_each_amount_by_the_rate_of_its_day(tmp_path: Path) -> None:
    with shop(tmp_path, f"{ORDERS}  currency: currency\n") as lake:
        assert take(
            lake,
            """
            A1 2026-05-01 10.00 USD
            A2 2026-04-30 10.00 USD
            A3 2026-05-01 10.00 CNY
            A4 2026-05-01 10.00 -
            A5 2026-05-01 10.00 usd
            A6 2026-05-01 -0.01 USD
            """,
        ) == {"new": 6}
        # 0.01 × 7.2345 = 0.072345, half up from below zero: -0.07
        expected = [7235, 7000, 1000, 1000, 7235, -7]
        assert [amount for _, amount in lake.facts("order_id", "amount")] == expected


@pytest.mark.parametrize(
    "line",
    [
        "A1 2026-05-01 10.00 EUR",  # a currency without a rate
        "A1 2025-12-31 10.00 USD",  # a day before the first rate
        "A1 2026-05-01 10.00 ¥¥",  # no currency at all
    ],
)
def test_without_a_rate_a_row_waits_in_quarantine(tmp_path: Path, line: str) -> None:
    with shop(tmp_path, f"{ORDERS}  currency: currency\n") as lake:
        assert take(lake, f"{line}\nB1 2026-05-01 1.00 CNY") == {"new": 1, "quarantined": 1}
        assert lake.quarantined["file"] == {1: ["currency=no_rate"]}


def test_without_any_rates_only_the_plans_own_currency_is_taken_in(tmp_path: Path) -> None:
    with shop(tmp_path, f"{ORDERS}  currency: currency\n", rates=None) as lake:
        assert take(lake, "A1 2026-05-01 10.00 USD\nA2 2026-05-01 10.00 CNY") == {"new": 1, "quarantined": 1}


def test_a_source_in_one_other_currency(tmp_path: Path) -> None:
    with shop(tmp_path, f"{ORDERS}currency: USD\n") as lake:
        take(lake, "A1 2026-05-01 10.00 -")
        assert lake.facts("amount") == [(7235,)]


def test_every_currency_has_its_own_decimals(tmp_path: Path) -> None:
    """Not those of the plan: a yen has none, a dinar three, and a plan in yen takes cents of a dollar in."""
    with shop(tmp_path / "yuan", f"{ORDERS}  currency: currency\n") as lake:
        assert take(
            lake,
            "A1 2026-05-01 1200 JPY\nA2 2026-05-01 1.234 KWD\nA3 2026-05-01 0.5 JPY\nA4 2026-05-01 1.234 USD",
        ) == {"new": 2, "quarantined": 2}
        # 1,200 yen at 0.05 are ¥60; 1.234 dinars at 23.4 are ¥28.8756, half up ¥28.88
        assert lake.facts("order_id", "amount") == [("A1", 6000), ("A2", 2888)]
        assert lake.quarantined["file"] == {3: ["amount=more_decimals"], 4: ["amount=more_decimals"]}
    yen = SETTINGS.replace("CNY", "JPY")
    rates = "day,currency,rate\n2026-01-01,USD,150.25\n"
    with shop(tmp_path / "yen", f"{ORDERS}  currency: currency\n", settings=yen, rates=rates) as lake:
        assert take(lake, "A1 2026-05-01 12.34 USD\nA2 2026-05-01 100 JPY\nA3 2026-05-01 100.5 JPY") == {
            "new": 2,
            "quarantined": 1,
        }
        # 12.34 × 150.25 = 1,854.085
        assert lake.facts("order_id", "amount") == [("A1", 1854), ("A2", 100)]


def test_great_amounts_are_exact_or_wait(tmp_path: Path) -> None:
    with shop(tmp_path, f"{ORDERS}  currency: currency\n") as lake:
        assert take(
            lake,
            """
            A1 2026-05-01 9999999999999.99 USD
            A2 2026-05-01 9999999999999.99 CNY
            A3 2026-05-01 10000000000000.00 USD
            A4 2026-05-01 99999999999999999999999999 USD
            """,
        ) == {"new": 2, "quarantined": 2}
        # 9,999,999,999,999.99 × 7.2345 = 72,344,999,999,999.927655
        assert lake.facts("order_id", "amount") == [
            ("A1", 7_234_499_999_999_993),
            ("A2", 999_999_999_999_999),
        ]
        assert lake.quarantined["file"] == {3: ["amount=out_of_range"], 4: ["amount=out_of_range"]}


def test_computed_amounts_are_turned_once(tmp_path: Path) -> None:
    """Whether made of amounts or of numbers; and rules see the plan's currency."""
    source = ORDERS.replace(
        "  amount: paid\n",
        """\
  price: {column: paid, type: number}
  pieces: {type: whole}
  each: {column: paid, type: money}
  currency: currency
  amount: {value: price * pieces}
  discount: {value: each - each / 2}
valid:
  - {rule: amount < 100, say: too much}
""",
    )
    with shop(tmp_path, source) as lake:
        assert take(lake, "A1 2026-05-01 4.00 USD 3\nA2 2026-05-01 4.00 CNY 3\nA3 2026-05-01 5.00 USD 3") == {
            "new": 2,
            "quarantined": 1,
        }
        # 4 × 3 × 7.2345 = 86.814; 4 × 7.2345 = 28.938, a half of which is 14.47 of the rounded 28.94
        assert lake.facts("order_id", "amount", "each", "discount") == [
            ("A1", 8681, 2894, 1447),
            ("A2", 1200, 400, 200),
        ]
        assert lake.quarantined["file"] == {3: ["=rule_1"]}
