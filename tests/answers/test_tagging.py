"""Whom a tag is meant for."""

from __future__ import annotations

import pytest

from keepwell.access.model import Viewer
from keepwell.answers.persons import find_customers
from keepwell.answers.sight import Sight
from keepwell.answers.tagging import meant_by_conditions, meant_by_ids
from keepwell.core.errors import ExpressionRefused, NotFound


def parties(meant: object) -> list[str]:
    assert hasattr(meant, "values")
    return sorted(key for keys in meant.values() for key in keys)


def test_by_a_condition_and_within_a_scope(sight: Sight, owner: Viewer, clerk: Viewer) -> None:
    assert parties(meant_by_conditions(sight, owner, "orders_lifetime = 6")) == ["shop:ada", "shop:cid"]
    assert parties(meant_by_conditions(sight, clerk, "orders_lifetime = 6")) == ["shop:cid"]
    assert parties(meant_by_conditions(sight, owner, "orders_lifetime = 99")) == []
    with pytest.raises(ExpressionRefused, match="orders_lifetime"):
        meant_by_conditions(sight, owner, "orders_lifetim = 6")


def test_by_ids_of_customers_and_parties(sight: Sight, owner: Viewer, clerk: Viewer) -> None:
    [ada] = find_customers(sight, owner, "ada")
    assert parties(meant_by_ids(sight, owner, [ada, "shop:cid", ada])) == ["shop:ada", "shop:cid"]
    with pytest.raises(NotFound, match="2 of 3 ids are nobody's: nobody, '; DROP"):
        meant_by_ids(sight, owner, ["shop:cid", "nobody", "'; DROP TABLE party; --"])
    # Whom a scope hides is as good as not there.
    with pytest.raises(NotFound, match="1 of 1 ids are nobody's: shop:ada"):
        meant_by_ids(sight, clerk, ["shop:ada"])
    assert meant_by_ids(sight, owner, []) == {}
