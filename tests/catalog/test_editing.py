"""Editing one definition leaves every other character of the plan as it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.catalog.editing import (
    MAX_CHARACTERS_OF_ONE,
    added,
    edited,
    piece_of,
    pieces,
    problems_of,
    replaced,
)
from keepwell.catalog.files import PlanFiles
from keepwell.catalog.load import load
from keepwell.core.errors import PlanRefused
from support.plans import plan_files

A = "# first, mine\nmeasure: a\nof: order  # kept\ncount: true\n"
B = "measure: b\nof: order\nsum: amount\n# and this\n"
C = "field: c\nvalue: b / a\n"
NEW = "measure: b\nof: order\nsum: amount\nwindow: 90d\nlabel: {en: '<b>', zh: 新}\n"


def shop(text: str = f"{A}---\n{B}--- # last\n{C}") -> PlanFiles:
    return plan_files(fields=text)


def test_a_file_is_cut_into_its_definitions() -> None:
    found = list(pieces("fields/test.yml", shop()["fields/test.yml"]))
    assert [(each.kind, each.name, each.line, each.text) for each in found] == [
        ("measure", "a", 1, A),
        ("measure", "b", 6, B),
        ("field", "c", 11, C),
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_one_is_replaced_and_the_rest_stays(line_end: str) -> None:
    files = shop(f"{A}---\n{B}--- # last\n{C}".replace("\n", line_end))
    after = replaced(files, piece_of(files, load(files).origin("b")), NEW)
    assert after["fields/test.yml"] == f"{A}---\n{NEW}--- # last\n{C}".replace("\n", line_end)
    assert {path for path in after if after[path] != files[path]} == {"fields/test.yml"}


comments = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn", "Co", "Cf"]), max_size=20
)


@settings(max_examples=40, deadline=None)
@given(st.lists(comments, min_size=3, max_size=3), st.integers(0, 2), st.integers(1, 400))
def test_any_edit_changes_only_its_definition(said: list[str], chosen: int, days: int) -> None:
    texts = [f"# {comment}\nmeasure: m{n}\nof: order\ncount: true\n" for n, comment in enumerate(said)]
    files = shop("---\n".join(texts))
    before = load(files)
    edit = texts[chosen] + f"window: {days}d\n"
    after = replaced(files, piece_of(files, before.origin(f"m{chosen}")), edit)
    assert after["fields/test.yml"] == "---\n".join([*texts[:chosen], edit, *texts[chosen + 1 :]])
    plan = load(after)
    other = {name: each for name, each in plan.measures.items() if name != f"m{chosen}"}
    assert other == {name: each for name, each in before.measures.items() if name != f"m{chosen}"}
    assert plan.measures[f"m{chosen}"] != before.measures[f"m{chosen}"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "exactly one definition"),
        (f"{A}---\n{B}", "exactly one definition"),
        ("measure: &x b\nof: order\n", "an anchor"),
        ("measure: *x\n", "an alias"),
        ("label: x\n", "says no kind"),
        ("#" * (MAX_CHARACTERS_OF_ONE + 1), "at most 50,000 are taken here"),
    ],
)
def test_what_is_no_definition_is_refused(text: str, said: str) -> None:
    files = shop()
    with pytest.raises(PlanRefused, match=said):
        replaced(files, piece_of(files, load(files).origin("b")), text)


def test_problems_count_lines_within_the_definition() -> None:
    files = shop()
    piece = piece_of(files, load(files).origin("c"))
    (problem,) = problems_of(files, piece, "field: c\nvalue: bb / a\n")
    assert (problem.file, problem.line, problem.column) == (None, 2, 8)
    assert problems_of(files, piece, "field: c\nvalue: b * 2\n") == ()


def test_a_definition_in_use_cannot_be_renamed() -> None:
    files = shop()
    piece = piece_of(files, load(files).origin("b"))
    problems = problems_of(files, piece, B.replace("measure: b", "measure: bee"))
    assert [(each.file, each.line, each.field) for each in problems] == [("fields/test.yml", 12, "c.value")]


def test_editing_a_shipped_one_makes_one_of_the_plans_own() -> None:
    files = plan_files()
    plan = load(files)
    shipped = next(each for each in plan.measures.values() if plan.origin(each.name).shipped)
    piece = piece_of(files, plan.origin(shipped.name))
    assert piece.kind == "measure"
    after = edited(files, piece, f"{piece.text}# ours\n")
    assert set(after) - set(files)
    assert not load(after).origin(shipped.name).shipped


def test_a_new_one_comes_after_what_stands_in_its_file() -> None:
    files = added(plan_files(), "measure: x\nof: order\ncount: true")
    assert files["fields/x.yml"] == "measure: x\nof: order\ncount: true\n"
    again = added(files, "field: x\nvalue: '1'\n")
    assert again["fields/x.yml"] == "measure: x\nof: order\ncount: true\n---\nfield: x\nvalue: '1'\n"
