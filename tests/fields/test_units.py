"""The tree of units: what is ill in it narrows what is seen, and is told."""

from __future__ import annotations

import pytest

from keepwell.fields import units
from keepwell.fields.units import Tree, UnitRow, tree_of
from keepwell.lake.snapshot import BENEATH, UNITS


def tree(*pairs: tuple[str, str | None], source: str = "stores") -> Tree:
    return tree_of([UnitRow(unit, parent, unit.upper(), None, source) for unit, parent in sorted(pairs)])


def beneath(found: Tree, unit: str) -> set[str]:
    return {row["beneath"] for row in found.tables()[BENEATH].to_pylist() if row["unit"] == unit}


def test_a_unit_has_itself_and_all_beneath_it() -> None:
    found = tree(("north", None), ("s1", "north"), ("s2", "north"), ("ann", "s1"), ("south", None))
    assert not found.problems
    assert beneath(found, "north") == {"north", "s1", "s2", "ann"}
    assert beneath(found, "s1") == {"s1", "ann"}
    assert beneath(found, "south") == {"south"}
    assert found.tables()[UNITS].to_pylist()[0] == {
        "unit": "ann", "parent": "s1", "label": "ANN", "level": None,
    }  # fmt: skip


def test_nobody_sees_an_orphan_from_above() -> None:
    found = tree(("north", None), ("s1", "norht"), ("ann", "s1"))
    assert beneath(found, "north") == {"north"}
    assert beneath(found, "s1") == {"s1", "ann"}
    [problem] = found.problems
    assert (problem.field, problem.what, problem.hint) == (
        "stores", "the parent `norht` of the unit `s1` is no unit", "did you mean `north`?",
    )  # fmt: skip


def test_units_in_a_circle_see_only_what_hangs_on_each() -> None:
    found = tree(
        ("a", "b"), ("b", "c"), ("c", "a"), ("own", "own"), ("leaf", "b"), ("top", None), ("x", "top")
    )
    assert beneath(found, "a") == {"a"}
    assert beneath(found, "b") == {"b", "leaf"}
    assert beneath(found, "own") == {"own"}
    assert beneath(found, "top") == {"top", "x"}
    assert {problem.what for problem in found.problems} == {
        f"the units above `{unit}` lead back to it" for unit in ("a", "b", "c", "own")
    }


def test_a_unit_told_differently_has_no_parent() -> None:
    rows = [
        UnitRow("n", None, None, None, "a"),
        UnitRow("s", "n", None, None, "a"),
        UnitRow("s", "w", None, None, "b"),
        UnitRow("w", None, None, None, "a"),
    ]
    found = tree_of(rows)
    assert beneath(found, "n") == {"n"}
    assert beneath(found, "w") == {"w"}
    assert "another parent" in found.problems[0].what
    assert not tree_of([rows[0], UnitRow("n", None, "N", None, "b")]).problems


def test_depth_and_number_have_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = [(f"u{n:02}", f"u{n - 1:02}" if n else None) for n in range(units.DEPTH_MAX + 3)]
    found = tree(*deep)
    assert len(found.problems) == 1
    assert len(beneath(found, "u00")) == units.DEPTH_MAX + 1
    ill = tree(*[(f"u{n}", "nowhere") for n in range(units.TOLD + 7)])
    assert len(ill.problems) == units.TOLD + 1
    assert ill.problems[-1].what == "and 7 more problems with the tree of units"
    monkeypatch.setattr(units, "UNITS_MAX", 2)
    many = tree(("a", None), ("b", None), ("c", None))
    assert (many.units, len(many.problems)) == ({}, 1)
