"""Rhythms by category, worked out by hand: what is due, overdue, given up, and what has no rhythm yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from keepwell.core.clock import AsOf
from keepwell.fields.customers import customer_fields
from support.known_facts import Fact, Fields, fields_of, lake_of
from support.plans import good

SHANGHAI = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2025, 6, 30, 20, 0, tzinfo=SHANGHAI)

LINES = """\
source: lines
from: {files: data/lines.csv}
fact: order_line
system: shop
columns:
  order_id: order_no
  party: customer_no
  occurred_at: ordered_at
  category: category
  amount: paid
  status: status
"""

BOUGHT: dict[str, dict[str | None, list[int]]] = {
    # Customer: category: days ago
    "due": {"tea": [50, 40, 30], "rice": [44, 24, 4], "salt": [20, 10]},
    # Expected today: due, but not overdue; yesterday: overdue.
    "today": {"tea": [30, 20, 10]},
    "yesterday": {"tea": [31, 21, 11]},
    # Half a year of silence ends a rhythm; a day less does not.
    "gave up": {"tea": [200, 190, 180], "rice": [199, 189, 179]},
    "one day": {"tea": [5, 5, 5]},
    "no category": {None: [30, 20, 10]},
    # Equal expected days: the first by code point.
    "tie": {"茶": [30, 20, 10], "rice": [30, 20, 10], "Rice": [30, 20, 10]},
    "hostile": {"'; DROP TABLE x --": [30, 20, 10], "": [31, 21, 11]},
}

EXPECTED = {
    # items, overdue items, due first, its day
    "due": (2, 1, "tea", date(2025, 6, 10)),
    "today": (1, 0, "tea", date(2025, 6, 30)),
    "yesterday": (1, 1, "tea", date(2025, 6, 29)),
    "gave up": (1, 1, "rice", date(2025, 1, 12)),
    "one day": (0, 0, None, None),
    "no category": (0, 0, None, None),
    "tie": (3, 0, "Rice", date(2025, 6, 30)),
    "hostile": (2, 1, "", date(2025, 6, 29)),
    "nothing": (0, 0, None, None),
    "cancelled": (0, 0, None, None),
}


def line(who: str, days: int, category: str | None, number: int = 0, **columns: object) -> Fact:
    key = f"{who} {category} {days} {number}"
    values = {"order_id": key, "category": category, "amount": 100, "status": None}
    return Fact(who, AS_OF - timedelta(days=days), key, values | columns)


@pytest.fixture(scope="module")
def facts() -> dict[str, list[Fact]]:
    lines = [
        line(who, days, category, number)
        for who, of_party in BOUGHT.items()
        for category, days_ago in of_party.items()
        for number, days in enumerate(days_ago)
    ]
    lines += [line("cancelled", days, "tea", status="cancelled") for days in (30, 20, 10)]
    lines += [line("cancelled", days, "oil", amount=-100) for days in (30, 20, 10)]
    # After the instant that is asked about.
    lines += [line("due", -1, "tea")]
    return {"lines": lines}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, facts: Mapping[str, list[Fact]]) -> dict[str, Fields]:
    plan = good({"sources/lines.yml": LINES})
    return fields_of(tmp_path_factory.mktemp("items"), plan, facts, AS_OF, also=["nothing"])


@pytest.mark.parametrize("who", EXPECTED)
def test_the_fields_of_a_customer(found: dict[str, Fields], who: str) -> None:
    suffixes = ("items", "overdue_items", "due_item", "due_on")
    assert tuple(found[who][f"replenishment_{suffix}"] for suffix in suffixes) == EXPECTED[who]


def rows_of(folder: Path, facts: Mapping[str, list[Fact]], plan_fields: str = "") -> list[dict[str, Any]]:
    plan = good({"sources/lines.yml": LINES}, fields=plan_fields)
    with lake_of(folder, plan, facts) as (lake, manifest):
        return lake.engine.rows(customer_fields(plan, lake, manifest, AsOf(AS_OF, SHANGHAI)).items)


def test_the_rows_of_customers_and_items(tmp_path: Path, facts: Mapping[str, list[Fact]]) -> None:
    rows = {(row["customer_id"], row["item"]): row for row in rows_of(tmp_path, facts)}
    assert set(rows) == {
        ("due", "tea"), ("due", "rice"), ("today", "tea"), ("yesterday", "tea"), ("gave up", "tea"),
        ("gave up", "rice"), ("tie", "茶"), ("tie", "rice"), ("tie", "Rice"),
        ("hostile", "'; DROP TABLE x --"), ("hostile", ""),
    }  # fmt: skip
    assert rows["due", "rice"] == {
        "customer_id": "due",
        "rhythm": "replenishment",
        "item": "rice",
        "days": 3,
        "gap_days": 20.0,
        "last_on": date(2025, 6, 26),
        "since_days": 4,
        "expected_on": date(2025, 7, 16),
        "overdue_days": 0,
        "overdue_ratio": 0.2,
    }


def test_two_days_make_a_rhythm_where_the_plan_says_so(
    tmp_path: Path, facts: Mapping[str, list[Fact]]
) -> None:
    fields = "rhythm: mine\nof: order_line\nby: status\nleast_days: 2\n"
    rows = [row for row in rows_of(tmp_path, facts, fields) if row["rhythm"] == "mine"]
    assert [(row["customer_id"], row["item"], row["gap_days"]) for row in rows] == [
        ("cancelled", "cancelled", 10.0)
    ]


def test_without_lines_the_fields_are_missing_and_there_are_no_rows(tmp_path: Path) -> None:
    plan = good()
    order = Fact("a", AS_OF, "1", {"order_id": "1", "amount": 100})
    with lake_of(tmp_path / "rows", plan, {"orders": [order]}) as (lake, manifest):
        rows = customer_fields(plan, lake, manifest, AsOf(AS_OF, SHANGHAI)).items
        assert lake.engine.rows(rows) == []
        assert rows.columns[:3] == ("customer_id", "rhythm", "item")
    fields = fields_of(tmp_path / "fields", plan, {"orders": [order]}, AS_OF)
    assert fields["a"]["replenishment_items"] is None
    assert fields["a"]["replenishment_due_on"] is None
