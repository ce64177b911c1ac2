"""Rankings of a few customers, worked out by hand: ties, missing values, small groups, chains."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.known_facts import Fact, fields_of
from support.plans import good

AS_OF = datetime(2025, 6, 30, 12, tzinfo=UTC)

SUM = "measure: spend\nof: order\nsum: amount\n---\nmeasure: last_at\nof: order\nmax: occurred_at\n---\n"


def ranks(folder: Path, fields: str, amounts: dict[str, list[int]], name: str = "r") -> dict[str, Any]:
    """Customer → the field ``name``; the n-th order of a customer was n days ago."""
    orders = [
        Fact(
            who,
            AS_OF - timedelta(days=number),
            f"{who}{number}",
            {"order_id": f"{who}{number}", "amount": paid},
        )
        for who, paids in amounts.items()
        for number, paid in enumerate(paids)
    ]
    also = [who for who, paids in amounts.items() if not paids]
    plan = good(library=False, fields=SUM + fields)
    found = fields_of(folder, plan, {"orders": orders}, AS_OF, also=also)
    return {who: found[who][name] for who in amounts}


FIVE = {"a": [10], "b": [20], "c": [30], "d": [40], "e": [50]}


@pytest.mark.parametrize(
    ("body", "amounts", "expected"),
    [
        ("", FIVE, [0, 1 / 5, 2 / 5, 3 / 5, 4 / 5]),
        ("best: lowest\n", FIVE, [4 / 5, 3 / 5, 2 / 5, 1 / 5, 0]),
        # Equal values have equal ranks: the share of those strictly lower.
        ("", {"a": [5], "b": [7], "c": [7], "d": [7], "e": [9]}, [0, 1 / 5, 1 / 5, 1 / 5, 4 / 5]),
        ("best: lowest\n", {"a": [5], "b": [7], "c": [7], "d": [7], "e": [9]}, [4 / 5, 1 / 5, 1 / 5, 1 / 5, 0]),
        ("", {who: [3] for who in "abcde"}, [0] * 5),
        # Below zero, and zero for one without an order.
        ("", {"a": [-4], "b": [-9], "c": [], "d": [2], "e": [1]}, [1 / 5, 0, 2 / 5, 4 / 5, 3 / 5]),
        ("among: spend > 0\nat_least: 2\n", {"a": [-4], "b": [0], "c": [], "d": [2], "e": [1]},
         [None, None, None, 1 / 2, 0]),
        # Four are too few by default, and exactly as many as are needed are enough.
        ("", {"a": [1], "b": [2], "c": [3], "d": [4]}, [None] * 4),
        ("at_least: 4\n", {"a": [1], "b": [2], "c": [3], "d": [4]}, [0, 1 / 4, 2 / 4, 3 / 4]),
        ("at_least: 1\n", {"only": [1]}, [0]),
        ("among: spend > 30\n", FIVE, [None] * 5),
        ("among: spend > 99\nat_least: 1\n", FIVE, [None] * 5),
    ],
)  # fmt: skip
def test_the_share_of_those_who_stand_lower(
    tmp_path: Path, body: str, amounts: dict[str, list[int]], expected: list[float | None]
) -> None:
    found = ranks(tmp_path, f"ranking: r\nvalue: spend\n{body}", amounts)
    assert list(found.values()) == expected


def test_nobody_at_all(tmp_path: Path) -> None:
    assert ranks(tmp_path, "ranking: r\nvalue: spend\n", {}) == {}


def test_a_missing_value_has_no_rank_and_is_nobodys_rival(tmp_path: Path) -> None:
    """The mean basket of one without orders is missing: x/0. Five others are ranked among five."""
    fields = "measure: n\nof: order\ncount: true\n---\nranking: r\nvalue: spend / n\n"
    found = ranks(tmp_path, fields, {**FIVE, "none": []})
    assert found == {"a": 0, "b": 1 / 5, "c": 2 / 5, "d": 3 / 5, "e": 4 / 5, "none": None}


def test_zero_is_zero_whatever_its_sign(tmp_path: Path) -> None:
    found = ranks(tmp_path, "ranking: r\nvalue: spend / -1\n", {**FIVE, "f": [0], "g": []})
    assert found == {"a": 4 / 7, "b": 3 / 7, "c": 2 / 7, "d": 1 / 7, "e": 0, "f": 5 / 7, "g": 5 / 7}


def test_moments_and_days_are_ranked_the_latest_highest(tmp_path: Path) -> None:
    """The first order of each was made at ``as_of``, so all tie; by the least day they differ."""
    fields = "measure: first_at\nof: order\nmin: occurred_at\n---\n"
    amounts = {who: [1] * (number + 1) for number, who in enumerate("abcde")}
    by_moment = ranks(tmp_path / "m", fields + "ranking: r\nvalue: first_at\n", amounts)
    by_day = ranks(tmp_path / "d", fields + "ranking: r\nvalue: day_of(first_at)\n", amounts)
    latest = ranks(tmp_path / "l", fields + "ranking: r\nvalue: last_at\n", amounts)
    assert by_moment == by_day == {"a": 4 / 5, "b": 3 / 5, "c": 2 / 5, "d": 1 / 5, "e": 0}
    assert latest == dict.fromkeys("abcde", 0)


def test_fields_and_rankings_may_rest_on_each_other_in_any_depth(tmp_path: Path) -> None:
    """r ranks by spend, s by the distance of r from the middle, t by a field of s: in any order of the file."""
    fields = """\
ranking: t
value: of_s
among: r < 0.9
at_least: 1
---
field: of_s
value: 1 - s
---
ranking: s
value: abs(r - 0.4)
at_least: 1
---
ranking: r
value: spend
at_least: 1
"""
    found = {name: ranks(tmp_path / name, fields, FIVE, name) for name in "rst"}
    assert found["r"] == {"a": 0, "b": 1 / 5, "c": 2 / 5, "d": 3 / 5, "e": 4 / 5}
    # Distances .4 .2 0 .2 .4, but in float64 0.6 - 0.4 is 0.19999999999999996: below 0.2.
    assert found["s"] == {"a": 3 / 5, "b": 2 / 5, "c": 0, "d": 1 / 5, "e": 3 / 5}
    assert found["t"] == {"a": 0, "b": 2 / 5, "c": 4 / 5, "d": 3 / 5, "e": 0}


def test_greatest_and_least_whole_numbers(tmp_path: Path) -> None:
    top = 2**63 - 1
    found = ranks(
        tmp_path, "ranking: r\nvalue: spend\n", {"a": [top], "b": [top - 1], "c": [-top], "d": [0], "e": [1]}
    )
    assert found == {"a": 4 / 5, "b": 3 / 5, "c": 0, "d": 1 / 5, "e": 2 / 5}


def test_ten_thousand_in_two_heaps(tmp_path: Path) -> None:
    """Nine thousand spent 1 and a thousand spent 2: the heap of many has rank 0, the other 0.9."""
    amounts = {f"c{number:05}": [2 if number % 10 == 0 else 1] for number in range(10_000)}
    found = ranks(tmp_path, "ranking: r\nvalue: spend\n", amounts)
    assert [list(found.values()).count(value) for value in (0, 0.9)] == [9_000, 1_000]
