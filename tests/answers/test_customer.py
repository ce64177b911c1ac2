"""One customer and their time line; and that nobody sees whom their scope hides."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import keepwell.answers
from keepwell.access.model import Scope, Viewer
from keepwell.answers.ask import ask
from keepwell.answers.customer import Place, Wanted, profile, reach_of_line, time_line
from keepwell.answers.persons import find_customers
from keepwell.answers.sight import Sight
from keepwell.core.errors import NotFound
from support.served_shop import NOW, SETTINGS, open_shop, publish_plan, run_plan
from support.trial_shop import write

WITHOUT_VIEWER = {
    "keepwell.answers.among.reach_of": "the day of the latest fact of all, and whether anybody has bought",
    "keepwell.answers.other_plan.rests_on_facts": "reads two plans alone: what differs between them",
    "keepwell.answers.persons.personal_kinds": "reads the plan alone: which columns are personal",
    "keepwell.answers.units.check_scope": "reads the plan and the tree of units: whether a scope can be meant",
}


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
"""


def id_of(sight: Sight, viewer: Viewer, number: str) -> str:
    [found] = find_customers(sight, viewer, number)
    return found


def test_a_profile_has_every_field_and_the_segments_with_reasons(sight: Sight, owner: Viewer) -> None:
    ada = profile(sight, owner, id_of(sight, owner, "ada"))
    assert set(ada.values) == set(sight.plan.customer_record().fields)
    assert ada.values["orders_lifetime"] == 6
    assert ada.person.party_keys == ("shop:ada",)
    assert "13812345678" not in repr(ada)
    reasons = {membership.segment: membership.reasons for membership in ada.memberships}
    assert reasons.keys() == {"about_to_leave"}  # too few customers for a rank, so for VIPs
    assert reasons["about_to_leave"][0].name == "overdue"
    assert profile(sight, owner, id_of(sight, owner, "dot")).memberships == ()


def test_a_customer_there_is_not_is_not_found(sight: Sight, owner: Viewer) -> None:
    with pytest.raises(NotFound, match="there is no customer `nobody`"):
        profile(sight, owner, "nobody")


@pytest.mark.parametrize("number", ["ada", "bea"])
def test_whom_a_scope_hides_is_as_good_as_not_there(
    sight: Sight, owner: Viewer, clerk: Viewer, number: str
) -> None:
    """By no way, and in the words said of those who do not exist."""
    hidden = id_of(sight, owner, number)
    for typed in (number, f"shop:{number}", hidden, "13812345678", "13912345678"):
        assert find_customers(sight, clerk, typed) == []
    for read in (profile, time_line, reach_of_line):
        with pytest.raises(NotFound) as refused:
            read(sight, clerk, hidden)
        assert str(refused.value) == f"there is no customer `{hidden}`"
    assert ask(sight, clerk, "orders_lifetime >= 0").count == 4
    assert hidden not in {found.customer_id for found in ask(sight, clerk, "true or orders_90d = 0").found}


def test_whom_a_scope_shows_is_found_every_way(sight: Sight, clerk: Viewer) -> None:
    cid = id_of(sight, clerk, "cid")
    for typed in (" cid ", "shop:cid", cid, "13712345678", "+86 137 1234 5678", "5678"):
        assert cid in find_customers(sight, clerk, typed)


def test_every_answer_about_customers_asks_who_is_asking() -> None:
    found: dict[str, set[str]] = {}
    for module in pkgutil.iter_modules(keepwell.answers.__path__, "keepwell.answers."):
        for name, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            parameters = inspect.signature(function).parameters
            if function.__module__ == module.name and not name.startswith("_") and "sight" in parameters:
                found[f"{module.name}.{name}"] = set(parameters)
    assert {"keepwell.answers.ask.ask", "keepwell.answers.customer.profile"} <= set(found)
    assert {name for name, parameters in found.items() if "viewer" not in parameters} == set(WITHOUT_VIEWER)


@pytest.mark.parametrize("limit", range(1, 10))
def test_pages_of_a_time_line_lose_and_double_nothing(sight: Sight, owner: Viewer, limit: int) -> None:
    """Of eight orders five came at one instant, and a page may end anywhere among them."""
    eve = id_of(sight, owner, "eve")
    keys: list[str] = []
    instants: list[datetime] = []
    before: Place | None = None
    for _ in range(20):
        page = time_line(sight, owner, eve, before=before, limit=limit)
        keys += [event.key for event in page.events]
        instants += [event.occurred_at for event in page.events]
        before = page.before
        if before is None:
            break
    orders = [key for key in keys if key.startswith("eve-")]  # beside them: what segments eve came into
    assert sorted(orders) == [f"eve-{number}" for number in range(8)]
    assert len(keys) == len(set(keys))
    assert instants == sorted(instants, reverse=True)


@pytest.mark.parametrize(
    ("wanted", "orders"),
    [
        (Wanted(), 8),
        (Wanted(kind="order"), 8),
        (Wanted(kind="segment"), 0),
        (Wanted(kind="interaction"), 0),
        (Wanted(source="orders"), 8),
        (Wanted(source="members"), 0),
        (Wanted(year=2026), 8),
        (Wanted(kind="order", source="orders", year=2026), 8),
        (Wanted(year=2025), 0),
        (Wanted(year=2027), 0),
    ],
)
def test_a_time_line_is_narrowed(sight: Sight, owner: Viewer, wanted: Wanted, orders: int) -> None:
    events = time_line(sight, owner, id_of(sight, owner, "eve"), wanted=wanted).events
    assert [event.kind for event in events] == ["order"] * orders


def test_what_a_time_line_is_made_of(sight: Sight, owner: Viewer) -> None:
    reach = reach_of_line(sight, owner, id_of(sight, owner, "eve"))
    assert (reach.first_year, reach.kinds, reach.sources) == (2026, ("order",), ("orders",))


def test_an_event_says_what_happened(sight: Sight, owner: Viewer) -> None:
    [event] = time_line(sight, owner, id_of(sight, owner, "dot")).events
    assert (event.kind, event.source, event.key) == ("order", "orders", "dot-0")
    assert event.values == {"order_id": "dot-0", "amount": 1500, "channel": "web"}
    assert event.occurred_at.tzinfo is not None


def test_a_profile_says_which_part_of_its_case_decided(sight: Sight, owner: Viewer) -> None:
    """ada was silent for 70 days; three ranks make a type; fay never ordered."""
    decided = profile(sight, owner, id_of(sight, owner, "ada")).decided_by
    assert decided["lifecycle_stage"] == ("silent_days < 180",)
    assert decided["rfm_class"] == ("recency_score = 1",)
    assert len(decided["rfm_type"]) == 3
    [fay] = ask(sight, owner, "orders_lifetime = 0").found
    of_fay = profile(sight, owner, fay.customer_id).decided_by
    assert of_fay["lifecycle_stage"] == ("coalesce(orders_lifetime, 0) = 0",)
    assert "rfm_class" not in of_fay
    assert of_fay["rhythm_stage"] == ("purchase_days >= 4",)
    dot = profile(sight, owner, id_of(sight, owner, "dot")).decided_by
    assert dot["customer_class"]


def test_a_profile_has_what_the_customer_has_a_rhythm_of(tmp_path: Path, owner: Viewer) -> None:
    """tea each ten days, due five days ago; rice was given up half a year ago; salt was bought twice."""
    days = {"tea": [35, 25, 15], "rice": [220, 210, 200], "salt": [9, 1]}
    rows = [
        f"{item}{day},ann,{NOW - timedelta(days=day):%Y-%m-%d %H:%M},{item},9\n"
        for item, of_item in days.items()
        for day in of_item
    ]
    header = "order_no,customer_no,ordered_at,category,paid\n"
    texts = {"keepwell.toml": SETTINGS, "sources/lines.yml": LINES, "data/lines.csv": header + "".join(rows)}
    write(tmp_path, texts)
    shop = open_shop(tmp_path)
    publish_plan(shop)
    run_plan(shop)
    with shop.sight() as sight:
        found = profile(sight, owner, id_of(sight, owner, "ann"))
        again = Viewer(2, "clerk", frozenset({"clerk"}), scope=Scope("replenishment_overdue_items = 0"))
        with pytest.raises(NotFound):
            profile(sight, again, found.customer_id)
    shop.close()
    assert [
        (item.item, item.days, item.gap_days, item.overdue_days, item.is_live) for item in found.items
    ] == [
        ("rice", 3, 10.0, 190, False),
        ("tea", 3, 10.0, 5, True),
    ]
    assert found.values["replenishment_due_item"] == "tea"


def test_a_page_has_no_more_than_its_events_whatever_came_at_one_instant(sight: Sight, owner: Viewer) -> None:
    page = time_line(sight, owner, id_of(sight, owner, "eve"), wanted=Wanted(kind="order"), limit=4)
    assert len(page.events) == 4
    assert page.before is not None
    rest = time_line(
        sight, owner, id_of(sight, owner, "eve"), wanted=Wanted(kind="order"), before=page.before
    )
    assert len(rest.events) == 4
    assert rest.events[0].occurred_at == page.events[-1].occurred_at


def test_the_newest_fact_of_each_source(sight: Sight, owner: Viewer) -> None:
    reach = reach_of_line(sight, owner, id_of(sight, owner, "eve"))
    [newest] = reach.newest.values()
    assert newest == time_line(sight, owner, id_of(sight, owner, "eve")).events[0].occurred_at
