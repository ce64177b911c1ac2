"""Measures: every aggregate and every kind of window, against values worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from support.known_facts import Fact, Fields, fields_of
from support.plans import SETTINGS, good

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
AS_OF = datetime(2025, 6, 30, 20, 0, tzinfo=SHANGHAI)
SECOND = timedelta(seconds=1)

AGGREGATES = {
    "count": "count: true",
    "sum": "sum: amount",
    "distinct": "distinct: status",
    "first": "first: status",
    "last": "last: status",
    "min": "min: amount",
    "max": "max: amount",
}
WINDOWS = {"lifetime": "lifetime", "recent": "90d", "before": "previous 90d"}


def measures() -> str:
    """Every aggregate over every window, ``count_recent`` and so on, and two with a condition."""
    made = [
        f"measure: {aggregate}_{window}\nof: order\n{what}\nwindow: {length}\n"
        for aggregate, what in AGGREGATES.items()
        for window, length in WINDOWS.items()
    ]
    paid = "of: order\nwhere: status = 'paid'\n"
    made += [
        f"measure: paid_count\n{paid}count: true\nwindow: 90d\n",
        f"measure: paid_sum\n{paid}sum: amount\n",
    ]
    return "---\n".join(made)


def order(party: str | None, at: datetime, key: str, amount: int | None, status: str | None = "paid") -> Fact:
    return Fact(party, at, key, {"order_id": key, "amount": amount, "status": status})


def shanghai(month: int, day: int, hour: int = 12, *, year: int = 2025) -> datetime:
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


ORDERS = [
    order("ada", shanghai(6, 29), "A6", 700, "packed"),
    order("ada", shanghai(5, 10), "A5", 500),
    order("ada", shanghai(4, 20), "A4", -200, None),
    order("ada", shanghai(3, 15), "A3", 300, "returned"),
    order("ada", shanghai(2, 15), "A2", None),
    order("ada", shanghai(6, 1, year=2024), "A1", 1100, "cancelled"),
    # Only longer ago than both windows.
    order("bea", shanghai(6, 1, year=2023), "B1", 900),
    # After as_of: as if it did not exist.
    order("cid", AS_OF + SECOND, "C1", 400),
    # At as_of itself it does.
    order("dot", AS_OF, "D1", 400),
    # At one instant the key decides, as text: "T10" before "T9".
    order("tie", shanghai(6, 2), "T9", 9, "nine"),
    order("tie", shanghai(6, 2), "T10", 10, "ten"),
    order("tie", shanghai(6, 2), "T8", 8, "eight"),
    # More than 64 bits hold.
    order("big", shanghai(6, 2), "G1", 2**63 - 1),
    order("big", shanghai(2, 2), "G2", 1),
    order("least", shanghai(6, 2), "L1", -(2**63) + 1),
    order("least", shanghai(2, 2), "L2", -1),
    # Nobody's.
    order(None, shanghai(6, 2), "N1", 10_000),
]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fields]:
    plan = good(library=False, fields=measures())
    return fields_of(tmp_path_factory.mktemp("measures"), plan, {"orders": ORDERS}, AS_OF, also=["nobody"])


def told(fields: Fields, window: str) -> list[object]:
    """Values of the seven aggregates over a window."""
    return [fields[f"{aggregate}_{window}"] for aggregate in AGGREGATES]


def test_every_aggregate_over_every_window(found: dict[str, Fields]) -> None:
    ada = found["ada"]
    assert told(ada, "lifetime") == [6, 2400, 4, "cancelled", "packed", -200, 1100]
    assert told(ada, "recent")[:3] == [3, 1000, 2]
    assert told(ada, "recent")[4:] == ["packed", -200, 700]
    assert told(ada, "before") == [2, 300, 2, "paid", "returned", 300, 300]


def test_a_condition_and_a_window_hold_together(found: dict[str, Fields]) -> None:
    assert (found["ada"]["paid_count"], found["ada"]["paid_sum"]) == (1, 500)


@pytest.mark.parametrize(
    ("customer", "window"), [("nobody", "lifetime"), ("cid", "lifetime"), ("bea", "recent")]
)
def test_without_facts_counts_and_sums_are_0_and_the_rest_is_missing(
    found: dict[str, Fields], customer: str, window: str
) -> None:
    assert told(found[customer], window) == [0, 0, 0, None, None, None, None]


def test_a_fact_counts_at_as_of_and_not_a_second_later(found: dict[str, Fields]) -> None:
    assert told(found["dot"], "recent") == [1, 400, 1, "paid", "paid", 400, 400]
    assert found["cid"]["count_lifetime"] == 0


def test_of_facts_at_one_instant_the_smallest_key_is_first_and_the_greatest_last(
    found: dict[str, Fields],
) -> None:
    assert (found["tie"]["first_lifetime"], found["tie"]["last_lifetime"]) == ("ten", "nine")


def test_a_sum_beyond_64_bits_is_missing_and_one_that_fits_is_exact(found: dict[str, Fields]) -> None:
    assert found["big"]["sum_lifetime"] is None
    assert found["big"]["sum_recent"] == 2**63 - 1
    assert found["least"]["sum_lifetime"] == -(2**63)
    assert found["big"]["count_lifetime"] == 2


def test_what_is_anonymous_is_nobodys(found: dict[str, Fields]) -> None:
    assert set(found) == {"ada", "bea", "cid", "dot", "tie", "big", "least", "nobody"}
    assert found["nobody"]["sum_lifetime"] == 0


def test_as_of_in_the_past_knows_nothing_of_what_came_later(tmp_path: Path) -> None:
    plan = good(library=False, fields=measures())
    then = fields_of(tmp_path, plan, {"orders": ORDERS}, shanghai(4, 20, 11))["ada"]
    assert told(then, "lifetime") == [3, 1400, 3, "cancelled", "returned", 300, 1100]
    assert told(then, "recent") == [2, 300, 2, "paid", "returned", 300, 300]
    assert told(then, "before") == [0, 0, 0, None, None, None, None]


EDGES = [
    # as_of, days, the first instant of the window (UTC), the first of the window before.
    # A window of 1 day is today since midnight; Shanghai is 8 hours ahead.
    (
        datetime(2025, 6, 30, 20, tzinfo=SHANGHAI),
        1,
        datetime(2025, 6, 29, 16, tzinfo=UTC),
        datetime(2025, 6, 28, 16, tzinfo=UTC),
    ),
    # Early in the morning of a local day it is still yesterday in UTC.
    (
        datetime(2025, 6, 30, 0, 30, tzinfo=SHANGHAI),
        1,
        datetime(2025, 6, 29, 16, tzinfo=UTC),
        datetime(2025, 6, 28, 16, tzinfo=UTC),
    ),
    (
        datetime(2025, 6, 30, 20, tzinfo=SHANGHAI),
        90,
        datetime(2025, 4, 1, 16, tzinfo=UTC),
        datetime(2025, 1, 1, 16, tzinfo=UTC),
    ),
    # On 9 March 2025 New York went from UTC-5 to UTC-4 at two o'clock: that day's midnight is the old time's.
    (
        datetime(2025, 3, 31, 12, tzinfo=NEW_YORK),
        23,
        datetime(2025, 3, 9, 5, tzinfo=UTC),
        datetime(2025, 2, 14, 5, tzinfo=UTC),
    ),
    (
        datetime(2025, 3, 31, 12, tzinfo=NEW_YORK),
        22,
        datetime(2025, 3, 10, 4, tzinfo=UTC),
        datetime(2025, 2, 16, 5, tzinfo=UTC),
    ),
    # On 2 November 2025 it went back: a day of 25 hours.
    (
        datetime(2025, 11, 10, 12, tzinfo=NEW_YORK),
        9,
        datetime(2025, 11, 2, 4, tzinfo=UTC),
        datetime(2025, 10, 24, 4, tzinfo=UTC),
    ),
    (
        datetime(2025, 11, 10, 12, tzinfo=NEW_YORK),
        8,
        datetime(2025, 11, 3, 5, tzinfo=UTC),
        datetime(2025, 10, 26, 4, tzinfo=UTC),
    ),
]


@pytest.mark.parametrize(("as_of", "days", "start", "start_before"), EDGES)
def test_windows_begin_at_local_midnight(
    tmp_path: Path, as_of: datetime, days: int, start: datetime, start_before: datetime
) -> None:
    settings = {"keepwell.toml": SETTINGS.replace("Asia/Shanghai", str(as_of.tzinfo))}
    fields = "---\n".join(
        f"measure: {name}\nof: order\ncount: true\nwindow: {window}\n"
        for name, window in {"recent": f"{days}d", "before": f"previous {days}d"}.items()
    )
    edges = {
        "at start": start,
        "just before start": start - SECOND,
        "at start before": start_before,
        "just before that": start_before - SECOND,
    }
    orders = [order(name, at, name, 100) for name, at in edges.items()]
    plan = good(settings, library=False, fields=fields)
    found = fields_of(tmp_path, plan, {"orders": orders}, as_of)
    assert [(found[name]["recent"], found[name]["before"]) for name in edges] == [
        (1, 0),
        (0, 1),
        (0, 1),
        (0, 0),
    ]
