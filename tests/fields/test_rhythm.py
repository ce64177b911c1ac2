"""Each customer's own rhythm, worked out by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from support.known_facts import Fact, Fields, fields_of
from support.plans import good

SHANGHAI = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2025, 6, 30, 20, 0, tzinfo=SHANGHAI)
SUFFIXES = (
    "days",
    "gap_days",
    "last_on",
    "since_days",
    "expected_on",
    "overdue_days",
    "overdue_ratio",
    "returned_on",
)

ORDERS: dict[str, list[tuple[int, int, str | None]]] = {
    # Customer: orders as days ago, amount and status
    "once": [(10, 100, None)],
    "today": [(0, 100, None)],
    "regular": [(50, 100, None), (40, 100, None), (30, 100, None)],
    "in time": [(25, 100, None), (15, 100, None), (5, 100, None)],
    "on the day": [(20, 100, None), (10, 100, None)],
    "several a day": [(20, 100, None), (20, 50, None), (10, 100, None), (10, 1, None), (10, 1, None)],
    # Gaps of 10 and 15 days: 12.5, and half a day is rounded up to a whole one.
    "uneven": [(45, 100, None), (35, 100, None), (20, 100, None)],
    "returns": [
        (50, 100, None),
        (40, 100, None),
        (20, -100, None),
        (5, 100, "returned"),
        (4, 100, "cancelled"),
    ],
    "only returns": [(50, -100, None)],
    "came back": [(300, 100, None), (120, 100, None), (20, 100, None)],
    "came back twice": [(600, 100, None), (400, 100, None), (200, 100, None), (190, 100, None)],
    "a day too early": [(299, 100, None), (120, 100, None)],
    "later": [(20, 100, None), (10, 100, None), (-1, 100, None)],
}


def rhythm(*values: object) -> dict[str, object]:
    return dict(zip(SUFFIXES, values, strict=True))


EXPECTED = {
    "once": rhythm(1, None, date(2025, 6, 20), 10, None, None, None, None),
    "today": rhythm(1, None, date(2025, 6, 30), 0, None, None, None, None),
    "regular": rhythm(3, 10.0, date(2025, 5, 31), 30, date(2025, 6, 10), 20, 3.0, None),
    "in time": rhythm(3, 10.0, date(2025, 6, 25), 5, date(2025, 7, 5), 0, 0.5, None),
    "on the day": rhythm(2, 10.0, date(2025, 6, 20), 10, date(2025, 6, 30), 0, 1.0, None),
    "several a day": rhythm(2, 10.0, date(2025, 6, 20), 10, date(2025, 6, 30), 0, 1.0, None),
    "uneven": rhythm(3, 12.5, date(2025, 6, 10), 20, date(2025, 6, 23), 7, 1.6, None),
    "returns": rhythm(2, 10.0, date(2025, 5, 21), 40, date(2025, 5, 31), 30, 4.0, None),
    "only returns": rhythm(*[None] * 8),
    "came back": rhythm(
        3, 140.0, date(2025, 6, 10), 20, date(2025, 10, 28), 0, pytest.approx(1 / 7), date(2025, 3, 2)
    ),
    "came back twice": rhythm(
        4, pytest.approx(410 / 3), date(2024, 12, 22), 190, date(2025, 5, 8), 53, pytest.approx(570 / 410),
        date(2024, 12, 12),
    ),
    "a day too early": rhythm(
        2, 179.0, date(2025, 3, 2), 120, date(2025, 8, 28), 0, pytest.approx(120 / 179), None
    ),
    "later": rhythm(2, 10.0, date(2025, 6, 20), 10, date(2025, 6, 30), 0, 1.0, None),
    "nothing": rhythm(*[None] * 8),
}  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fields]:
    orders = [
        Fact(
            party,
            AS_OF - timedelta(days=days),
            f"{party} {number}",
            {"order_id": f"{party} {number}", "amount": amount, "status": status},
        )
        for party, given in ORDERS.items()
        for number, (days, amount, status) in enumerate(given)
    ]
    # 23:30 and half an hour after midnight are two local days, though one day in UTC.
    orders += [
        Fact("midnight", at, f"midnight {number}", {"order_id": str(number), "amount": 100})
        for number, at in enumerate(
            [datetime(2025, 6, 10, 23, 30, tzinfo=SHANGHAI), datetime(2025, 6, 11, 0, 30, tzinfo=SHANGHAI)]
        )
    ]
    return fields_of(tmp_path_factory.mktemp("rhythm"), good(), {"orders": orders}, AS_OF, also=["nothing"])


@pytest.mark.parametrize("customer", EXPECTED)
def test_the_shipped_rhythm_of_purchases(found: dict[str, Fields], customer: str) -> None:
    fields = {suffix: found[customer][f"purchase_{suffix}"] for suffix in SUFFIXES}
    assert fields == EXPECTED[customer]


@pytest.mark.parametrize(
    ("customer", "variation", "longest"),
    [
        ("nothing", None, None),
        ("once", None, None),
        ("on the day", None, 10),
        ("regular", 0.0, 10),
        ("several a day", None, 10),
        # Gaps of 10 and 15: the deviation is 2.5, the mean 12.5.
        ("uneven", 0.2, 15),
        # 180 and 100: 40 of 140.
        ("came back", pytest.approx(40 / 140), 180),
        # 200, 200 and 10: squares of 80,100, n * sum - square of the sum = 240,300 - 168,100 = 72,200.
        ("came back twice", pytest.approx(72_200**0.5 / 410), 200),
    ],
)
def test_how_even_the_gaps_are(
    found: dict[str, Fields], customer: str, variation: float | None, longest: int | None
) -> None:
    fields = found[customer]
    assert (fields["purchase_gap_variation"], fields["purchase_longest_gap_days"]) == (variation, longest)


def test_days_are_local_days(found: dict[str, Fields]) -> None:
    assert found["midnight"]["purchase_days"] == 2
    assert found["midnight"]["purchase_gap_days"] == 1.0
    assert found["midnight"]["purchase_last_on"] == date(2025, 6, 11)
