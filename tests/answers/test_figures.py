"""The company's figures of 90 days, each worked out by hand from the orders in conftest."""

from __future__ import annotations

import pytest

from keepwell.access.model import Scope, Viewer
from keepwell.answers.ask import ask
from keepwell.answers.figures import FIGURES, Figure, figures
from keepwell.answers.sight import Sight

# Orders within 90 days: ada 3, bea 3, cid 6, dot 1, eve 8; in the 90 before: ada 3, bea 1. fay never ordered.
EXPECTED: dict[str, tuple[float | None, float | None]] = {
    "customers": (6, None),
    "new": (3, 2),  # cid, dot and eve; before ada (105 days ago) and bea (91)
    "active": (5, 2),
    "retention": (2 / 2, None),  # ada and bea, of ada and bea
    "repurchase": (4 / 5, 1 / 2),  # all but dot; before ada, not bea
    "orders": (21, 4),
    # 3 × 120.50 + 3 × 300 + 6 × 80 + 15 + 8 × 10; before 3 × 120.50 + 300
    "sales": (183_650, 66_150),
    "average": (183_650 // 21, 66_150 // 4),
}


@pytest.fixture
def found(sight: Sight, owner: Viewer) -> dict[str, Figure]:
    return {each.name: each for each in figures(sight, owner)}


def test_every_figure_and_the_one_before(found: dict[str, Figure]) -> None:
    assert tuple(found) == FIGURES
    assert {name: (found[name].value, found[name].before) for name in EXPECTED} == EXPECTED


def test_money_is_money_and_shares_are_shares(found: dict[str, Figure]) -> None:
    units = {name: each.unit for name, each in found.items() if each.unit != "count"}
    assert units == {"retention": "share", "repurchase": "share", "sales": "money", "average": "money"}


def test_the_customers_behind_a_figure_are_as_many_as_it_says(
    sight: Sight, owner: Viewer, found: dict[str, Figure]
) -> None:
    counted = {name: each for name, each in found.items() if each.customers is not None}
    assert counted.keys() == set(FIGURES) - {"orders", "sales"}
    for each in counted.values():
        assert ask(sight, owner, each.where).count == each.customers


def test_a_scope_divides_by_nothing_where_nobody_is(sight: Sight) -> None:
    nobody = Viewer(1, "v", frozenset({"manager"}), Scope("orders_lifetime > 99"))
    found = {each.name: each for each in figures(sight, nobody)}
    assert (found["customers"].value, found["active"].value, found["sales"].value) == (0, 0, 0)
    assert found["retention"].value is found["repurchase"].value is found["average"].value is None
