"""Who, how many, in which order, why; and members of a segment with their reasons and what is at stake."""

from __future__ import annotations

import pytest

from keepwell.access.model import Viewer
from keepwell.answers.ask import PAGE_ROWS_MAX, Answer, ask, members
from keepwell.answers.sight import Sight
from keepwell.core.errors import ExpressionRefused, LimitExceeded, NotFound, Refused


def ids(answer: Answer) -> list[str]:
    return [found.customer_id for found in answer.found]


def all_ids(sight: Sight, viewer: Viewer) -> list[str]:
    return ids(ask(sight, viewer, "orders_lifetime >= 0", sort="spend_lifetime", limit=100))


def test_how_many_of_how_many_and_why(sight: Sight, owner: Viewer) -> None:
    answer = ask(sight, owner, "orders_lifetime >= 6 and spend_lifetime > 100 or orders_lifetime = 1")
    assert (answer.count, answer.of, len(answer.found)) == (3, 6, 3)
    assert answer.next_after is None
    because = {found.values["orders_lifetime"]: found.because for found in answer.found}
    assert because[1] == ("orders_lifetime = 1",)
    assert because[6] == ("orders_lifetime >= 6", "spend_lifetime > 100")


def test_pages_hold_each_customer_once_in_one_order(sight: Sight, owner: Viewer) -> None:
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page = ask(sight, owner, "orders_lifetime >= 0", sort="orders_365d", limit=2, after=after)
        assert page.count == 6
        seen += ids(page)
        after = page.next_after
    whole = ask(sight, owner, "orders_lifetime >= 0", sort="orders_365d", limit=6)
    assert whole.next_after is None
    assert seen == ids(whole)
    assert len(set(seen)) == 6


@pytest.mark.parametrize("sort", ["purchase_gap_days", "-purchase_gap_days"])
def test_what_is_missing_is_sorted_last_either_way(sight: Sight, owner: Viewer, sort: str) -> None:
    found = ask(sight, owner, "orders_lifetime >= 0", sort=sort).found
    gaps = [row.values["purchase_gap_days"] for row in found]
    assert gaps[-2:] == [None, None]  # one bought once, one never
    known = [gap for gap in gaps if isinstance(gap, float)]
    assert known == sorted(known, reverse=not sort.startswith("-"))
    assert len(known) == 4


def test_what_is_at_stake_is_the_sum_over_all_pages(sight: Sight, owner: Viewer) -> None:
    answer = ask(sight, owner, "orders_lifetime in (4, 6)", worth="spend_365d", limit=1)
    assert answer.worth_minor == 6 * 12050 + 4 * 30000 + 6 * 8000
    assert answer.found[0].values["spend_365d"] == 4 * 30000


def test_shares_are_of_what_the_viewer_sees(sight: Sight, owner: Viewer, clerk: Viewer) -> None:
    whole = 6 * 12050 + 4 * 30000 + 6 * 8000 + 1500 + 8 * 1000
    answer = ask(sight, owner, "orders_lifetime = 4", worth="spend_365d")
    assert (answer.share, answer.worth_of_minor) == (1 / 6, whole)
    assert answer.worth_share == 4 * 30000 / whole
    seen = ask(sight, clerk, "orders_lifetime = 8", worth="spend_365d")
    assert (seen.share, seen.worth_of_minor) == (1 / 4, 6 * 8000 + 1500 + 8 * 1000)
    nothing = ask(sight, owner, "orders_lifetime = 99", worth="spend_365d")
    assert (nothing.count, nothing.worth_minor, nothing.worth_share, nothing.found) == (0, None, None, ())
    assert ask(sight, owner, "true").worth_share is None


def test_what_is_at_stake_is_money(sight: Sight, owner: Viewer) -> None:
    with pytest.raises(
        Refused, match=r"`orders_90d` is whole; what is at stake is money.*name a money field"
    ):
        ask(sight, owner, "true", worth="orders_90d")
    with pytest.raises(NotFound, match=r"no field `spend_365`.*spend_365d"):
        ask(sight, owner, "true", worth="spend_365")


def test_what_cannot_be_asked_is_refused_with_a_sentence(sight: Sight, owner: Viewer) -> None:
    with pytest.raises(LimitExceeded, match="at most 500 rows"):
        ask(sight, owner, "true", limit=PAGE_ROWS_MAX + 1)
    with pytest.raises(NotFound, match=r"no field `spent_365d`.*spend_365d"):
        ask(sight, owner, "orders_lifetime = 0", sort="spent_365d")
    with pytest.raises(ExpressionRefused):
        ask(sight, owner, "no_such_field = 1")


def test_members_come_with_reasons_those_most_worth_first(sight: Sight, owner: Viewer) -> None:
    answer = members(sight, owner, "about_to_leave")
    assert (answer.count, answer.worth) == (2, "spend_365d")
    assert [found.values["spend_365d"] for found in answer.found] == [4 * 30000, 6 * 12050]
    assert answer.worth_minor == 4 * 30000 + 6 * 12050
    for found in answer.found:
        assert found.reasons[0].name == "overdue"
        assert found.because
    assert answer.by_reason["overdue"] == 2
    assert {reason.name for found in answer.found for reason in found.reasons} <= set(answer.by_reason)


def test_members_by_reason_and_narrowed_further(sight: Sight, owner: Viewer) -> None:
    whole = members(sight, owner, "about_to_leave")
    for name, count in whole.by_reason.items():
        one = members(sight, owner, "about_to_leave", reason=name)
        assert one.count == count
        assert one.by_reason == whole.by_reason
        assert all(name in {reason.name for reason in found.reasons} for found in one.found)
    narrowed = members(sight, owner, "about_to_leave", narrowed_by="orders_lifetime = 4")
    assert (narrowed.count, narrowed.by_reason["overdue"], narrowed.worth_minor) == (1, 1, 4 * 30000)


@pytest.mark.parametrize(
    ("segment", "reason", "told"),
    [
        ("about_to_leav", None, "no segment `about_to_leav`.*about_to_leave"),
        ("about_to_leave", "overdu", "no reason `overdu`.*overdue"),
    ],
)
def test_what_the_plan_does_not_have_is_named(
    sight: Sight, owner: Viewer, segment: str, reason: str | None, told: str
) -> None:
    with pytest.raises(NotFound, match=told):
        members(sight, owner, segment, reason=reason)


def test_a_scope_hides_customers_from_counts_sums_and_pages(
    sight: Sight, owner: Viewer, clerk: Viewer
) -> None:
    assert len(all_ids(sight, owner)) == 6
    answer = ask(sight, clerk, "orders_lifetime >= 0", worth="spend_365d")
    assert (answer.count, answer.of) == (4, 4)
    assert answer.worth_minor == 6 * 8000 + 1500 + 8 * 1000
    hidden = members(sight, clerk, "about_to_leave")
    assert (hidden.count, hidden.of, hidden.worth_minor, hidden.by_reason["overdue"]) == (0, 4, None, 0)
