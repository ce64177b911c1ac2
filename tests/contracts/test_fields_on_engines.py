"""Every shipped field comes out the same on DuckDB and on a Spark cluster, to the last digit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from keepwell.catalog.plan import Plan
from keepwell.lake.engine import Engine
from support.known_facts import Fields, fields_of
from support.nasty_facts import AS_OF, facts, plan

GAPS: Mapping[str, str] = {}
"""Fields that may differ, each with the reason; none does."""


def on(engine: Engine | None, folder: Path, shop: Plan, *, seed: int) -> dict[str, Fields]:
    return fields_of(folder, shop, facts(shop, seed=seed), AS_OF, also=("nothing",), computing=engine)


def differences(tmp_path: Path, spark: Engine, shop: Plan, *, seed: int) -> list[str]:
    ours = on(None, tmp_path / "duckdb", shop, seed=seed)
    theirs = on(spark, tmp_path / "spark", shop, seed=seed)
    assert ours.keys() == theirs.keys()
    told = [
        f"{name} of {customer}: DuckDB {ours[customer][name]!r}, Spark {theirs[customer][name]!r}"
        for customer in ours
        for name in ours[customer].keys() | theirs[customer].keys()
        if name not in GAPS and repr(ours[customer][name]) != repr(theirs[customer][name])
    ]
    return sorted(told)


@pytest.mark.spark
def test_every_shipped_field_agrees(spark: Engine, tmp_path: Path) -> None:
    assert differences(tmp_path, spark, plan(), seed=2) == []


@pytest.mark.heavy
@pytest.mark.spark
def test_with_orders_made_of_lines(spark: Engine, tmp_path: Path) -> None:
    assert differences(tmp_path, spark, plan(lines_only=True), seed=1) == []


def test_the_data_tell_something_of_every_field(tmp_path: Path) -> None:
    """Else a field would agree by being missing on both."""
    shop = plan()
    found = on(None, tmp_path, shop, seed=2)
    empty = [
        name for name in shop.customer_record().fields if all(row[name] is None for row in found.values())
    ]
    assert empty == []
