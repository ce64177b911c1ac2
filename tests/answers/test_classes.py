"""Classes with their shares, and who moved between them; by hand, on the shop that was run once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from keepwell.access.model import Scope, Viewer
from keepwell.answers.classes import classes
from keepwell.answers.migration import Move, migration
from keepwell.answers.sight import Sight
from keepwell.core.clock import AsOf
from keepwell.core.errors import ExpressionRefused, NotFound, Refused

STAGES = ("prospect", "lost", "won_back", "new", "loyal", "active", "silent", "at_risk", "dormant")


def ago(sight: Sight, days: int) -> AsOf:
    return AsOf(sight.as_of.instant - timedelta(days=days), ZoneInfo("Asia/Shanghai"))


def test_every_class_with_its_shares(sight: Sight, owner: Viewer) -> None:
    """ada and bea were silent for 70 days, cid bought 2 days ago, dot and eve within 30, fay never."""
    found = classes(sight, owner, "lifecycle_stage", worth="spend_365d")
    assert tuple(each.value for each in found.classes) == STAGES
    counts = {each.value: each.customers for each in found.classes if each.customers}
    assert counts == {"prospect": 1, "new": 1, "loyal": 2, "at_risk": 2}
    worth = {each.value: each.worth_minor for each in found.classes}
    assert (worth["at_risk"], worth["new"], worth["prospect"], worth["lost"]) == (192_300, 1_500, 0, 0)
    at_risk = found.classes[STAGES.index("at_risk")]
    total = 192_300 + 1_500 + 48_000 + 8_000
    assert (at_risk.customer_share, at_risk.worth_share) == (2 / 6, 192_300 / total)
    assert (found.customers, found.without) == (6, 0)


def test_what_is_expected_stands_beside_and_who_has_no_class_is_told(sight: Sight, owner: Viewer) -> None:
    """Five bought: each is a fifth. Latest orders 2 (cid), 3, 5, 70, 70 days ago; ada and bea are equal there."""
    found = classes(sight, owner, "rfm_class")
    expected = {each.value: (each.expected_customers, each.expected_worth) for each in found.classes}
    assert expected == {
        "fading": (Decimal(20), Decimal(10)),
        "frequent_high": (Decimal(15), Decimal(40)),
        "steady_mid": (Decimal(35), Decimal(35)),
        "occasional_low": (Decimal(30), Decimal(15)),
    }
    counts = {each.value: each.customers for each in found.classes}
    assert counts == {"fading": 2, "frequent_high": 0, "steady_mid": 2, "occasional_low": 1}
    assert (found.worth, found.customers, found.without) == ("spend_365d", 5, 1)


def test_a_field_without_worth_has_no_amounts(sight: Sight, owner: Viewer) -> None:
    found = classes(sight, owner, "rhythm_stage")
    assert found.worth is None
    assert {(each.worth_minor, each.worth_share) for each in found.classes} == {(None, None)}


def test_a_scope_hides_customers_from_counts_and_shares(sight: Sight, clerk: Viewer) -> None:
    found = classes(sight, clerk, "lifecycle_stage", worth="spend_365d")
    counts = {each.value: each.customers for each in found.classes if each.customers}
    assert counts == {"prospect": 1, "new": 1, "loyal": 2}


def test_where_nobody_is_seen_nothing_is_shared(sight: Sight) -> None:
    nobody = Viewer(3, "new", frozenset({"clerk"}), scope=Scope("spend_365d < -5"))
    found = classes(sight, nobody, "rfm_class")
    assert {(each.customers, each.customer_share, each.worth_share) for each in found.classes} == {
        (0, None, None)
    }


@pytest.mark.parametrize(
    ("field", "worth", "told"),
    [
        ("rfm_clas", None, "no field `rfm_clas`.*rfm_class"),
        ("orders_90d", None, "`orders_90d` is no field of classes: it has no cases"),
        ("recency_rank", None, "`recency_rank` is no field of classes"),
        ("customer_id", None, "`customer_id` is no field of classes"),
        ("rfm_class", "spend_356d", "no field `spend_356d`.*spend_365d"),
        ("rfm_class", "orders_365d", "`orders_365d` is whole, no money"),
    ],
)
def test_what_cannot_be_shown(sight: Sight, owner: Viewer, field: str, worth: str | None, told: str) -> None:
    with pytest.raises(NotFound, match=told):
        classes(sight, owner, field, worth=worth)
    with pytest.raises(NotFound, match=told):
        migration(sight, owner, field, ago(sight, 9), ago(sight, 1), worth=worth)


def moves(
    sight: Sight, viewer: Viewer, start: int, end: int
) -> dict[tuple[str | None, bool, str | None], int]:
    found = migration(
        sight, viewer, "lifecycle_stage", ago(sight, start), ago(sight, end), worth="spend_365d"
    )
    counts = {(move.before, move.is_new, move.after): move.customers for move in found.moves}
    assert sum(counts.values()) == found.customers
    return counts


def test_who_moved_between_two_days(sight: Sight, owner: Viewer) -> None:
    """60 days ago ada (10 days silent, 6 orders) and bea (4) were loyal; cid, dot and eve came after; fay joined."""
    assert moves(sight, owner, 60, 0) == {
        ("loyal", False, "at_risk"): 2,
        ("prospect", False, "prospect"): 1,
        (None, True, "loyal"): 2,
        (None, True, "new"): 1,
    }


def test_what_happens_after_the_end_is_not_told(sight: Sight, owner: Viewer) -> None:
    """10 days ago dot had not come yet, and cid and eve had just begun."""
    assert moves(sight, owner, 60, 10) == {
        ("loyal", False, "at_risk"): 2,
        ("prospect", False, "prospect"): 1,
        (None, True, "loyal"): 1,
        (None, True, "new"): 1,
    }


def test_what_those_who_moved_were_and_are_worth(sight: Sight, owner: Viewer) -> None:
    """77 days ago ada had five of her six orders, bea three of her four, each the first within 30 days: new."""
    found = migration(sight, owner, "lifecycle_stage", ago(sight, 77), ago(sight, 0), worth="spend_365d")
    [moved] = [move for move in found.moves if move.after == "at_risk"]
    before, after = 5 * 12_050 + 3 * 30_000, 6 * 12_050 + 4 * 30_000
    assert moved == Move("new", False, "at_risk", 2, before, after)


def test_a_field_of_ranks_is_ranked_among_those_of_each_day(sight: Sight, owner: Viewer) -> None:
    """60 days ago two had bought, too few to be ranked: no class. Now five have."""
    found = migration(sight, owner, "rfm_class", ago(sight, 60), ago(sight, 0))
    counts = {(move.before, move.is_new, move.after): move.customers for move in found.moves}
    assert counts == {
        (None, False, "fading"): 2,
        (None, False, None): 1,
        (None, True, "steady_mid"): 2,
        (None, True, "occasional_low"): 1,
    }


def test_a_scope_hides_customers_from_moves(sight: Sight, clerk: Viewer) -> None:
    assert moves(sight, clerk, 60, 0) == {
        ("prospect", False, "prospect"): 1,
        (None, True, "loyal"): 2,
        (None, True, "new"): 1,
    }


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        (1, 1, r"is not before"),
        (1, 2, r"2026-06-29 is not before 2026-06-28"),
        (5, -1, r"the newest snapshot is as of 2026-06-30, and 2026-07-01 is later.*keepwell run"),
        (5_000, 1, r"nothing is known of anybody as of 2012-10-21.*the first fact is of 2025-12-31"),
    ],
)
def test_days_between_which_nothing_can_be_told(
    sight: Sight, owner: Viewer, start: int, end: int, told: str
) -> None:
    with pytest.raises(Refused, match=told):
        migration(sight, owner, "lifecycle_stage", ago(sight, start), ago(sight, end))


def test_a_scope_that_cannot_be_read_is_refused(sight: Sight) -> None:
    with pytest.raises(ExpressionRefused):
        classes(sight, Viewer(4, "odd", frozenset({"clerk"}), scope=Scope("no_field = 1")), "rfm_class")


def test_instants_are_those_of_the_plan(sight: Sight, owner: Viewer) -> None:
    """The end of a local day in Shanghai is 16:00 in UTC: dot's order of 3 days ago, at 20:00 there, is within it."""
    day = datetime(2026, 6, 27, 15, 59, 59, 999999, tzinfo=UTC)
    zone = ZoneInfo("Asia/Shanghai")
    found = migration(sight, owner, "lifecycle_stage", ago(sight, 60), AsOf(day, zone))
    assert found.end.day.isoformat() == "2026-06-27"
    assert sum(move.customers for move in found.moves if move.is_new) == 3
