"""The shipped schemes of RFM, the value score and the classes, on few customers worked out by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from keepwell.catalog.kinds import Ranking
from support.known_facts import Fact, Fields, fields_of
from support.plans import good

AS_OF = datetime(2025, 6, 30, 20, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

ORDERS: dict[str, list[tuple[int, int]]] = {
    # Customer: orders as days ago and yuan. Ten buyers, so a rank is a tenth.
    "a": [(1, 500), (20, 500), (60, 500), (100, 500), (200, 500)],
    "b": [(2, 400), (30, 400), (90, 400), (150, 400)],
    "c": [(3, 900), (40, 900)],
    "d": [(4, 100), (50, 100), (110, 100)],
    "e": [(5, 50)],
    "f": [(40, 60)],
    "g": [(70, 700)],
    "h": [(150, 90), (160, 90)],
    "i": [(300, 80)],
    "j": [(800, 999), (900, 999)],  # not one order in a year
    "visitor": [],
}

# (recency, frequency and monetary rank in tenths; what class, level and type follow)
# Recency by the latest day; frequency: j 0, then e f g i 1 each, c h 2 each, d 3, b 4, a 5;
# money: j 0, e 50, f 60, i 80, h 180, d 300, g 700, b 1600, c 1800, a 2500.
EXPECTED = {
    "a": (9, 9, 9, "frequent_high", "diamond", "important_value"),
    "b": (8, 8, 7, "steady_mid", "diamond", "important_value"),
    "c": (7, 5, 8, "steady_mid", "gold", "important_value"),
    "d": (6, 7, 5, "steady_mid", "gold", "important_value"),
    "e": (5, 1, 1, "occasional_low", "silver", "general_develop"),
    "f": (4, 1, 2, "occasional_low", "silver", "general_win_back"),
    "g": (3, 1, 6, "occasional_low", "silver", "important_win_back"),
    "h": (2, 5, 4, "steady_mid", "silver", "general_keep"),
    "i": (1, 1, 3, "fading", "silver", "general_win_back"),
    "j": (0, 0, 0, "fading", "silver", "general_win_back"),
    "visitor": (None, None, None, None, None, None),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fields]:
    orders = [
        Fact(
            who,
            AS_OF - timedelta(days=days),
            f"{who}{number}",
            {"order_id": f"{who}{number}", "amount": yuan * 100},
        )
        for who, of_party in ORDERS.items()
        for number, (days, yuan) in enumerate(of_party)
    ]
    return fields_of(tmp_path_factory.mktemp("rfm"), good(), {"orders": orders}, AS_OF, also=["visitor"])


def test_ranks_classes_levels_and_types(found: dict[str, Fields]) -> None:
    tenths = {
        who: tuple(
            None if fields[name] is None else round(fields[name] * 10)
            for name in ("recency_rank", "frequency_rank", "monetary_rank")
        )
        + tuple(fields[name] for name in ("rfm_class", "rfm_level", "rfm_type"))
        for who, fields in found.items()
    }
    assert tenths == EXPECTED


def test_scores_are_the_fifths_of_ranks(found: dict[str, Fields]) -> None:
    for who, (recency, frequency, monetary, *_) in EXPECTED.items():
        scores = tuple(found[who][name] for name in ("recency_score", "frequency_score", "monetary_score"))
        expected = tuple(
            None if rank is None else int(rank) // 2 + 1 for rank in (recency, frequency, monetary)
        )
        assert scores == expected


def test_all_who_are_equal_share_the_lowest_score(found: dict[str, Fields]) -> None:
    """e, f, g and i ordered once in a year: their rank is that of the first of them, a tenth."""
    assert {found[who]["frequency_score"] for who in "efgi"} == {1}


def test_in_a_group_too_small_nobody_has_a_class(tmp_path_factory: pytest.TempPathFactory) -> None:
    orders = [Fact(who, AS_OF, who, {"order_id": who, "amount": 100}) for who in "abcd"]
    four = fields_of(tmp_path_factory.mktemp("four"), good(), {"orders": orders}, AS_OF)
    for name in ("recency_score", "rfm_class", "rfm_level", "rfm_type", "customer_value_score"):
        assert [fields[name] for fields in four.values()] == [None] * 4
    assert {fields["customer_group"] for fields in four.values()} == {"growth"}


def test_the_value_score_by_hand(found: dict[str, Fields]) -> None:
    """Customer a. No interactions, lines or discounts are told: those count as the middle.

    Spend ever: e 50, f 60, i 80, h 180, d 300, g 700, b 1600, c 1800, j 1998, a 2500: rank 0.9. Baskets of the nine
    with orders in a year: 500 is above all but g (700) and c (900): rank 6/9. Rhythm: a, b, c, d, h have gaps, j too:
    a's silence of 1 day beside a gap of 49.75 is the least: 5/6. Orders ever: 5, the most: 0.9. First order 200 days
    ago; tenures are a 200, b 150, c 40, d 110, e 5, f 40, g 70, h 160, i 300, j 900: rank 0.7.
    Returns: none, all equal: 0. Change of spend: a 1500 - 1000 = 500 (60 days ago within 90, 100 and 200: only the one
    of 100 days ago lies in the 90 days before: 1500 - 500 = 1000).
    """
    a = found["a"]
    assert a["value_index"] == pytest.approx(100 * (0.5 * 0.9 + 0.3 * 0.9 + 0.2 * 6 / 9))
    assert a["behaviour_index"] == pytest.approx(100 * (0.4 * 0.9 + 0.3 * 0.9 + 0.2 * 5 / 6 + 0.1 * 0.5))
    assert a["need_index"] is None
    assert a["loyalty_index"] == pytest.approx(100 * (0.4 * 0.9 + 0.3 * 0.7 + 0 + 0.1 * 0.5 + 0.1 * 0.5))
    assert a["customer_value_score"] == pytest.approx(
        0.4 * a["value_index"] + 0.25 * a["behaviour_index"] + 0.1 * 50
        + 0.15 * a["loyalty_index"] + 0.1 * a["potential_index"]
    )  # fmt: skip
    assert a["customer_value_rank"] == 0.9
    assert found["visitor"]["customer_value_score"] is None


def test_potential_by_hand(found: dict[str, Fields]) -> None:
    """Spend in 90 days less the 90 before: a 1500-500, b 800-800 (90 days ago lies in the window before), c 1800,
    d 200-100, e 50, f 60, g 700, h -180, i 0, j 0. Lower than a's 1000: all but c: 0.8. Orders: a 3/1 - 1 = 2,
    b 2/2 - 1 = 0, d 2/1 - 1 = 1 and h 0/2 - 1 = -1 are known, four, too few to rank; so too for baskets.
    """
    assert found["a"]["spend_change_rank"] == 0.8
    assert found["a"]["frequency_change_rank"] is None
    assert found["a"]["potential_index"] == pytest.approx(100 * (0.4 * 0.8 + 0.3 * 0.5 + 0.3 * 0.5))


def test_groups_and_classes(found: dict[str, Fields]) -> None:
    both = {who: (fields["customer_group"], fields["customer_class"]) for who, fields in found.items()}
    assert both == {
        "a": ("core", "star"),
        "b": ("core", "steady"),  # value 64, loyalty 57, potential 52
        "c": ("growth", "growth"),  # value 79, but behaviour below 60; potential 66
        "d": ("growth", "steady"),
        "e": ("growth", "growth"),  # new
        "f": ("growth", "occasional"),
        "g": ("at_risk", "fading"),
        "h": ("at_risk", "fading"),
        "i": ("at_risk", "lost"),
        "j": ("at_risk", "lost"),
        "visitor": (None, None),
    }


def test_indexes_stay_within_their_bounds(found: dict[str, Fields]) -> None:
    for name in ("value_index", "behaviour_index", "loyalty_index", "potential_index"):
        assert all(0 <= fields[name] <= 100 for who, fields in found.items() if who != "visitor")


def test_the_classes_rest_on_eighteen_indicators() -> None:
    """As documented: fifteen ranks that four indexes weigh, and three that the cases name themselves."""
    plan = good()
    named = plan.depends_on("customer_class")
    indexes = {name for name in named if name.endswith("_index")}
    ranks = {rank for index in indexes for rank in plan.depends_on(index)}
    assert all(isinstance(plan.owner(rank), Ranking) for rank in ranks)
    others = set(named) - indexes - {"orders_lifetime", "orders_365d"}  # ranked already
    assert (len(ranks), others) == (15, {"lifecycle_stage", "rhythm_stage", "discount_share_lifetime"})
