"""An export is read by others and says what the snapshot says; it is whole or not there; nobody's files are lost."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from keepwell.access.model import Viewer
from keepwell.answers import export as exporting
from keepwell.answers.export import MARKER, export
from keepwell.answers.sight import Sight
from keepwell.catalog.dictionary import TABLES, data_dictionary
from keepwell.core.errors import Conflict, Forbidden
from keepwell.lake import compact
from keepwell.lake.snapshot import MEMBERS
from keepwell.wiring import deployment
from support.command import keepwell
from support.trial_shop import write, write_second_day, write_shop

TAGS = "tag: note\nlabel: {en: Remark | of 'us', zh: 备注}\n"
BUYERS = "segment: buyers\nwhere: orders_lifetime >= 1\nworth: spend_lifetime\n"
NAMES = ("Iris Meadow", "Hazel Brook", "fern@orchard", "13800138001", "call after six", "13900139001")


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sight]:
    """A shop after two days, with corrected and anonymous facts, personal values, and hostile text."""
    plan = write_shop(tmp_path_factory.mktemp("export") / "plan")
    write(plan, {"fields/tags.yml": TAGS, "segments/buyers.yml": BUYERS})
    for command in (
        ["push"],
        ["run"],
        ["tag", "note", '=1+1 "x" <b>', "--where", "orders_lifetime > 0", "--yes"],
    ):
        assert keepwell(*command, plan=plan).code == 0
    write_second_day(plan)
    with patch.object(compact, "DEAD_SHARE_MAX", 1.0):  # corrected rows stay, listed as dead
        assert keepwell("run", plan=plan).code == 0
    opened = deployment(plan)
    with opened.sight() as sight:
        yield sight
    opened.close()


@pytest.fixture(scope="module")
def exported(corrected: Sight, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out") / "bi's folder"
    export(corrected, Viewer(1, "owner", frozenset({"administrator"})), folder)
    return folder


def rows_of(sight: Sight) -> list[dict[str, Any]]:
    return sight.snapshot.engine.rows(sight.snapshot.customers.order_by("customer_id"))


def asked(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(folder / "keepwell.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_customers_are_those_of_the_snapshot(corrected: Sight, exported: Path) -> None:
    expected = rows_of(corrected)
    file = exported / "customers.parquet"
    assert pq.read_table(file).to_pylist() == expected
    frame = pd.read_parquet(file, dtype_backend="pyarrow")
    assert frame["note"].dropna().tolist() == [row["note"] for row in expected if row["note"] is not None]
    assert frame["orders_lifetime"].tolist() == [row["orders_lifetime"] for row in expected]
    names = ", ".join(f'"{name}"' for name in expected[0])
    money = {
        name for name, field in corrected.plan.customer_record().fields.items() if field.type.value == "money"
    }
    for found, row in zip(
        asked(exported, f"SELECT {names} FROM customers ORDER BY 1"), expected, strict=True
    ):
        for (name, value), other in zip(row.items(), found, strict=True):
            is_amount = name in money and value is not None
            assert other == (Decimal(value).scaleb(-2) if is_amount else value), name


def test_facts_are_those_that_count(corrected: Sight, exported: Path) -> None:
    for source, state in corrected.lake.current().sources.items():
        facts = corrected.lake.facts(state)
        expected = sorted(corrected.lake.engine.values(facts.key))
        found = asked(exported, f"SELECT key, customer_id, party_key FROM facts_{source}")
        assert sorted(key for key, _, _ in found) == expected
        assert all((customer is None) == (party is None) for _, customer, party in found)
    # A4 was returned, then corrected; A6 nobody gave a name to.
    assert asked(exported, "SELECT amount, status FROM facts_orders WHERE order_id = 'A4'") == [
        (Decimal("85.00"), "paid")
    ]
    assert asked(exported, "SELECT customer_id FROM facts_orders WHERE order_id = 'A6'") == [(None,)]
    assert corrected.lake.current().sources["orders"].dead, "without corrections this test shows little"


def test_segments_over_time(corrected: Sight, exported: Path) -> None:
    members = corrected.snapshot.engine.rows(corrected.snapshot.table(MEMBERS))
    assert sorted(asked(exported, "SELECT segment, customer_id FROM segment_members")) == sorted(
        (row["segment"], row["customer_id"]) for row in members
    )
    # Iris, Hazel and Olive bought on the first day: 100 + 120.50, 80, 40; then Hazel for 85, Olive for 42, Reed for 23.
    assert asked(
        exported, "SELECT size, worth FROM segment_sizes WHERE segment = 'buyers' ORDER BY as_of"
    ) == [
        (3, Decimal("340.50")),
        (4, Decimal("490.50")),
    ]
    assert sorted(asked(exported, "SELECT change, cause, count(*) FROM segment_changes GROUP BY ALL")) == [
        ("entry", "began", 3),
        ("entry", "moved", 1),
    ]


def test_views_carry_labels(exported: Path) -> None:
    names = [row[0] for row in asked(exported, "DESCRIBE customers_zh")]
    assert {"客户编号", "备注", "近一年消费"} <= set(names)
    english = {row[0] for row in asked(exported, "DESCRIBE customers_en")}
    assert "Remark | of 'us'" in english
    comments = asked(
        exported,
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'customers' AND column_name = 'note'",
    )
    assert comments == [("Remark | of 'us' · 备注",)]


def test_the_script_makes_the_same_views_where_the_folder_is_moved(exported: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    moved.mkdir()
    for path in exported.rglob("*"):
        if path.is_file() and path.name != "keepwell.duckdb":
            target = moved / path.relative_to(exported)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, target)
    before = Path.cwd()
    os.chdir(moved)
    try:
        with duckdb.connect() as connection:
            connection.execute((moved / "views.sql").read_text("utf-8"))
            found = connection.execute("SELECT count(*) FROM facts_orders").fetchall()
    finally:
        os.chdir(before)
    assert found == asked(exported, "SELECT count(*) FROM facts_orders")


def test_the_dictionary_has_every_column_of_every_table(corrected: Sight, exported: Path) -> None:
    told = json.loads((exported / "dictionary.json").read_text("utf-8"))
    listed = [(entry["table"], entry["name"]) for entry in told]
    assert len(listed) == len(set(listed))
    fields = corrected.plan.customer_record().fields
    assert [name for table, name in listed if table == "customers"] == list(fields)
    there = asked(
        exported,
        "SELECT table_name, column_name FROM duckdb_columns() "
        "WHERE NOT internal AND NOT starts_with(table_name, 'customers_')",
    )
    assert set(there) == set(listed)
    with (exported / "dictionary.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [(row["table"], row["name"]) for row in csv.DictReader(file)] == listed
    page = (exported / "dictionary.md").read_text("utf-8")
    assert all(f"| {name} | " in page for _, name in listed)
    assert "Remark \\| of 'us'" in page
    assert set(TABLES) < {table for table, _ in listed}
    assert len(data_dictionary(corrected.plan)) == len(listed)


def test_no_personal_value_is_in_any_file(exported: Path) -> None:
    for path in exported.rglob("*.parquet"):
        text = repr(pq.read_table(path).to_pydict())
        assert not [name for name in NAMES if name in text], path
    for path in exported.glob("dictionary.*"):
        assert not [name for name in NAMES if name in path.read_text("utf-8")]


def test_an_export_takes_the_place_of_an_earlier_one(corrected: Sight, owner: Viewer, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export(corrected, owner, folder)
    marked = json.loads((folder / MARKER).read_text())
    assert marked["as_of"] == corrected.snapshot.info.as_of.astimezone(UTC).isoformat()
    assert set(marked["files"]) | {MARKER} == {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    }
    export(corrected, owner, folder)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert asked(folder, "SELECT count(*) FROM customers")[0][0] == corrected.snapshot.info.customers


@pytest.mark.parametrize("name", ["notes.txt", "facts/mine.parquet", ".hidden"])
def test_files_of_others_are_not_overwritten(
    corrected: Sight, owner: Viewer, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "out"
    export(corrected, owner, folder)
    write(folder, {name: "mine"})
    with pytest.raises(Conflict, match=f"holds what no export wrote: {name}"):
        export(corrected, owner, folder)
    assert (folder / name).read_text() == "mine"


def test_a_file_or_a_strange_folder_is_left_alone(corrected: Sight, owner: Viewer, tmp_path: Path) -> None:
    write(tmp_path, {"file": "x", "folder/customers.parquet": "x", f"broken/{MARKER}": "[]", "broken/a": "x"})
    for name, sentence in [("file", "is a file"), ("folder", "customers.parquet"), ("broken", "wrote: a")]:
        with pytest.raises(Conflict, match=sentence):
            export(corrected, owner, tmp_path / name)
    (tmp_path / "empty").mkdir()
    export(corrected, owner, tmp_path / "empty")


def test_an_export_that_dies_leaves_the_earlier_one(
    corrected: Sight, owner: Viewer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    export(corrected, owner, folder)
    before = {path: path.stat().st_ino for path in folder.rglob("*")}

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(exporting, "as_json", dies)
    with pytest.raises(KeyboardInterrupt):
        export(corrected, owner, folder)
    assert {path: path.stat().st_ino for path in folder.rglob("*")} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_whoever_sees_some_exports_nothing(corrected: Sight, clerk: Viewer, tmp_path: Path) -> None:
    with pytest.raises(Forbidden, match="an export holds every customer"):
        export(corrected, clerk, tmp_path / "out")
    assert not (tmp_path / "out").exists()
