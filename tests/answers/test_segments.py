"""Segments over time and beside each other, for those who see everybody and for those who see some."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from keepwell.access.model import Scope, Viewer
from keepwell.answers.customer import Wanted, reach_of_line, time_line
from keepwell.answers.persons import find_customers
from keepwell.answers.segments import Point, history, overlap, standings
from keepwell.answers.sight import Sight
from keepwell.core.errors import NotFound, Refused
from support.segment_shop import FIRST, FRESH, SECOND, TWICE, SegmentShop, day

BOB_ALONE = Viewer(2, "clerk", frozenset({"clerk"}), scope=Scope("spend_lifetime >= 25"))
"""Bob has spent 20 on the 10th, and 50 from the 11th on."""


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sight]:
    """Runs on the 10th, 11th, 16th (Ann is no more fresh) and, with `twice` redefined, on the 17th."""
    shop = SegmentShop(tmp_path_factory.mktemp("months"))
    shop.define(day(10), twice=TWICE, fresh=FRESH)
    shop.run(day(10), first=FIRST)
    shop.run(day(11), second=SECOND)
    shop.run(day(16))
    shop.define(day(17), twice=TWICE.replace(">= 2", ">= 1"), fresh=FRESH)
    shop.run(day(17))
    with shop.deployment.sight() as sight:
        yield sight
    shop.deployment.close()


def told(points: list[Point]) -> list[tuple[object, ...]]:
    return [
        (point.as_of.day, point.size, point.worth_minor, point.entries, point.exits, point.is_redefined)
        for point in points
    ]


def test_the_history_of_a_segment(months: Sight, owner: Viewer) -> None:
    assert told(history(months, owner, "twice")) == [
        (10, 1, 2000, 0, 0, False),
        (11, 2, 7000, 1, 0, False),
        (16, 2, 7000, 0, 0, False),
        (17, 3, 7500, 0, 0, True),
    ]
    assert [point.others for point in history(months, owner, "twice")] == [
        {("entry", "began"): 1},
        {},
        {},
        {("entry", "redefined"): 1},
    ]
    assert told(history(months, owner, "fresh")) == [
        (10, 2, None, 0, 0, False),
        (11, 2, None, 0, 0, False),
        (16, 1, None, 0, 1, False),
        (17, 1, None, 0, 0, False),
    ]


def test_a_scope_leaves_the_moves_of_those_it_shows(months: Sight) -> None:
    """Bob entered `twice` on the 11th and was fresh all the time; of Ann and Cat nothing is told."""
    assert told(history(months, BOB_ALONE, "twice")) == [
        (10, 0, None, 0, 0, False),
        (11, 1, None, 1, 0, False),
        (16, 1, None, 0, 0, False),
        (17, 1, None, 0, 0, True),
    ]
    assert [row[1] for row in told(history(months, BOB_ALONE, "fresh"))] == [1, 1, 1, 1]
    assert [row[4] for row in told(history(months, BOB_ALONE, "fresh"))] == [0, 0, 0, 0]


def test_every_segment_with_its_changes(months: Sight, owner: Viewer) -> None:
    assert months.as_of.day == date(2025, 3, 17)
    found = standings(months, owner, days=6)
    assert [
        (each.name, each.size, each.of, each.worth_minor, each.since_last_run, each.since_days)
        for each in found
    ] == [("twice", 3, 3, 7500, 1, 1), ("fresh", 1, 3, None, 0, -1)]
    assert [each.is_redefined for each in found] == [True, False]
    # Seven days ago is the 10th; eight days ago nothing was recorded yet.
    assert [each.since_days for each in standings(months, owner, days=7)] == [2, -1]
    assert [each.since_days for each in standings(months, owner, days=8)] == [None, None]


def test_standings_under_a_scope(months: Sight) -> None:
    assert [
        (each.name, each.size, each.of, each.worth_minor, each.since_days)
        for each in standings(months, BOB_ALONE, days=7)
    ] == [("twice", 1, 1, 5000, 1), ("fresh", 1, 1, None, 0)]


def test_how_far_segments_overlap(months: Sight, owner: Viewer) -> None:
    found = overlap(months, owner, ["twice", "fresh", "twice"])
    assert found.sizes == {"twice": 3, "fresh": 1}
    [pair] = found.pairs
    assert (pair.one, pair.other, pair.both, pair.either, pair.jaccard) == ("twice", "fresh", 1, 3, 1 / 3)
    assert (found.in_all, found.in_any, found.of) == (1, 3, 3)
    seen = overlap(months, BOB_ALONE, ["twice", "fresh"])
    assert (seen.sizes, seen.in_all, seen.in_any, seen.of) == ({"twice": 1, "fresh": 1}, 1, 1, 1)
    nobody = Viewer(3, "nobody", frozenset({"clerk"}), scope=Scope("false"))
    assert overlap(months, nobody, ["twice", "fresh"]).pairs[0].jaccard is None


def test_what_cannot_be_asked(months: Sight, owner: Viewer) -> None:
    with pytest.raises(NotFound, match=r"no segment `twise` \(did you mean `twice`\?\)"):
        history(months, owner, "twise")
    with pytest.raises(NotFound, match="no segment `fesh`"):
        overlap(months, owner, ["twice", "fesh"])
    with pytest.raises(Refused, match="name from 2 to 12 different ones"):
        overlap(months, owner, ["twice", "twice"])


def test_entries_and_exits_stand_in_the_time_line(months: Sight, owner: Viewer) -> None:
    def line(who: str) -> list[tuple[object, ...]]:
        [customer_id] = find_customers(months, owner, who)
        events = time_line(months, owner, customer_id).events
        return [
            (event.occurred_at.day, event.source, event.values["change"], event.values["cause"])
            for event in events
            if event.kind == "segment"
        ]

    assert line("ann") == [
        (16, "fresh", "exit", "moved"),
        (10, "twice", "entry", "began"),
        (10, "fresh", "entry", "began"),
    ]
    assert line("cat") == [(17, "twice", "entry", "redefined")]


def test_changes_of_segments_are_a_kind_and_have_a_year(months: Sight, owner: Viewer) -> None:
    [customer_id] = find_customers(months, owner, "ann")
    whole = time_line(months, owner, customer_id).events
    only = time_line(months, owner, customer_id, wanted=Wanted(kind="segment")).events
    assert only == tuple(event for event in whole if event.kind == "segment") != ()
    year = only[0].occurred_at.year
    assert time_line(months, owner, customer_id, wanted=Wanted(kind="segment", year=year)).events == only
    assert time_line(months, owner, customer_id, wanted=Wanted(kind="segment", year=year - 1)).events == ()
    assert time_line(months, owner, customer_id, wanted=Wanted(source="no such")).events == ()
    assert reach_of_line(months, owner, customer_id).kinds == ("order", "segment")


@pytest.mark.parametrize("limit", range(1, 6))
def test_pages_of_a_time_line_hold_every_change_once(months: Sight, owner: Viewer, limit: int) -> None:
    [customer_id] = find_customers(months, owner, "ann")
    keys: list[tuple[str, str]] = []
    before = None
    for _ in range(10):
        page = time_line(months, owner, customer_id, before=before, limit=limit)
        keys += [(event.kind, event.key) for event in page.events]
        before = page.before
        if before is None:
            break
    assert len(keys) == len(set(keys)) == 2 + 3


def test_a_look_back_shows_what_was_known_then(tmp_path: Path, owner: Viewer) -> None:
    """A snapshot for a past day, made after later ones, ends its history there."""
    shop = SegmentShop(tmp_path)
    shop.define(day(10), twice=TWICE, fresh=FRESH)
    shop.run(day(10), first=FIRST)
    shop.run(day(16))
    shop.run(day(16, 6), as_of=day(12))
    with shop.deployment.sight() as sight:
        assert [point.as_of.day for point in history(sight, owner, "fresh")] == [10]
        [fresh] = [each for each in standings(sight, owner) if each.name == "fresh"]
        assert (fresh.size, fresh.since_last_run) == (2, 0)
    shop.deployment.close()
