"""Segments over time: who entered and left at each run and why, worked out by hand; and that nothing is told twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from keepwell.lake.snapshot import MEMBERS
from keepwell.runs import run as runs
from support.segment_shop import FIRST, FRESH, SECOND, TWICE, SegmentShop, day

BEGAN = [
    (10, "fresh", "ann", "entry", "began"),
    (10, "fresh", "bob", "entry", "began"),
    (10, "twice", "ann", "entry", "began"),
]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SegmentShop]:
    made = SegmentShop(tmp_path)
    made.define(day(10), twice=TWICE, fresh=FRESH)
    made.run(day(10), first=FIRST)
    yield made
    made.deployment.close()


def test_the_first_run_begins_every_segment(shop: SegmentShop) -> None:
    assert shop.changes() == BEGAN
    assert shop.sizes() == [(10, "fresh", 2, None), (10, "twice", 1, 2000)]


def test_membership_stands_in_the_snapshot(shop: SegmentShop) -> None:
    snapshot = shop.deployment.snapshots.open()
    rows = snapshot.engine.rows(snapshot.table(MEMBERS))
    snapshot.close()
    assert sorted(row["segment"] for row in rows) == ["fresh", "fresh", "twice"]


def test_customers_move_with_facts_and_with_time(shop: SegmentShop) -> None:
    shop.run(day(11), second=SECOND)
    # Ann's last order is 6 days old on the 15th and 7 on the 16th.
    shop.run(day(15))
    shop.run(day(16))
    assert shop.changes()[3:] == [
        (11, "twice", "bob", "entry", "moved"),
        (16, "fresh", "ann", "exit", "moved"),
    ]
    # What was at stake: 20 of Ann, and of Bob 50.
    assert shop.sizes()[2:] == [
        (11, "fresh", 2, None),
        (11, "twice", 2, 7000),
        (15, "fresh", 2, None),
        (15, "twice", 2, 7000),
        (16, "fresh", 1, None),
        (16, "twice", 2, 7000),
    ]


def test_a_run_with_nothing_new_adds_nothing(shop: SegmentShop) -> None:
    before = shop.version()
    assert not shop.run(day(10, 5)).is_new
    assert shop.version() == before
    assert shop.run(day(10, 6), as_of=day(10, 5)).is_new  # forced, and says the same
    assert shop.version() == before
    assert shop.changes() == BEGAN


def test_a_day_on_which_nobody_moved_is_recorded_once(shop: SegmentShop) -> None:
    shop.run(day(11))
    shop.run(day(11, 9), as_of=day(11, 8))
    assert shop.sizes()[2:] == [(11, "fresh", 2, None), (11, "twice", 1, 2000)]
    assert shop.changes() == BEGAN


def test_a_run_killed_before_its_snapshot_adds_nothing_twice(
    shop: SegmentShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The history is durable first; whoever dies then finds it again."""

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(runs, "_tables", dies)
        with pytest.raises(KeyboardInterrupt):
            shop.run(day(11), second=SECOND)
    told = shop.changes(), shop.sizes(), shop.version()
    assert told[0][3:] == [(11, "twice", "bob", "entry", "moved")]
    assert shop.run(day(11, 5)).is_new
    assert (shop.changes(), shop.sizes(), shop.version()) == told


def test_a_changed_definition_is_told_from_customers_who_moved(shop: SegmentShop) -> None:
    shop.define(day(11), twice=TWICE.replace(">= 2", ">= 1"), fresh=FRESH)
    shop.run(day(11), second=SECOND)
    assert shop.changes()[3:] == [
        (11, "twice", "bob", "entry", "redefined"),
        (11, "twice", "cat", "entry", "redefined"),
    ]


def test_a_changed_field_below_is_a_changed_definition_too(shop: SegmentShop) -> None:
    (shop.folder / "fields").mkdir()
    (shop.folder / "fields/own.yml").write_text(
        "field: days_since_last_order\nvalue: days_since(last_order_at) + 6\n", "utf-8"
    )
    shop.publish(day(10))
    shop.run(day(10, 5))
    # To Ann, whose order is a day old, it is 7 now; to Bob 8.
    assert shop.changes() == [
        (10, "fresh", "ann", "entry", "began"),
        (10, "fresh", "ann", "exit", "redefined"),
        (10, "fresh", "bob", "entry", "began"),
        (10, "fresh", "bob", "exit", "redefined"),
        (10, "twice", "ann", "entry", "began"),
    ]


@pytest.mark.parametrize(
    "fresh",
    [
        FRESH.replace("< 7", "<    7"),
        FRESH + "label: {en: Fresh, zh: 新}\nowner: somebody\nabout: few days\n",
    ],
    ids=["spaces", "texts for people"],
)
def test_what_only_people_see_redefines_nothing(shop: SegmentShop, fresh: str) -> None:
    shop.define(day(11), twice=TWICE, fresh=fresh)
    shop.run(day(11), third="C2,cat,2025-03-11 09:00,1\n")
    assert shop.changes()[3:] == [
        (11, "fresh", "cat", "entry", "moved"),
        (11, "twice", "cat", "entry", "moved"),
    ]


def test_a_segment_that_is_no_more_ends_and_begins_again(shop: SegmentShop) -> None:
    shop.define(day(11), twice=TWICE)
    shop.run(day(11))
    shop.define(day(12), twice=TWICE, fresh=FRESH)
    shop.run(day(12))
    assert shop.changes()[3:] == [
        (11, "fresh", "ann", "exit", "ended"),
        (11, "fresh", "bob", "exit", "ended"),
        (12, "fresh", "ann", "entry", "began"),
        (12, "fresh", "bob", "entry", "began"),
    ]


def test_a_run_for_a_time_before_the_last_is_not_history(shop: SegmentShop) -> None:
    before = shop.version()
    assert shop.run(day(12), as_of=day(5)).is_new
    assert shop.version() == before
    assert shop.changes() == BEGAN


def test_a_history_may_be_made_of_past_days_in_their_order(tmp_path: Path) -> None:
    shop = SegmentShop(tmp_path)
    shop.define(day(20), twice=TWICE, fresh=FRESH)
    for past in (5, 10, 16):
        shop.run(day(20), as_of=day(past), first=FIRST)
    assert shop.changes() == [
        (5, "fresh", "ann", "entry", "began"),
        (10, "fresh", "bob", "entry", "moved"),
        (10, "twice", "ann", "entry", "moved"),
        (16, "fresh", "ann", "exit", "moved"),
        (16, "fresh", "bob", "exit", "moved"),
    ]
    shop.deployment.close()


def test_a_plan_without_segments_has_no_history(tmp_path: Path) -> None:
    shop = SegmentShop(tmp_path)
    shop.define(day(10))
    shop.run(day(10), first=FIRST)
    assert (shop.changes(), shop.sizes()) == ([], [])
    shop.deployment.close()
