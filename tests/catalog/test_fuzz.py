"""Any text gives a plan or an error that is told; nothing else, and in reasonable time."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from keepwell.catalog.draft import Entry, shipped_entries
from keepwell.catalog.load import load
from keepwell.catalog.plan import Plan
from keepwell.core.errors import PlanRefused
from support.plans import ORDERS, SETTINGS, plan_files

WORDS = (
    "measure field rhythm segment source of order where value cases window 90d count true sum "
    "amount label en zh columns from files off say reasons orders_90d x 1 "
)
SIGNS = (
    "1.5", "~", "---", "...", "- ", ": ", ":", "\n", "\n  ", "\t", " ", "[", "]", "{", "}", ",",
    "'", '"', "#", "&a", "*a", "!!str", "|", ">", "?", "%", "@", "`", "\\", "\ufeff", "é", "订单",
    "\u2028", "\x00", "\x85", "😀", "{x}", "<<", "=", "<", "(",
)  # fmt: skip
PIECES = (*WORDS.split(), *SIGNS)
RUBBISH = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=60).map("".join))


def outcome(files: dict[str, str]) -> Plan | PlanRefused:
    """Whatever else is raised fails the test."""
    try:
        return load(plan_files(files))
    except PlanRefused as refused:
        return refused


@settings(max_examples=150, deadline=None)
@given(fields=RUBBISH, segments=RUBBISH)
@example(fields="? [a]\n: b", segments="{[a]: b}")
@example(fields="measure: {x: y}\nof: [order]\n", segments="segment: [x]\n")
@example(fields="measure: x\noff: true\ncount: 1e999\n", segments="'': ''\n")
def test_rubbish(fields: str, segments: str) -> None:
    outcome({"fields/test.yml": fields, "segments/test.yml": segments})


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_good_definitions_with_a_slip_of_the_hand(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([ORDERS, *sorted({doc_text(entry) for entry in shipped_entries()})]))
    at = data.draw(st.integers(0, len(text)))
    gone = data.draw(st.integers(0, 5))
    new = data.draw(st.sampled_from(PIECES))
    folder = text.partition(":")[0]
    place = {"source": "sources", "segment": "segments"}.get(folder, "fields")
    outcome({f"{place}/test.yml": text[:at] + new + text[at + gone :]})


def doc_text(entry: Entry) -> str:
    """A shipped definition as JSON, which is YAML."""
    return "\n".join(
        f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in entry.document.body.items()
    )


@settings(max_examples=60, deadline=None)
@given(text=st.one_of(RUBBISH, st.lists(st.sampled_from([*SETTINGS.splitlines(True), *PIECES])).map("".join)))
def test_settings(text: str) -> None:
    outcome({"keepwell.toml": text})
    outcome({"keepwell.toml": SETTINGS + text})


@settings(max_examples=50, deadline=None)
@given(text=RUBBISH)
def test_rates(text: str) -> None:
    outcome({"keepwell.toml": SETTINGS + 'rates = "rates.csv"\n', "rates.csv": "day,currency,rate\n" + text})


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 100_000,
        "{" * 100_000,
        "- " * 100_000,
        "a: " * 30_000,
        "? " * 100_000,
        "a: " + "'" * 99_999,
        "a: " + '"\\x41' * 20_000 + '"',
        "x" * 999_999,
        "#" * 999_999,
        "\n" * 999_999,
        "a: b\n" * 50_000,
        "- a\n" * 100_000,
        "".join(f"k{number}: v\n" for number in range(50_000)),
        "field: x\nvalue: " + "(" * 9_000 + "\n",
        "field: x\nvalue: " + "orders_90d + " * 500 + "1\n",
        "field: x\nvalue: >\n" + "  orders_90d +\n" * 600 + "  nope\n",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_large_and_wicked(text: str) -> None:
    start = time.perf_counter()
    outcome({"fields/test.yml": text})
    assert time.perf_counter() - start < 60
