"""The pages say what the language does: their tables are evaluated, and nothing of it is left out."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from keepwell.core.clock import AsOf
from keepwell.core.money import Currency
from keepwell.language.check import check
from keepwell.language.evaluate import evaluate
from keepwell.language.functions import AGGREGATES, ELSEWHERE, FUNCTIONS, Function
from keepwell.language.parse import MAX_DEPTH, MAX_LENGTH, MAX_NODES, parse
from keepwell.language.tokens import KEYWORDS
from keepwell.language.types import Field, Record, Type, Value

PAGES = Path(__file__).parents[2] / "docs/concepts"
PAGE = (PAGES / "language.md").read_text("utf-8")
CHINESE = (PAGES / "language.zh.md").read_text("utf-8")
AS_OF = AsOf(datetime(2026, 4, 10, 17, 0, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))


def table(heading: str) -> list[list[str]]:
    """The rows of all tables of the page with this heading."""
    rows, inside = [], False
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        inside = line.startswith("|") and (inside or line == heading)
        if inside and line != heading and not cells[0].startswith("---"):
            rows.append(cells)
    return rows


def read(text: str, type_: Type) -> Value:
    """A value as the page writes it."""
    if text == "missing":
        return None
    match type_:
        case Type.WHOLE:
            return int(text)
        case Type.NUMBER:
            return float(text)
        case Type.MONEY:
            return int(text.replace(".", ""))
        case Type.FLAG:
            return {"true": True, "false": False}[text]
        case Type.DAY:
            return date.fromisoformat(text)
        case Type.MOMENT:
            return datetime.fromisoformat(text.removesuffix(" UTC")).replace(tzinfo=UTC)
        case Type.TEXT:
            return text.strip("'")


def sample() -> tuple[Record, dict[str, Value]]:
    rows = [(name.strip("`"), Type(type_), value) for name, type_, value in table("| Field | Type | Value |")]
    record = Record.of([Field(name, type_) for name, type_, _ in rows], Currency("CNY"))
    return record, {name: read(value, type_) for name, type_, value in rows}


RECORD, ROW = sample()
EXAMPLES = [(expression.strip("`"), value) for expression, value in table("| Expression | Value |")]


@pytest.mark.parametrize(("expression", "value"), EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_the_page_is_right(expression: str, value: str) -> None:
    checked = check(expression, RECORD)
    assert evaluate(checked, ROW, AS_OF) == read(value, checked.type)


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) > 40
    assert len(RECORD.fields) == 11


@pytest.mark.parametrize("page", [PAGE, CHINESE], ids=["en", "zh"])
def test_nothing_is_left_out(page: str) -> None:
    words = set(re.findall(r"[a-z]+", page))
    assert words >= KEYWORDS - {"null", "like", "true", "false"}
    assert words >= {str(type_) for type_ in Type}
    for limit in (MAX_LENGTH, MAX_NODES, MAX_DEPTH):
        assert f"{limit:,}" in page


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_every_function_says_what_it_does(function: Function) -> None:
    assert function.english.endswith(".")
    assert function.chinese.endswith("。")
    assert f"{function.name}(" in function.example
    parse(function.example)


def test_words_from_elsewhere_lead_here() -> None:
    assert set(ELSEWHERE.values()) <= FUNCTIONS.keys()
    assert not (ELSEWHERE.keys() | AGGREGATES) & FUNCTIONS.keys()
