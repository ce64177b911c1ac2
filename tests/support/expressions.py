"""Random typed expressions, and the rows to try them on: extremes first, then anything."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache

from hypothesis import strategies as st

from keepwell.core.money import Currency
from keepwell.language.nodes import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Flag,
    Membership,
    Missing,
    Name,
    Negate,
    Node,
    Not,
    Number,
    Or,
    Text,
)
from keepwell.language.types import Field, Record, Type, Value

FIELDS = {
    Type.WHOLE: ("orders", "visits"),
    Type.NUMBER: ("rate", "Share of wallet"),
    Type.MONEY: ("spend", "basket"),
    Type.TEXT: ("city", "订单号"),
    Type.FLAG: ("is_member", "in"),
    Type.DAY: ("joined_on", "birthday"),
    Type.MOMENT: ("seen_at", "ordered_at"),
}
RECORD = Record.of([Field(name, type_) for type_, names in FIELDS.items() for name in names], Currency("CNY"))

TEXTS = (
    "",
    "a",
    "A",
    "é",
    "É",
    "ß",
    "İ",
    "ſ",
    "K",
    "Zürich",
    " b\t",
    "\u3000c",
    "it's",
    "%_",
    "😀",
    "中文",
    "\uffff",
    "a\nb",
)
WHOLES = (
    0,
    1,
    -1,
    2,
    3,
    7,
    60,
    -60,
    100,
    2**31,
    2**53,
    2**53 + 1,
    -(2**53) - 1,
    3_037_000_500,
    2**62,
    2**63 - 1,
    -(2**63),
)
NUMBERS: tuple[float, ...] = (
    0.0,
    -0.0,
    1.0,
    -1.5,
    0.1,
    0.5,
    2.5,
    1e-300,
    5e-324,
    1e300,
    1.7976931348623157e308,
    -1.7976931348623157e308,
)
NUMBERS += (2.0**53, 9.3e18, 0.49999999999999994, 1e16)
NOT_FINITE = (float("nan"), float("inf"), float("-inf"))
DAYS = tuple(
    date.fromisoformat(text)
    for text in (
        "2024-01-31",
        "2024-02-29",
        "2023-02-28",
        "2026-03-29",
        "2026-10-25",
        "1970-01-01",
        "1899-12-31",
        "0001-01-01",
        "9999-12-31",
    )
)
MOMENTS = tuple(
    datetime.fromisoformat(text).replace(tzinfo=UTC)
    for text in (
        "2026-03-29T00:59:59.999999", "2026-03-29T01:00:00", "2026-10-25T00:30:00", "2026-10-25T01:00:00",
        "2026-03-08T06:59:59", "2026-03-08T07:00:00", "2026-11-01T05:59:59.999999", "2026-11-01T06:00:00",
        "1986-05-03T17:59:59", "1991-09-14T15:00:00", "2026-01-31T16:00:00", "2026-01-31T15:59:59.999999",
        "2026-06-30T23:00:00", "2025-12-31T23:30:00", "1969-12-31T23:59:59", "1901-01-01T00:00:00",
        "2006-10-29T02:30:59", "2006-10-29T02:31:00",
        "2099-12-31T23:59:59", "2150-07-01T12:00:00",
    )
)  # fmt: skip

_DECIMALS = st.decimals(min_value=-10_000, max_value=10_000, places=2, allow_nan=False).map(
    lambda value: f"{value:f}"
)


def canonical(text: str) -> str:
    """A number's text as the parser leaves it: no needless zeros, and no minus zero but as it is written."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, decimals = digits.partition(".")
    kept = f".{decimals.rstrip('0') or '0'}" if decimals else ""
    return f"{sign}{whole.lstrip('0') or '0'}{kept}"


whole_literals = st.sampled_from(WHOLES).map(lambda value: Number(str(value)))
number_literals = st.one_of(
    st.sampled_from(("0.5", "0.1", "-1.5", "2.0", "0.0", "1000000000000000000000.0", "15%", "-2.5%", "150%")),
    _DECIMALS.map(canonical),
).map(Number)
money_literals = st.sampled_from(("0", "1", "-5", "0.01", "500", "99.99", "92233720368547758.07")).map(Number)
text_literals = st.one_of(st.sampled_from(TEXTS), st.sampled_from(("MM-DD", "01-31", "02-29"))).map(Text)
day_literals = st.sampled_from(DAYS).map(lambda day: Text(day.isoformat()))
flag_literals = st.booleans().map(Flag)

LITERALS: dict[Type, st.SearchStrategy[Node]] = {
    Type.WHOLE: whole_literals,
    Type.NUMBER: number_literals,
    Type.MONEY: money_literals,
    Type.TEXT: text_literals,
    Type.FLAG: flag_literals,
    Type.DAY: day_literals,
    Type.MOMENT: day_literals,
}
"""Literals that become that type beside something of it."""

_OWN_LITERALS = (Type.WHOLE, Type.NUMBER, Type.TEXT, Type.FLAG)
"""Types whose literals need nothing beside them."""


def fields(type_: Type) -> st.SearchStrategy[Node]:
    """A field of this type."""
    return st.sampled_from(FIELDS[type_]).map(Name)


@cache
def expressions(type_: Type, depth: int = 3) -> st.SearchStrategy[Node]:
    """An expression of this type, some levels deep."""
    if depth == 0:
        return fields(type_) | LITERALS[type_] if type_ in _OWN_LITERALS else fields(type_)
    return st.one_of(fields(type_), *_WAYS[type_](depth - 1), *_passing(type_, depth - 1))


@cache
def beside(type_: Type, depth: int) -> st.SearchStrategy[Node]:
    """Something to stand beside an expression of this type: another one, or a literal."""
    return expressions(type_, depth) | LITERALS[type_]


def called(name: str, *arguments: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """A call of a function."""
    return st.tuples(*arguments).map(lambda drawn: Call(name, drawn))


def joined(
    operators: str, left: st.SearchStrategy[Node], right: st.SearchStrategy[Node]
) -> st.SearchStrategy[Node]:
    """Arithmetic with one of the operators."""
    return st.builds(Arithmetic, st.sampled_from(operators), left, right)


def negated(operand: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """A unary minus."""
    return operand.map(Negate)


def _passing(type_: Type, depth: int) -> list[st.SearchStrategy[Node]]:
    one, other = expressions(type_, depth), beside(type_, depth)
    ways = [called("coalesce", one, other), called("if", expressions(Type.FLAG, depth), one, other)]
    if type_ is not Type.FLAG:
        ways += [called("least", one, other), called("greatest", one, other, other)]
    return ways


def _wholes(depth: int) -> list[st.SearchStrategy[Node]]:
    own = expressions(Type.WHOLE, depth)
    time = expressions(Type.DAY, depth) | expressions(Type.MOMENT, depth)
    return [
        joined("+-*", own, own),
        negated(own),
        called("abs", own),
        called("round", expressions(Type.NUMBER, depth)),
        called("floor", expressions(Type.NUMBER, depth)),
        called("len", expressions(Type.TEXT, depth)),
        called("days_since", time),
        called("days_until", time),
        called("days_between", time, time),
        called("month", time),
        called("year", time),
        called("weekday", time),
        called("hour", expressions(Type.MOMENT, depth)),
    ]


def _numbers(depth: int) -> list[st.SearchStrategy[Node]]:
    own = expressions(Type.NUMBER, depth)
    counts = own | expressions(Type.WHOLE, depth)
    return [
        joined("+-*/", own, counts),
        joined("+-*/", counts, own),
        joined("/", expressions(Type.WHOLE, depth), expressions(Type.WHOLE, depth)),
        joined("/", expressions(Type.MONEY, depth), expressions(Type.MONEY, depth)),
        negated(own),
        called("abs", own),
    ]


def _money(depth: int) -> list[st.SearchStrategy[Node]]:
    own = expressions(Type.MONEY, depth)
    counts = expressions(Type.NUMBER, depth) | expressions(Type.WHOLE, depth)
    return [
        joined("+-", own, beside(Type.MONEY, depth)),
        joined("*/", own, counts),
        negated(own),
        called("abs", own),
    ]


def _texts(depth: int) -> list[st.SearchStrategy[Node]]:
    own = expressions(Type.TEXT, depth)
    time = expressions(Type.DAY, depth) | expressions(Type.MOMENT, depth)
    return [called("lower", own), called("trim", own), called("month_day", time)]


def _days(depth: int) -> list[st.SearchStrategy[Node]]:
    own, steps = expressions(Type.DAY, depth), expressions(Type.WHOLE, depth)
    moment = expressions(Type.MOMENT, depth)
    return [
        called("today"),
        called("day_of", moment),
        called("day", steps, steps, steps),
        called("day", called("year", own), called("month", own), steps),
        called("add_days", own, steps),
        called("add_months", own, steps),
    ]


def _flags(depth: int) -> list[st.SearchStrategy[Node]]:
    own, text = expressions(Type.FLAG, depth), expressions(Type.TEXT, depth)
    several = st.lists(own, min_size=2, max_size=3).map(tuple)
    each = st.sampled_from(list(Type)).flatmap(lambda type_: _compared(type_, depth))
    on_text = st.builds(Comparison, st.sampled_from(["contains", "starts with"]), text, text)
    return [each, each, each, each, on_text, own.map(Not), several.map(And), several.map(Or)]


@cache
def _compared(type_: Type, depth: int) -> st.SearchStrategy[Node]:
    own, other = expressions(type_, depth), beside(type_, depth)
    exact = expressions(type_, depth) if type_ is Type.MOMENT else other
    options = st.lists(exact, min_size=1, max_size=4).map(tuple)
    ways: list[st.SearchStrategy[Node]] = [
        st.builds(Comparison, st.sampled_from(["=", "!="]), own, exact),
        st.builds(Membership, own, options, st.booleans()),
        st.builds(Missing, own, st.booleans()),
    ]
    if type_ is not Type.FLAG:
        ways.append(st.builds(Comparison, st.sampled_from(["<", "<=", ">", ">="]), own, other))
        ways.append(st.builds(Comparison, st.sampled_from(["<", "<=", ">", ">="]), other, own))
        ways.append(st.builds(Between, own, exact, exact))
    return st.one_of(ways)


_WAYS: dict[Type, Callable[[int], list[st.SearchStrategy[Node]]]] = {
    Type.WHOLE: _wholes,
    Type.NUMBER: _numbers,
    Type.MONEY: _money,
    Type.TEXT: _texts,
    Type.DAY: _days,
    Type.MOMENT: lambda _: [],
    Type.FLAG: _flags,
}


def random_value(type_: Type, chance: random.Random) -> Value:
    """A value of this type: missing, an extreme, or anything."""
    kind = chance.random()
    if kind < 0.15:
        return None
    match type_:
        case Type.WHOLE | Type.MONEY:
            return chance.choice(WHOLES) if kind < 0.5 else chance.randint(-1000, 1000)
        case Type.NUMBER:
            extreme = chance.choice(NUMBERS + NOT_FINITE)
            return extreme if kind < 0.5 else chance.uniform(-1, 1) * 10.0 ** chance.randint(-5, 20)
        case Type.TEXT:
            return (
                chance.choice(TEXTS)
                if kind < 0.7
                else "".join(chance.choices("aAbBéß 'x", k=chance.randint(0, 5)))
            )
        case Type.FLAG:
            return kind < 0.6
        case Type.DAY:
            return (
                chance.choice(DAYS) if kind < 0.5 else date(2020, 1, 1) + timedelta(chance.randint(0, 3000))
            )
        case Type.MOMENT:
            anything = datetime(1960, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.random() * 4.5e9)
            return chance.choice(MOMENTS) if kind < 0.5 else anything


def random_rows(count: int, seed: int) -> list[dict[str, Value]]:
    """Rows of :data:`RECORD`, always the same for a seed."""
    chance = random.Random(seed)
    return [
        {name: random_value(field.type, chance) for name, field in RECORD.fields.items()}
        for _ in range(count)
    ]
