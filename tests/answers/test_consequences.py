"""What another plan would do to the snapshot's customers, and that a run then says the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import keepwell.answers.other_plan
from keepwell.access.model import Scope, Viewer
from keepwell.answers.consequences import Moves, Untold, Values, moves, values
from keepwell.answers.other_plan import Comparing
from keepwell.answers.sight import Sight
from keepwell.catalog.compare import Different, How, differences, segments_that_differ
from keepwell.catalog.files import PlanFiles
from keepwell.catalog.load import load
from keepwell.catalog.plan import Plan
from keepwell.publishing.queries import version

EVERYBODY = Viewer(1, "test", frozenset({"administrator"}))


@pytest.fixture(scope="module")
def with_files(sight: Sight) -> Callable[..., Plan]:
    """The snapshot's plan with more files."""
    with sight.store.read() as session:
        files = version(session, sight.snapshot.info.plan_version).files

    def made(**texts: str) -> Plan:
        return load(
            PlanFiles({**files, **{name.replace("__", "/") + ".yml": text for name, text in texts.items()}})
        )

    return made


FEW = "segment: few\nwhere: orders_lifetime < {}\nworth: spend_lifetime\n"


def keys(found: tuple[object, ...], sight: Sight) -> set[str]:
    return {each.person.party_keys[0].removeprefix("shop:") for each in found}  # type: ignore[attr-defined]


def told(comparing: Comparing, before: Plan, after: Plan, names: list[str]) -> list[Values]:
    found = values(comparing, before, after, names)
    assert not isinstance(found, Untold)
    return found


def test_who_enters_and_leaves(sight: Sight, with_files: Callable[..., Plan]) -> None:
    before, after = with_files(segments__few=FEW.format(2)), with_files(segments__few=FEW.format(5))
    assert differences(before, after) == (Different("segment", "few", How.MEANING),)
    assert segments_that_differ(before, after) == ("few",)
    found = moves(Comparing(sight, EVERYBODY), before, after, "few")
    assert isinstance(found, Moves)
    assert found.before is not None
    assert found.after is not None
    # Orders: ada 6, bea 4, cid 6, dot 1, eve 8, fay 0: dot and fay have fewer than 2, bea too fewer than 5.
    assert (found.of, found.before.size, found.after.size) == (6, 2, 3)
    assert (found.entering, found.leaving) == (1, 0)
    assert (found.before.worth_minor, found.after.worth_minor) == (1500, 1500 + 4 * 30000)
    assert keys(found.first_entering, sight) == {"bea"}
    back = moves(Comparing(sight, EVERYBODY), after, before, "few")
    assert isinstance(back, Moves)
    assert (back.entering, back.leaving, keys(back.first_leaving, sight)) == (0, 1, {"bea"})


def test_a_segment_that_is_new_or_gone(sight: Sight, with_files: Callable[..., Plan]) -> None:
    plain, made = with_files(), with_files(segments__few=FEW.format(2))
    assert differences(plain, made) == (Different("segment", "few", How.ADDED),)
    new = moves(Comparing(sight, EVERYBODY), plain, made, "few")
    gone = moves(Comparing(sight, EVERYBODY), made, plain, "few")
    assert isinstance(new, Moves)
    assert isinstance(gone, Moves)
    assert (new.before, new.entering, new.leaving) == (None, 2, 0)
    assert (gone.after, gone.entering, gone.leaving) == (None, 0, 2)


def test_a_scope_narrows_the_preview(sight: Sight, with_files: Callable[..., Plan]) -> None:
    viewer = Viewer(2, "narrow", frozenset({"analyst"}), Scope("orders_lifetime > 1"))
    found = moves(Comparing(sight, viewer), with_files(), with_files(segments__few=FEW.format(5)), "few")
    assert isinstance(found, Moves)
    assert (found.of, found.entering) == (4, 1)


def test_a_derived_field_is_computed_from_the_snapshot(sight: Sight, with_files: Callable[..., Plan]) -> None:
    text = "field: size_class\ncases:\n  - {value: small, when: spend_lifetime < %s}\n  - {value: large}\n"
    before, after = with_files(fields__size=text % 100), with_files(fields__size=text % 800)
    [found] = told(Comparing(sight, EVERYBODY), before, after, ["size_class"])
    # Spent: ada 723, bea 1,200, cid 480, dot 15, eve 80, fay nothing.
    assert (found.of, found.changed, found.from_facts) == (6, 2, False)
    assert {(each.value, each.before, each.after) for each in found.counted} == {
        ("small", 3, 5),
        ("large", 3, 1),
    }


def test_a_segment_follows_a_field_it_rests_on(sight: Sight, with_files: Callable[..., Plan]) -> None:
    field = "field: is_small\nvalue: spend_lifetime < %s\n"
    segment = "segment: small\nwhere: is_small\n"
    before = with_files(fields__small=field % 100, segments__small=segment)
    after = with_files(fields__small=field % 800, segments__small=segment)
    assert segments_that_differ(before, after) == ("small",)
    found = moves(Comparing(sight, EVERYBODY), before, after, "small")
    assert isinstance(found, Moves)
    assert (found.entering, found.leaving) == (2, 0)


def test_a_measure_is_computed_from_the_facts(sight: Sight, with_files: Callable[..., Plan]) -> None:
    text = "measure: large_orders\nof: order\ncount: true\nwhere: amount > %s\n"
    before, after = with_files(fields__large=text % 100), with_files(fields__large=text % 200)
    [found] = told(Comparing(sight, EVERYBODY), before, after, ["large_orders"])
    # Orders over 100: ada 6, bea 4; over 200: bea 4.
    assert (found.changed, found.from_facts, found.filled_before) == (1, True, 6)
    assert found.spread["greatest"] == (6, 4)
    assert found.spread["least"] == (0, 0)
    assert found.spread["middle"] == (0, 0)
    [new] = told(Comparing(sight, EVERYBODY), with_files(), after, ["large_orders"])
    assert (new.filled_before, new.filled_after, new.changed) == (0, 6, 6)


def test_money_and_days_keep_their_kind(sight: Sight, with_files: Callable[..., Plan]) -> None:
    text = "measure: big_spend\nof: order\nsum: amount\nwhere: amount > %s\n---\n"
    text += "measure: big_last\nof: order\nlast: occurred_on\nwhere: amount > %s\n"
    before = with_files(fields__big=text % (10, 10))
    after = with_files(fields__big=text % (100, 100))
    spend, last = told(Comparing(sight, EVERYBODY), before, after, ["big_spend", "big_last"])
    assert spend.spread["greatest"] == (120000, 120000)
    assert all(isinstance(each, int) for each in spend.spread["middle"])
    assert set(last.spread) == {"least", "greatest"}
    assert (last.filled_before, last.filled_after) == (4, 2)


def test_a_ranking_of_all_is_computed_anew(sight: Sight, with_files: Callable[..., Plan]) -> None:
    text = "ranking: size_rank\nvalue: spend_lifetime\nbest: %s\n"
    before, after = with_files(fields__rank=text % "highest"), with_files(fields__rank=text % "lowest")
    [found] = told(Comparing(sight, EVERYBODY), before, after, ["size_rank"])
    assert (found.filled_before, found.changed) == (6, 6), "of six, nobody is in the middle"


def test_a_field_whose_type_changes_has_only_other_values(
    sight: Sight, with_files: Callable[..., Plan]
) -> None:
    before = with_files(fields__x="field: x\nvalue: orders_lifetime\n")
    after = with_files(fields__x="field: x\nvalue: orders_lifetime > 2\n")
    [found] = told(Comparing(sight, EVERYBODY), before, after, ["x"])
    assert (found.changed, found.counted, found.spread) == (6, (), {})


def test_more_facts_than_a_preview_waits_for(
    sight: Sight, with_files: Callable[..., Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keepwell.answers.other_plan, "FACTS_MAX", 3)
    text = "measure: large_orders\nof: order\ncount: true\nwhere: amount > 100\n"
    after = with_files(fields__large=text, segments__large="segment: large\nwhere: large_orders > 0\n")
    for found in (
        values(Comparing(sight, EVERYBODY), with_files(), after, ["large_orders"]),
        moves(Comparing(sight, EVERYBODY), with_files(), after, "large"),
    ):
        assert isinstance(found, Untold)
        assert "facts" in found.problems[0].what
    known = moves(Comparing(sight, EVERYBODY), with_files(), with_files(segments__few=FEW.format(2)), "few")
    assert isinstance(known, Moves), "what the snapshot has needs no facts"


def test_what_is_different(with_files: Callable[..., Plan]) -> None:
    before = with_files(segments__few=FEW.format(2))
    texts = with_files(segments__few=FEW.format(2) + "label: Few\n")
    assert differences(before, texts) == (Different("segment", "few", How.TEXTS),)
    assert segments_that_differ(before, texts) == ()
    off = with_files(segments__few="segment: few\noff: true\nwhere: orders_lifetime < 2\n")
    assert differences(before, off) == (Different("segment", "few", How.GONE),)
    lines = with_files(
        sources__lines="source: lines\nfrom: {files: l/*.csv}\nfact: interaction\ncolumns: {party: p, occurred_at: t}\n"
    )
    woken = {each.how for each in differences(with_files(), lines)}
    assert woken == {How.ADDED, How.AWAKE}
