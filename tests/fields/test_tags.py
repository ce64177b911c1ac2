"""Tags: the latest word about any of a customer's parties, as the type the plan gives the tag."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from keepwell.catalog.files import PlanFiles
from keepwell.catalog.load import load
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.fields.customers import customer_fields
from keepwell.fields.tags import TAG_SCHEMA
from keepwell.lake.engine import DuckDB, open_engine
from keepwell.lake.lake import CUSTOMER_SCHEMA, Lake
from keepwell.lake.manifest import Manifest
from support.plans import SETTINGS

NOON = datetime(2025, 3, 10, 4, tzinfo=UTC)
TYPES = ("text", "flag", "whole", "number", "money", "day", "moment")

# number, tag, party, value, hour of the day it was said
Word = tuple[int, str, str, str | None, int]


def naive(hour: int) -> datetime:
    """An hour of the day as the lake keeps it: in UTC, without a zone."""
    return NOON.replace(hour=hour, tzinfo=None)


def plan_with(tags: str) -> Plan:
    return load(PlanFiles({"keepwell.toml": SETTINGS, "fields/tags.yml": tags}), library=False)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDB]:
    opened = open_engine(tmp_path / "spill", threads=1)
    yield opened
    opened.close()


def tags_of(
    folder: Path, engine: DuckDB, plan: Plan, words: list[Word], parties: dict[str, str], *, hour: int = 4
) -> dict[str, dict[str, Any]]:
    """Customer → its fields; ``parties`` says whose each party is."""
    lake = Lake(folder / "lake", engine)
    people = [{"party_key": party, "customer_id": customer} for party, customer in parties.items()]
    rows = [
        dict(
            zip(
                TAG_SCHEMA.names,
                (number, tag, party, value, naive(at)),
                strict=True,
            )
        )
        for number, tag, party, value, at in words
    ]
    manifest = Manifest(
        customers=lake.write(
            engine.table(pa.Table.from_pylist(people, schema=CUSTOMER_SCHEMA)),
            "customers",
            row_count=len(people),
        ),
        tags=lake.write(
            engine.table(pa.Table.from_pylist(rows, schema=TAG_SCHEMA)), "tags", row_count=len(rows)
        ),
    )
    as_of = AsOf(NOON.replace(hour=hour), plan.settings.zone)
    found = engine.rows(customer_fields(plan, lake, manifest, as_of).customers)
    return {row.pop("customer_id"): row for row in found}


def test_every_type_comes_as_it_is(tmp_path: Path, engine: DuckDB) -> None:
    plan = plan_with("---\n".join(f"tag: a_{kind}\ntype: {kind}\n" for kind in TYPES))
    said = {
        "text": "=1+1; '💎'",
        "flag": "true",
        "whole": "-9223372036854775808",
        "number": "0.1",
        "money": "1250",
        "day": "2024-02-29",
        "moment": "2025-03-10 01:02:03.000004",
    }
    words: list[Word] = [(n, f"a_{kind}", "p:1", said[kind], 1) for n, kind in enumerate(TYPES)]
    assert tags_of(tmp_path, engine, plan, words, {"p:1": "one", "p:2": "two"}) == {
        "one": {
            "a_text": "=1+1; '💎'",
            "a_flag": True,
            "a_whole": -(2**63),
            "a_number": 0.1,
            "a_money": 1250,
            "a_day": date(2024, 2, 29),
            "a_moment": naive(1) + timedelta(minutes=2, seconds=3, microseconds=4),
        },
        "two": dict.fromkeys((f"a_{kind}" for kind in TYPES), None),
    }


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], None),
        ([(1, "vip", "p:1", "gold", 1)], "gold"),
        ([(1, "vip", "p:1", "gold", 1), (2, "vip", "p:1", "silver", 1)], "silver"),
        # By number, not by the clock of the machine that said it.
        ([(1, "vip", "p:1", "gold", 3), (2, "vip", "p:1", "silver", 2)], "silver"),
        ([(1, "vip", "p:1", "gold", 1), (2, "vip", "p:1", None, 2)], None),
        ([(1, "vip", "p:1", None, 1), (2, "vip", "p:1", "gold", 2)], "gold"),
        # Two parties that are one customer: the latest word about either.
        ([(1, "vip", "p:1", "gold", 1), (2, "vip", "p:2", "silver", 1)], "silver"),
        ([(1, "vip", "p:1", "gold", 1), (2, "vip", "p:2", None, 1)], None),
        # Said after the instant the fields are computed for.
        ([(1, "vip", "p:1", "gold", 1), (2, "vip", "p:1", "silver", 5)], "gold"),
        # Of another tag, of nobody who is known, a choice that is no more.
        ([(1, "other", "p:1", "gold", 1)], None),
        ([(1, "vip", "p:9", "gold", 1)], None),
        ([(1, "vip", "p:1", "bronze", 1)], None),
    ],
)
def test_the_latest_word_counts(
    tmp_path: Path, engine: DuckDB, words: list[Word], expected: str | None
) -> None:
    plan = plan_with("tag: vip\nchoices: [gold, silver]\n")
    found = tags_of(tmp_path, engine, plan, words, {"p:1": "one", "p:2": "one", "p:3": "two"})
    assert found == {"one": {"vip": expected}, "two": {"vip": None}}


def test_a_merge_that_is_undone_leaves_to_each_what_was_said_of_it(tmp_path: Path, engine: DuckDB) -> None:
    plan = plan_with("tag: vip\nchoices: [gold, silver]\n")
    words: list[Word] = [(1, "vip", "p:1", "gold", 1), (2, "vip", "p:2", "silver", 1)]
    merged = tags_of(tmp_path / "a", engine, plan, words, {"p:1": "one", "p:2": "one"})
    undone = tags_of(tmp_path / "b", engine, plan, words, {"p:1": "one", "p:2": "two"})
    assert merged == {"one": {"vip": "silver"}}
    assert undone == {"one": {"vip": "gold"}, "two": {"vip": "silver"}}


def test_a_tag_that_has_another_type_now(tmp_path: Path, engine: DuckDB) -> None:
    """What was said still counts where it is such a value, and is missing where it is not."""
    words: list[Word] = [(1, "size", "p:1", "42", 1), (2, "size", "p:2", "large", 1)]
    found = tags_of(
        tmp_path, engine, plan_with("tag: size\ntype: whole\n"), words, {"p:1": "one", "p:2": "two"}
    )
    assert found == {"one": {"size": 42}, "two": {"size": None}}


def test_a_derived_field_uses_a_tag(tmp_path: Path, engine: DuckDB) -> None:
    plan = plan_with("tag: score\ntype: whole\n---\nfield: is_high\nvalue: score >= 5\n")
    words: list[Word] = [(1, "score", "p:1", "7", 1)]
    found = tags_of(tmp_path, engine, plan, words, {"p:1": "one", "p:2": "two"})
    assert [found[who]["is_high"] for who in ("one", "two")] == [True, False]
