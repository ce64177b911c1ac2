"""The checker: what types an expression may join, what literals become, and what it says otherwise."""

from __future__ import annotations

from datetime import date

import pytest

from keepwell.core.errors import ExpressionRefused
from keepwell.core.money import Currency
from keepwell.language.check import check
from keepwell.language.nodes import Comparison, Name, Number
from keepwell.language.typed import Apply, Constant, Operation, Typed
from keepwell.language.types import Field, Record, Type

FIELDS = (
    Field("orders", Type.WHOLE),
    Field("rate", Type.NUMBER),
    Field("spend", Type.MONEY),
    Field("city", Type.TEXT),
    Field("status", Type.TEXT, ("new", "cancelled")),
    Field("is_member", Type.FLAG),
    Field("joined_on", Type.DAY),
    Field("seen_at", Type.MOMENT),
    Field("订单号", Type.TEXT),
)
RECORD = Record.of(FIELDS, Currency("CNY"))


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("orders", Type.WHOLE),
        ("orders * 2 - 1", Type.WHOLE),
        ("orders + rate", Type.NUMBER),
        ("orders / 2", Type.NUMBER),
        ("orders + 0.5", Type.NUMBER),
        ("spend + 5", Type.MONEY),
        ("5 + spend", Type.MONEY),
        ("spend * 2", Type.MONEY),
        ("1.5 * spend", Type.MONEY),
        ("spend / orders", Type.MONEY),
        ("spend / spend", Type.NUMBER),
        ("-spend", Type.MONEY),
        ("abs(rate)", Type.NUMBER),
        ("coalesce(spend, 0)", Type.MONEY),
        ("if(is_member, 1, 2.5)", Type.NUMBER),
        ("least(orders, rate)", Type.NUMBER),
        ("greatest(joined_on, '2026-01-31')", Type.DAY),
        ("coalesce(seen_at, '2026-01-31')", Type.MOMENT),
        ("day_of(seen_at)", Type.DAY),
        ("today()", Type.DAY),
        ("add_months(joined_on, 1)", Type.DAY),
        ("day(year(joined_on), 1, 1)", Type.DAY),
        ("days_since(seen_at)", Type.WHOLE),
        ("days_between(joined_on, seen_at)", Type.WHOLE),
        ("days_since('2026-01-31')", Type.WHOLE),
        ("month_day(joined_on)", Type.TEXT),
        ("round(orders)", Type.WHOLE),
        ("lower(city)", Type.TEXT),
        ("is_member = (not is_member)", Type.FLAG),
        ("spend >= if(is_member, 500, 1000)", Type.FLAG),
        ("rate > coalesce(orders, 1)", Type.FLAG),
        ("orders in (1, 2.5, rate)", Type.FLAG),
        ("status = city", Type.FLAG),
        ("seen_at < '2026-01-31'", Type.FLAG),
        ("\"订单号\" starts with 'A'", Type.FLAG),
    ],
)
def test_types(text: str, type_: Type) -> None:
    assert check(text, RECORD).type is type_


def literal_in(text: str, *, record: Record = RECORD) -> Typed:
    node = check(text, record).node
    assert isinstance(node, Apply)
    return node.arguments[1]


def test_a_literal_takes_the_type_of_what_it_meets() -> None:
    assert literal_in("rate > 5") == Constant(5.0, Type.NUMBER, Number("5"))
    assert literal_in("rate > 15%") == Constant(0.15, Type.NUMBER, Number("15%"))
    assert literal_in("spend > 5") == Constant(500, Type.MONEY, Number("5"))
    assert literal_in("spend > -0.010") == Constant(-1, Type.MONEY, Number("-0.01"))
    day = literal_in("joined_on > '2026-01-31'")
    assert isinstance(day, Constant)
    assert day.value == date(2026, 1, 31)
    moment = literal_in("seen_at > '2026-01-31'")
    assert isinstance(moment, Apply)
    assert moment.operation is Operation.START_OF_DAY


@pytest.mark.parametrize(("code", "minor"), [("JPY", 5), ("CNY", 500), ("KWD", 5000)])
def test_money_in_the_currencys_own_minor_unit(code: str, minor: int) -> None:
    literal = literal_in("spend > 5", record=Record.of(FIELDS, Currency(code)))
    assert isinstance(literal, Constant)
    assert literal.value == minor


def test_what_is_expected() -> None:
    assert check("5", RECORD, expect=Type.MONEY).node == Constant(500, Type.MONEY, Number("5"))
    assert check("orders", RECORD, expect=Type.NUMBER).type is Type.NUMBER
    assert check("if(is_member, 1, 2)", RECORD, expect=Type.MONEY).type is Type.MONEY
    assert check("is_member", RECORD, expect=Type.FLAG).is_condition
    assert not check("is_member", RECORD).is_condition
    assert check("orders > 1", RECORD).is_condition


def test_the_fields_it_reads() -> None:
    assert check("spend > 5 and coalesce(city, \"订单号\") = 'x'", RECORD).fields == {
        "spend",
        "city",
        "订单号",
    }


def test_a_tree_checks_as_its_text_does() -> None:
    assert check(Comparison(">", Name("orders"), Number("1")), RECORD) == check("orders > 1", RECORD)
    assert str(check("orders>1", RECORD)) == "orders > 1"


REFUSED = {
    "ordrs > 1 and citty = 'x'": (
        "1:1: there is no field `ordrs` (did you mean `orders`?)\n"
        "1:15: there is no field `citty` (did you mean `city`?)"
    ),
    '"cancelled" = status': "1:1: there is no field `cancelled` (a text stands in single quotes: 'cancelled')",
    'city = "York"': "1:8: there is no field `\"York\"` (a text stands in single quotes: 'York')",
    "day_since(joined_on) > 5": "1:1: there is no function `day_since` (did you mean `days_since`?)",
    "sum(orders) > 5": (
        "1:1: there is no function `sum` "
        "(an expression looks at one record: define a measure and name it here)"
    ),
    "ifnull(orders, 0) = 0": "1:1: there is no function `ifnull` (here it is coalesce(any, any, …) → the same)",
    "abs(orders, 1) = 1": (
        "1:1: `abs` takes 1 argument, 2 given (abs(whole or number or money) → the same)"
    ),
    "coalesce(orders) = 1": "1:1: `coalesce` takes 2 or more arguments, 1 given (coalesce(any, any, …) → the same)",
    "today(1) = joined_on": "1:1: `today` takes no arguments, 1 given (today() → day)",
    "len(orders) = 1": "1:5: `orders` is whole: len(text) → whole",
    "if(orders, 1, 2) = 1": "1:4: `orders` is whole: if(flag, any, any) → the same",
    "coalesce(orders, 'x') = 1": (
        "1:1: `coalesce` needs values of one type: `orders` is whole, `'x'` is text"
    ),
    "orders = '5'": "1:8: these cannot be compared: `orders` is whole, `'5'` is text (numbers stand without quotes)",
    "city = 5": (
        "1:6: these cannot be compared: `city` is text, `5` is whole (a text stands in single quotes: '5')"
    ),
    "city contains 5": "1:15: `5` is whole, text is needed (a text stands in single quotes: '5')",
    "is_member = 1": (
        "1:11: these cannot be compared: `is_member` is flag, `1` is whole "
        "(a flag is no number and no text: it is true, false or missing)"
    ),
    "is_member < true": (
        "1:11: a flag is neither more nor less than another (use `=`, or the flag itself)"
    ),
    "is_member + 1 = 2": (
        "1:11: `+` cannot join them: `is_member` is flag, `1` is whole "
        "(a flag is no number: if(flag, 1, 0) makes it one)"
    ),
    "orders and is_member": (
        "1:1: `orders` is whole, a condition is needed here "
        "(compare it with something, or test it with `is missing`)"
    ),
    "joined_on = seen_at": (
        "1:11: these cannot be compared: `joined_on` is day, `seen_at` is moment "
        "(write day_of(seen_at) for the day of a moment)"
    ),
    "joined_on + 1 > today()": (
        "1:11: `+` cannot join them: `joined_on` is day, `1` is whole "
        "(add_days(day, days) and days_between(first, second) reckon with days)"
    ),
    "joined_on > '2026-02-30'": "1:13: '2026-02-30' is no day (the calendar has no such day)",
    "joined_on > '30.1.2026'": "1:13: '30.1.2026' is no day (days are written '2026-01-31')",
    "seen_at = '2026-01-31'": (
        "1:11: a moment is hardly ever the first instant of a day (compare days: day_of(…), or use < and >=)"
    ),
    "spend > orders": (
        "1:7: these cannot be compared: `spend` is money, `orders` is whole "
        "(a literal is read as money, a computed number is not; money / money is a number)"
    ),
    "spend > 5.001": "1:9: CNY has 2 decimals, this amount has more (round it)",
    "spend > 15%": "1:9: a percentage is no amount of money (write the amount, or multiply by it)",
    "spend > 99999999999999999999": "1:9: this whole number does not fit in 64 bits (write it with decimals: 1.0)",
    "spend > 92233720368547758.08": "1:9: this amount of money does not fit in 64 bits",
    "spend * spend > 1": (
        "1:7: `*` cannot join them: `spend` is money, `spend` is money "
        "(money is multiplied by a number, and divided by a number or by money)"
    ),
    "spend + orders > 1": (
        "1:7: `+` cannot join them: `spend` is money, `orders` is whole "
        "(money is added to money only; a literal is read as money, a computed number is not)"
    ),
    "-city = 'x'": "1:1: `-` needs a whole, a number or money: `city` is text",
    "status = 'canceled'": "1:10: 'canceled' is no value of this field (did you mean 'cancelled'?)",
    "status in ('new', 'gone')": "1:19: 'gone' is no value of this field (it is one of 'new', 'cancelled')",
    "rate > 1" + "0" * 309 + ".0": "1:8: this number is greater than the greatest float64",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:40])
def test_what_it_says(text: str) -> None:
    with pytest.raises(ExpressionRefused) as refused:
        check(text, RECORD)
    assert str(refused.value) == REFUSED[text]


def test_what_it_says_of_the_wrong_type() -> None:
    with pytest.raises(ExpressionRefused, match="`spend` is money, a condition is needed here"):
        check("spend", RECORD, expect=Type.FLAG)
    with pytest.raises(ExpressionRefused, match="`rate` is number, whole is needed here"):
        check("rate", RECORD, expect=Type.WHOLE)


def test_a_small_record_is_listed() -> None:
    record = Record.of([Field("orders", Type.WHOLE), Field("Unit Price", Type.MONEY)], Currency("CNY"))
    with pytest.raises(ExpressionRefused, match='there are orders, "Unit Price"'):
        check("x", record)


def test_a_record_holds_each_name_once() -> None:
    with pytest.raises(ValueError, match="two fields are named 'a'"):
        Record.of([Field("a", Type.WHOLE), Field("a", Type.TEXT)], Currency("CNY"))
    with pytest.raises(ValueError, match="only text has choices"):
        Field("a", Type.WHOLE, ("x",))
