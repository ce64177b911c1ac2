"""What expressions mean, one record at a time: the page on the language, sentence by sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from keepwell.core.clock import AsOf
from keepwell.core.errors import ExpressionRefused
from keepwell.core.money import Currency
from keepwell.language.check import check
from keepwell.language.evaluate import evaluate
from keepwell.language.nodes import Node
from keepwell.language.types import Field, Record, Type, Value
from support.expressions import RECORD as RANDOM_RECORD
from support.expressions import expressions, random_rows

RECORD = Record.of(
    [
        Field("w", Type.WHOLE),
        Field("w2", Type.WHOLE),
        Field("n", Type.NUMBER),
        Field("m", Type.MONEY),
        Field("m2", Type.MONEY),
        Field("t", Type.TEXT),
        Field("f", Type.FLAG),
        Field("d", Type.DAY),
        Field("at", Type.MOMENT),
        Field("gone", Type.WHOLE),
        Field("none", Type.NUMBER),
        Field("unsaid", Type.FLAG),
        Field("nobody", Type.TEXT),
    ],
    Currency("CNY"),
)
ROW: dict[str, Value] = {
    "w": 7,
    "w2": 2,
    "n": 2.5,
    "m": 1050,
    "m2": 300,
    "t": "It's Zürich",
    "f": True,
    "d": date(2024, 2, 29),
    "at": datetime(2026, 3, 31, 23, 30, tzinfo=UTC),
    "gone": None,
    "none": None,
    "unsaid": None,
}
SHANGHAI = AsOf(datetime(2026, 4, 10, 17, 0, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
LONDON = AsOf(datetime(2026, 4, 10, 17, 0, tzinfo=UTC), ZoneInfo("Europe/London"))
MOST, LEAST = 2**63 - 1, -(2**63)


def value(text: str, row: dict[str, Value] | None = None, as_of: AsOf = SHANGHAI) -> Value:
    return evaluate(check(text, RECORD), {**ROW, **(row or {})}, as_of)


@pytest.mark.parametrize(
    "text",
    [
        "w = 7 and w != 8 and w < 8 and w <= 7 and w > 6 and w >= 7",
        "w between 7 and 9 and not (w between 8 and 9)",
        "w in (1, 7) and w not in (1, 2)",
        "w in (1, gone, 7)",
        "w = 7.0 and w < 7.5",
        "f and not not f and f = true and f != false",
        "f or unsaid",
        "gone is missing and w is not missing and nobody is missing",
        "t contains '''s Z' and t starts with 'It' and not (t contains 'it')",
        "t contains ''",
        "'Z' < 'a' and 'z' < 'é' and '\uffff' < '😀'",
        "m >= 10.5 and m < 10.51 and m = 10.50",
        "d = '2024-02-29' and d > '2024-02-28'",
        "at >= '2026-04-01'",
        "1.5 > 1 and -5 < -4",
        "-w * w2 = -14",
    ],
)
def test_holds(text: str) -> None:
    assert value(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "gone = 1", "gone != 1", "gone < 1", "gone >= 1", "1 > gone", "gone = gone", "gone != gone",
        "gone in (1)", "gone not in (1)", "w not in (1, gone)", "gone between 1 and 2", "w between 1 and gone",
        "nobody contains ''", "nobody starts with ''", "unsaid = true", "unsaid != true", "not (f and not unsaid)",
        "none > 0 or none <= 0", "unsaid or false", "w / 0 > 1", "gone + 1 > 0",
    ],
)  # fmt: skip
def test_a_comparison_with_something_missing_is_false(text: str) -> None:
    assert value(text) is False


@pytest.mark.parametrize(
    "text", ["not (gone = 1)", "not unsaid", "not (gone in (1))", "if(unsaid, 1, 2) = 2"]
)
def test_its_negation_is_true(text: str) -> None:
    assert value(text) is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w + w2", 9), ("w - w2", 5), ("w * w2", 14), ("w / w2", 3.5), ("-w", -7), ("abs(-w)", 7),
        ("w + n", 9.5), ("n / w2", 1.25), ("w + gone", None), ("-gone", None), ("n * none", None),
        ("m + m2", 1350), ("m - 20", -950), ("m * 2", 2100), ("m / 2", 525), ("m * 1.5", 1575),
        ("m / m2", 3.5), ("m / 4", 263), ("-m / 4", -262), ("m * 15%", 158), ("m2 / 0", None),
        ("round(n)", 3), ("round(-n)", -2), ("floor(-n)", -3), ("floor(n)", 2), ("round(0.49999999999999994)", 1),
        ("coalesce(gone, w2, w)", 2), ("coalesce(gone, none)", None), ("coalesce(unsaid, true)", True),
        ("least(w, w2, 5)", 2), ("greatest(w, 7.5)", 7.5), ("least(w, gone)", None),
        ("if(f, m, 0)", 1050), ("if(not f, m, 0)", 0), ("unsaid", None),
        ("lower('ÀÉ AZ ſ İ')", "ÀÉ az ſ İ"), ("trim('\t a b\r\n')", "a b"), ("trim('\u3000a')", "\u3000a"),
        ("len('😀é中')", 3), ("len('')", 0),
    ],
)  # fmt: skip
def test_values(text: str, expected: Value) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("w + 1", {"w": MOST}), ("w - 1", {"w": LEAST}), ("w * 2", {"w": 2**62}), ("-w", {"w": LEAST}),
        ("abs(w)", {"w": LEAST}), ("m + m2", {"m": MOST, "m2": 1}), ("m * 10", {"m": 2**60}),
        ("m * 1.5", {"m": 2**53}), ("m / 0.5", {"m": 2**53}), ("round(n)", {"n": 2.0**53 + 2}),
        ("n * 10", {"n": 1e308}), ("n / 0", {}), ("n / 0.1", {"n": 1e308}), ("n", {"n": float("nan")}),
        ("n", {"n": float("inf")}), ("-n", {"n": float("-inf")}), ("1.0 / (n * 10)", {"n": 1e308}),
        ("add_days(d, 3000000)", {}), ("add_days(d, w)", {"w": MOST}), ("add_months(d, -24400)", {}),
        ("day(2023, 2, 29)", {}), ("day(1900, 2, 29)", {}), ("day(2024, 13, 1)", {}), ("day(2024, 1, 0)", {}),
        ("day(10000, 1, 1)", {}), ("day(0, 1, 1)", {}), ("day(w, 1, 1)", {"w": MOST}), ("day(1, w, 1)", {"w": LEAST}),
        ("add_months(d, w)", {"w": LEAST}), ("day_of(at)", {"at": datetime.max.replace(tzinfo=UTC)}),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_missing(text: str, row: dict[str, Value]) -> None:
    assert value(text, row) is None
    assert value(f"{text} is missing", row) is True


def test_days_are_those_of_the_zone() -> None:
    # 23:30 UTC on 31 March is 1 April in both; 17:00 UTC on 10 April is 11 April in Shanghai alone.
    assert (value("day_of(at)"), value("today()")) == (date(2026, 4, 1), date(2026, 4, 11))
    assert (value("days_since(at)"), value("days_until(at)")) == (10, -10)
    assert value("days_since(at)", as_of=LONDON) == 9
    assert value("month_day(at)") == "04-01"
    assert value("month_day(at)", {"at": datetime(2026, 3, 31, 22, 30, tzinfo=UTC)}, LONDON) == "03-31"
    assert value("at >= '2026-04-01'", {"at": datetime(2026, 3, 31, 16, 0, tzinfo=UTC)}) is True
    assert value("at >= '2026-04-01'", {"at": datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)}) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add_months(d, 12)", date(2025, 2, 28)),
        ("add_months(d, 48)", date(2028, 2, 29)),
        ("add_months(add_months(d, 11), 1)", date(2025, 2, 28)),
        ("add_months('2026-01-31', 1)", date(2026, 2, 28)),
        ("add_months('2026-03-31', -1)", date(2026, 2, 28)),
        ("day(2024, 2, 29)", date(2024, 2, 29)),
        ("day(year(d), 12, 31)", date(2024, 12, 31)),
        ("day(1, 1, 1)", date.min),
        ("day(9999, 12, 31)", date.max),
        ("add_days(d, 1)", date(2024, 3, 1)),
        ("days_between(d, '2024-03-01')", 1),
        ("month(d)", 2),
        ("year(d)", 2024),
        ("month_day(d)", "02-29"),
    ],
)
def test_the_calendar(text: str, expected: Value) -> None:
    assert value(text) == expected


def test_a_field_that_is_not_there_is_missing() -> None:
    assert evaluate(check("w is missing", RECORD), {}, SHANGHAI) is True


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.sampled_from(list(Type)).flatmap(lambda type_: expressions(type_, depth=3)), st.integers(0, 10**6))
def test_it_never_raises_and_keeps_its_type(node: Node, seed: int) -> None:
    try:
        checked = check(node, RANDOM_RECORD)
    except ExpressionRefused:
        assume(False)
    kinds = {Type.FLAG: bool, Type.NUMBER: float, Type.TEXT: str, Type.DAY: date, Type.MOMENT: datetime}
    for row in random_rows(20, seed):
        found = evaluate(checked, row, LONDON)
        assert found is None or type(found) is kinds.get(checked.type, int)
        assert found is not None or not checked.is_condition
