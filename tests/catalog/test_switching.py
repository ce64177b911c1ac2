"""Definitions are switched off and on again, and the files are as before."""

from __future__ import annotations

import pytest

from keepwell.catalog.editing import piece_of
from keepwell.catalog.files import PlanFiles
from keepwell.catalog.load import load
from keepwell.catalog.switching import switched_off, switched_on
from keepwell.core.errors import PlanRefused
from support.plans import plan_files

A = "# first, mine\nsegment: a  # here\nwhere: orders_lifetime > 1\n"
B = "segment: b\nwhere: orders_lifetime > 2\n# the end\n"


def shop() -> PlanFiles:
    return PlanFiles({**plan_files(), "segments/mine.yml": f"{A}---\n{B}"})


def off(files: PlanFiles, kind: str, name: str) -> PlanFiles:
    return switched_off(files, piece_of(files, load(files).origin(name, kind)), name)


def test_ones_own_keeps_its_text() -> None:
    after = off(shop(), "segment", "a")
    plan = load(after)
    assert "a" not in plan.segments
    assert plan.off["segment", "a"].file == "segments/mine.yml"
    assert after["segments/mine.yml"] == f"{A}off: true\n---\n{B}"
    again = switched_on(after, piece_of(after, plan.off["segment", "a"]))
    assert again == shop()


@pytest.mark.parametrize("name", ["orders_90d", "orders_lifetime"])
def test_one_window_of_a_shipped_family(name: str) -> None:
    files = shop()
    after = PlanFiles({**files, "fields/x.yml": f"measure: {name}\noff: true\n"})
    with pytest.raises(PlanRefused, match="uses"):
        load(after)


def test_a_shipped_one_gets_a_line_of_the_plans_own_and_loses_it() -> None:
    files = shop()
    after = off(files, "segment", "vip")
    assert after["segments/vip.yml"] == "segment: vip\noff: true\n"
    plan = load(after)
    assert "vip" not in plan.segments
    assert switched_on(after, piece_of(after, plan.off["segment", "vip"])) == files


def test_a_switch_among_other_definitions_goes_alone() -> None:
    switch = "segment: vip\noff: true\n"
    for text, rest in (
        (f"{A}---\n{switch}", A),
        (f"{switch}---\n{A}", A),
        (f"{A}---\n{switch}---\n{B}", f"{A}---\n{B}"),
        (f"---\n{switch}", None),
    ):
        files = PlanFiles({**plan_files(), "segments/mine.yml": text})
        after = switched_on(files, piece_of(files, load(files).off["segment", "vip"]))
        assert after.get("segments/mine.yml") == rest
        assert "vip" in load(after).segments
