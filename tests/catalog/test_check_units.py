"""[units] of keepwell.toml and sources of units are checked."""

from __future__ import annotations

from keepwell.catalog.load import load
from keepwell.core.errors import PlanRefused, Problem
from support.branch_shop import ORDERS, SETTINGS, UNITS
from support.plans import plan_files


def problems(settings: str = SETTINGS, units: str = UNITS) -> list[Problem]:
    files = {"keepwell.toml": settings, "sources/orders.yml": ORDERS, "sources/stores.yml": units}
    try:
        load(plan_files(files))
    except PlanRefused as refused:
        return list(refused.problems)
    return []


def test_a_field_of_units_is_there_and_text() -> None:
    assert not problems()
    [unknown] = problems(SETTINGS.replace("last_store", "last_stor"))
    assert (unknown.what, unknown.hint) == (
        "customers have no field `last_stor`",
        "did you mean `last_store`?",
    )
    assert (unknown.file, unknown.line) == ("keepwell.toml", 7)
    [number] = problems(SETTINGS.replace("last_store", "orders_lifetime"))
    assert number.what == "`orders_lifetime` is whole, and a unit is text"


def test_units_need_a_source() -> None:
    [missing] = problems(units="# none\n")
    assert (missing.what, missing.field) == ("no source gives the units", "units")
    assert not problems(SETTINGS.partition("[units]")[0], units="# none\n")


def test_a_unit_stands_once_and_is_nobody() -> None:
    [key] = problems(units=UNITS.replace("[unit]", "[label]"))
    assert key.what == "units are told apart by `unit` alone"
    owned = UNITS.replace("level: level}", "level: level, party: boss, phone: {personal: phone}}")
    assert [each.what for each in problems(units=owned)] == [
        "`party` is of a person, and a unit is none",
        "`phone` is of a person, and a unit is none",
    ]


def test_units_are_no_facts_of_customers() -> None:
    files = {"keepwell.toml": SETTINGS, "sources/orders.yml": ORDERS, "sources/stores.yml": UNITS}
    try:
        load(plan_files(files | {"fields/x.yml": "measure: x\nof: unit\ncount: true\n"}))
    except PlanRefused as refused:
        [problem] = refused.problems
        assert problem.file == "fields/x.yml"
    else:
        raise AssertionError("a measure of units was taken")
