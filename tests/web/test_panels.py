"""Panels: how long bars are, how strong shades, and what a table is where it shows the finding itself."""

from __future__ import annotations

import re

import pytest

from keepwell.web.panels import SHADES, Bar, Cell, Table, filled, small_columns
from keepwell.web.render import STATIC


@pytest.mark.parametrize(
    ("share", "percent"), [(0, 0), (0.333, 33.3), (1, 100), (1.4, 100), (-0.2, 0), (0.000_01, 0)]
)
def test_a_bar_never_leaves_its_cell(share: float, percent: float) -> None:
    assert Bar(share, mark=share).percent == percent
    assert Bar(share, mark=share).mark_percent == percent
    assert Bar(share).mark_percent is None


@pytest.mark.parametrize(
    ("strength", "shade"), [(None, None), (0, 1), (0.04, 1), (0.5, 5), (1, SHADES), (7, SHADES)]
)
def test_every_strength_has_a_shade_that_the_style_sheet_knows(
    strength: float | None, shade: int | None
) -> None:
    assert Cell("", strength=strength).shade == shade
    known = set(re.findall(r"\.kw-shade-(\d+) \{", (STATIC / "keepwell.css").read_text("utf-8")))
    assert known == {str(number) for number in range(1, SHADES + 1)}


def test_a_table_knows_whether_it_shows_the_finding() -> None:
    plain = Table(("a", "b"), ((Cell("x"), Cell("1")),))
    barred = Table(("a", "b"), ((Cell("x"), Cell("1", bar=Bar(1))),))
    heat = Table(("a", "b", "c"), ((Cell("x"), Cell("1", strength=1), Cell("")),))
    assert [(each.is_heat, each.is_drawing) for each in (plain, barred, heat)] == [
        (False, False),
        (False, True),
        (True, True),
    ]
    assert heat.shades == [[SHADES, 0]]
    assert filled([Cell("x")], 3) == (Cell("x"), Cell(""), Cell(""))


def test_small_columns_say_their_figures_and_are_never_lost_from_sight() -> None:
    columns = small_columns(
        [("May", 200, False), ("June", 0, False), ("July", None, True)], ["200", "0", "—"]
    )
    assert [(each.percent, each.say, each.is_open) for each in columns] == [
        (100, "May: 200", False),
        (2, "June: 0", False),
        (2, "July: —", True),
    ]
    assert [each.percent for each in small_columns([("May", 0, False)], ["0"])] == [2]
