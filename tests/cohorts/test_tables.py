"""The tables that cohorts are asked from: edges of months, zones and instants, what counts, and who is in them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from keepwell.catalog.plan import Plan
from keepwell.cohorts.activity import ACTIVITY
from keepwell.cohorts.first_steps import FIRST_STEPS
from keepwell.cohorts.made import cohort_tables
from keepwell.core.clock import AsOf
from keepwell.lake.engine import open_engine
from keepwell.lake.lake import Lake
from support.known_facts import Fact, write_facts
from support.plans import good

SHANGHAI = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2025, 6, 15, 12, tzinfo=SHANGHAI)
Rows = list[dict[str, Any]]

VISITS = """\
source: visits
from: {files: data/visits.csv}
fact: interaction
system: shop
key: [visit]
columns:
  visit: {column: visit, type: text}
  party: customer_no
  occurred_at: at
"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def order(party: str | None, text: str, amount: int | None, status: str | None = None) -> Fact:
    key = f"{party} {text} {amount}"
    return Fact(party, at(text), key, {"order_id": key, "amount": amount, "status": status})


def visit(party: str, text: str) -> Fact:
    return Fact(party, at(text), f"{party} {text}")


def made(
    folder: Path,
    orders: list[Fact],
    visits: list[Fact] | None = None,
    *,
    plan: Plan | None = None,
    as_of: datetime = AS_OF,
) -> dict[str, Rows]:
    """The rows of each table."""
    plan = plan or good({"sources/visits.yml": VISITS})
    engine = open_engine(folder / "spill", threads=1)
    lake = Lake(folder / "lake", engine)
    facts = {"orders": orders, "visits": visits} if visits else {"orders": orders}
    manifest = write_facts(plan, lake, facts, ["nobody"])
    tables = cohort_tables(plan, lake, manifest, AsOf(as_of, plan.settings.zone))
    rows = {name: engine.rows(table) for name, table in tables.items()}
    engine.close()
    return rows


def test_a_month_begins_at_midnight_in_the_plans_zone(tmp_path: Path) -> None:
    orders = [order("ann", "2025-01-31 23:59:59.999999", 100), order("ann", "2025-02-01 00:00", 200)]
    january, february = date(2025, 1, 1), date(2025, 2, 1)
    first = {
        "customer_id": "ann",
        "month": january,
        "orders": 1,
        "sales": 100,
        "spend": 100,
        "last_on": date(2025, 1, 31),
        "first_month": january,
        "next_month": february,
    }
    second = first | {
        "month": february,
        "sales": 200,
        "spend": 200,
        "last_on": february,
        "next_month": None,
    }
    assert made(tmp_path, orders)[ACTIVITY] == [first, second]


def test_the_same_instants_in_another_zone_are_other_months(tmp_path: Path) -> None:
    settings = 'format = 1\nname = "Shop"\ntime_zone = "America/New_York"\ncurrency = "USD"\n'
    plan = good({"keepwell.toml": settings})
    instants = [datetime(2025, 2, 1, 4, 59, tzinfo=UTC), datetime(2025, 2, 1, 5, 0, tzinfo=UTC)]
    orders = [Fact("ann", instant, str(instant), {"order_id": "a", "amount": 1}) for instant in instants]
    assert [row["month"] for row in made(tmp_path, orders, plan=plan)[ACTIVITY]] == [
        date(2025, 1, 1),
        date(2025, 2, 1),
    ]


def test_what_counts_and_what_is_only_heard_of(tmp_path: Path) -> None:
    orders = [
        order("ann", "2025-01-01", 100, "cancelled"),
        order("ann", "2025-02-01", 100),
        order("ann", "2025-02-02", 70),
        order("ann", "2025-02-03", 0),
        order("ann", "2025-02-04", None),
        order("ann", "2025-03-05", 100, "returned"),
        order("ann", "2025-03-04", -30),
        order("bob", "2025-03-04", -30),
        order(None, "2025-02-01", 500),
    ]
    rows = made(tmp_path, orders, [visit("ann", "2025-04-09"), visit("cat", "2025-04-09")])
    told = {
        (row["customer_id"], f"{row['month']:%m}"): (
            row["orders"],
            row["sales"],
            row["spend"],
            row["last_on"].day,
        )
        for row in rows[ACTIVITY]
    }
    assert told == {
        ("ann", "01"): (0, 0, 0, 1),
        ("ann", "02"): (2, 170, 170, 4),
        ("ann", "03"): (0, 0, -30, 5),
        ("ann", "04"): (0, 0, 0, 9),
        ("bob", "03"): (0, 0, -30, 4),
        ("cat", "04"): (0, 0, 0, 9),
    }
    firsts = {row["customer_id"]: row["first_month"] for row in rows[ACTIVITY]}
    assert firsts == {"ann": date(2025, 2, 1), "bob": None, "cat": None}
    assert [row["customer_id"] for row in rows[FIRST_STEPS]] == ["ann"]


def test_a_sum_that_does_not_fit_is_missing(tmp_path: Path) -> None:
    great = 2**63 - 1
    [row] = made(tmp_path, [order("ann", "2025-01-01", great), order("ann", "2025-01-02", great)])[ACTIVITY]
    assert (row["orders"], row["sales"], row["spend"]) == (2, None, None)


def test_first_steps_follow_by_instant_and_count_local_days(tmp_path: Path) -> None:
    orders = [
        order("ann", "2025-01-01 23:59", 100),
        order("ann", "2025-01-02 00:00", 100),  # a minute and a day later
        order("ann", "2025-01-31 10:00", 100),  # day 30
        order("ann", "2025-02-01 10:00", 100),  # day 31 has no bit
        order("bob", "2025-01-01 10:00", 100),
        order("bob", "2025-01-01 10:00", 90),  # at the same instant: not after it
        order("bob", "2025-03-01 10:00", 80, "cancelled"),
    ]
    visits = [
        visit("ann", "2025-01-01 23:58"),
        visit("ann", "2025-01-31 09:59"),
        visit("bob", "2025-01-01 10:00"),
    ]
    [ann, bob] = made(tmp_path, orders, visits)[FIRST_STEPS]
    assert ann == {
        "customer_id": "ann",
        "first_on": date(2025, 1, 1),
        "again_days": 1,
        "touched_days": 30,
        "bought_days": 0,
        "bought_bits": (1 << 1) + (1 << 30),
        "touched_bits": 1 << 30,
    }
    assert bob == {
        "customer_id": "bob",
        "first_on": date(2025, 1, 1),
        "again_days": None,
        "touched_days": None,
        "bought_days": None,
        "bought_bits": 0,
        "touched_bits": 0,
    }


def test_nothing_after_as_of_is_known(tmp_path: Path) -> None:
    orders = [order("ann", "2025-06-15 12:00", 100), order("ann", "2025-06-15 12:00:00.000001", 100)]
    rows = made(tmp_path, orders)
    assert [row["orders"] for row in rows[ACTIVITY]] == [1]
    assert rows[FIRST_STEPS][0]["again_days"] is None


def test_without_facts_the_tables_are_empty_and_have_their_columns(tmp_path: Path) -> None:
    assert made(tmp_path, []) == {ACTIVITY: [], FIRST_STEPS: []}


def test_the_plan_says_what_a_purchase_is(tmp_path: Path) -> None:
    orders = [order("ann", "2025-01-01", 0), order("ann", "2025-02-01", 100, "cancelled")]
    everything = "rhythm: purchase\nof: order\n"
    for name, rhythm, expected in [
        ("all", everything, [1, 1]),
        ("free", everything + "where: amount = 0\n", [1, 0]),
        ("none", "rhythm: purchase\nof: interaction\n", []),
    ]:
        files = {"sources/visits.yml": VISITS, "fields/purchase.yml": rhythm}
        rows = made(tmp_path / name, orders, plan=good(files))[ACTIVITY]
        assert [row["orders"] for row in rows] == expected, name


@pytest.mark.parametrize("table", [ACTIVITY, FIRST_STEPS])
def test_two_runs_make_the_same_tables(table: str, tmp_path: Path) -> None:
    orders = [
        order(party, f"2025-0{month}-0{day}", 100) for party in "cab" for month in (1, 2) for day in (3, 4)
    ]
    visits = [visit(party, "2025-01-09") for party in "bc"]
    one, other = (
        made(tmp_path / name, given, visits)[table] for name, given in (("1", orders), ("2", orders[::-1]))
    )
    assert one == other
    assert [row["customer_id"] for row in one] == sorted(row["customer_id"] for row in one)
