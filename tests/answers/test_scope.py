"""Who sees whom: by units, by a condition, by both; and nobody where it is not certain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from keepwell.access.model import Scope, Viewer
from keepwell.answers.sight import Sight, visible_customers
from keepwell.core.errors import ExpressionRefused
from keepwell.runs.run import run
from support.branch_shop import NOW, SETTINGS, branches, write_branches
from support.served_shop import open_shop, publish_plan


@pytest.fixture(scope="module")
def sight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sight]:
    shop = branches(tmp_path_factory.mktemp("branches") / "plan")
    with shop.sight() as seen:
        yield seen
    shop.close()


def seen(sight: Sight, scope: Scope | None) -> set[str]:
    """The parties a scope leaves, asked for whole and narrow."""
    viewer = Viewer(7, "x", frozenset({"manager"}), scope)
    ids = {
        row["customer_id"]
        for row in sight.snapshot.engine.rows(visible_customers(sight, viewer, ["customer_id"]))
    }
    whole = visible_customers(sight, viewer)
    assert whole.columns == sight.snapshot.customers.columns
    assert {row["customer_id"] for row in sight.snapshot.engine.rows(whole)} == ids
    parties = sight.snapshot.engine.rows(sight.snapshot.table("party"))
    return {row["party_key"].removeprefix("shop:") for row in parties if row["customer_id"] in ids}


@pytest.mark.parametrize(
    ("scope", "parties"),
    [
        (None, "ann bob cat dan eve"),
        (Scope(), "ann bob cat dan eve"),
        (Scope(units=frozenset({"north"})), "ann bob"),
        (Scope(units=frozenset({"s1"})), "ann"),
        (Scope(units=frozenset({"s1", "south"})), "ann cat"),
        (Scope("spend_lifetime > 300", frozenset({"north"})), "bob"),
        (Scope("spend_lifetime > 300"), "bob cat dan eve"),
        (Scope("spend_lifetime < 300", frozenset({"south"})), ""),
        (Scope(units=frozenset()), ""),
        (Scope(units=frozenset({"nowhere"})), ""),
        (Scope(units=frozenset({"gone"})), ""),
        (Scope(units=frozenset({""})), ""),
        (Scope(units=frozenset({"' OR 1=1 --", "%"})), ""),
    ],
)
def test_a_scope_leaves(sight: Sight, scope: Scope | None, parties: str) -> None:
    assert seen(sight, scope) == set(parties.split())


def test_a_condition_that_the_plan_does_not_know_is_refused(sight: Sight) -> None:
    with pytest.raises(ExpressionRefused):
        seen(sight, Scope("no_such_field = 1", frozenset({"north"})))


def test_a_plan_without_a_field_of_units_shows_nobody_to_those_with_units(tmp_path: Path) -> None:
    write_branches(tmp_path, settings=SETTINGS.partition("[units]")[0])
    shop = open_shop(tmp_path)
    publish_plan(shop, now=NOW)
    with shop.place(now=NOW) as place:
        run(place)
    with shop.sight() as without:
        assert seen(without, Scope(units=frozenset({"north"}))) == set()
        assert len(seen(without, Scope("true"))) == 5
    shop.close()


def test_a_new_tree_counts_from_the_next_run_on(tmp_path: Path) -> None:
    shop = branches(tmp_path)
    moved = "id,above,label,level\ns3,north,Store 3,store\ns1,nrth,Store 1,store\n"
    (tmp_path / "data/stores-2.csv").write_text(moved, "utf-8")
    with shop.place(now=NOW) as place:
        ran = run(place)
    assert [problem.what for problem in ran.problems] == ["the parent `nrth` of the unit `s1` is no unit"]
    with shop.sight() as moved_sight:
        assert seen(moved_sight, Scope(units=frozenset({"north"}))) == {"bob", "cat"}
        assert seen(moved_sight, Scope(units=frozenset({"s1"}))) == {"ann"}
    shop.close()
