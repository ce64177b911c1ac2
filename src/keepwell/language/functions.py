"""The functions of the language: one table, from which the checker works and the documentation is made."""

from __future__ import annotations

from dataclasses import dataclass

from keepwell.language.types import Type

Accepts = frozenset[Type]

ANY: Accepts = frozenset(Type)
TIME: Accepts = frozenset({Type.DAY, Type.MOMENT})
AMOUNT: Accepts = frozenset({Type.WHOLE, Type.NUMBER, Type.MONEY})
ORDERED: Accepts = ANY - {Type.FLAG}


def _only(type_: Type) -> Accepts:
    return frozenset({type_})


@dataclass(frozen=True, slots=True)
class Function:
    """One function: what it takes and gives, and how both languages of the documentation say it.

    Where ``gives`` is None, the arguments (but the condition of ``if``) are of one type; so is the result.
    The last parameter of a ``variadic`` function may be given any number of times.
    """

    name: str
    takes: tuple[Accepts, ...]
    gives: Type | None
    english: str
    chinese: str
    example: str
    variadic: bool = False

    @property
    def signature(self) -> str:
        """Such as ``days_since(day or moment) → whole``."""
        shown = [_shown(accepts) for accepts in self.takes]
        arguments = ", ".join(shown) + (", …" if self.variadic else "")
        return f"{self.name}({arguments}) → {self.gives or 'the same'}"


def _shown(accepts: Accepts) -> str:
    if accepts == ANY:
        return "any"
    if accepts == ORDERED:
        return "any but flag"
    return " or ".join(str(type_) for type_ in Type if type_ in accepts)


_DAY, _WHOLE, _TEXT = _only(Type.DAY), _only(Type.WHOLE), _only(Type.TEXT)

_TABLE = (
    Function(
        "today", (), Type.DAY,
        "The local day of the instant asked about (`as_of`).",
        "所问时刻（`as_of`）的当地日期。",
        "birthday < today()",
    ),
    Function(
        "days_since", (TIME,), Type.WHOLE,
        "Whole local days from that day to today; negative when it lies ahead.",
        "从那天到今天的整天数；若在将来则为负。",
        "days_since(last_order_at) > 60",
    ),
    Function(
        "days_until", (TIME,), Type.WHOLE,
        "Whole local days from today to that day; negative when it has passed.",
        "从今天到那天的整天数；若已过去则为负。",
        "days_until(expires_on) between 0 and 7",
    ),
    Function(
        "days_between", (TIME, TIME), Type.WHOLE,
        "Whole local days from the first to the second; negative when the second is earlier.",
        "从前者到后者的整天数；若后者更早则为负。",
        "days_between(first_order_at, last_order_at) >= 365",
    ),
    Function(
        "day_of", (_only(Type.MOMENT),), Type.DAY,
        "The local day of a moment.",
        "某一时刻的当地日期。",
        "day_of(last_order_at) = '2026-01-31'",
    ),
    Function(
        "day", (_WHOLE, _WHOLE, _WHOLE), Type.DAY,
        "The day of a year, a month and a day of the month; missing where the calendar has no such day.",
        "由年、月、日组成的日期；日历上没有这一天则为缺失。",
        "day(birth_year, birth_month, 1) < today()",
    ),
    Function(
        "add_days", (_DAY, _WHOLE), Type.DAY,
        "The day that many days later; missing outside the years 1 to 9999.",
        "若干天之后的日期；超出公元 1 至 9999 年则为缺失。",
        "add_days(joined_on, 30) < today()",
    ),
    Function(
        "add_months", (_DAY, _WHOLE), Type.DAY,
        "The same day of a later month, or the last day of that month where it is shorter.",
        "若干个月之后的同一天；该月没有那一天时取月末。",
        "add_months(joined_on, 12) = today()",
    ),
    Function(
        "month_day", (TIME,), Type.TEXT,
        "Month and day as text, `MM-DD`.",
        "月和日的文本，形如 `MM-DD`。",
        "month_day(birthday) = month_day(today())",
    ),
    Function(
        "month", (TIME,), Type.WHOLE,
        "The month, 1 to 12.", "月份，1 至 12。", "month(birthday) = 5",
    ),
    Function(
        "year", (TIME,), Type.WHOLE,
        "The year.", "年份。", "year(joined_on) < 2020",
    ),
    Function(
        "weekday", (TIME,), Type.WHOLE,
        "The day of the week, 1 (Monday) to 7 (Sunday).", "星期，1（星期一）至 7（星期日）。",
        "weekday(occurred_on) >= 6",
    ),
    Function(
        "hour", (_only(Type.MOMENT),), Type.WHOLE,
        "The local hour of a moment, 0 to 23.", "某一时刻的当地小时，0 至 23。",
        "hour(occurred_at) >= 18",
    ),
    Function(
        "coalesce", (ANY, ANY), None,
        "The first argument that is not missing.",
        "第一个不缺失的参数。",
        "coalesce(orders_90d, 0) = 0", variadic=True,
    ),
    Function(
        "if", (_only(Type.FLAG), ANY, ANY), None,
        "The second argument where the condition holds, otherwise the third.",
        "条件成立时取第二个参数，否则取第三个。",
        "spend_365d >= if(is_member, 500, 1000)",
    ),
    Function(
        "least", (ORDERED, ORDERED), None,
        "The least of its arguments; missing if any is missing.",
        "参数中最小的；任一缺失则为缺失。",
        "least(orders_90d, 10) >= 3", variadic=True,
    ),
    Function(
        "greatest", (ORDERED, ORDERED), None,
        "The greatest of its arguments; missing if any is missing.",
        "参数中最大的；任一缺失则为缺失。",
        "days_since(greatest(last_order_at, last_visit_at)) > 60", variadic=True,
    ),
    Function(
        "abs", (AMOUNT,), None,
        "Without its sign.", "绝对值。", "abs(basket_90d - basket_prev_90d) > 20",
    ),
    Function(
        "round", (_only(Type.NUMBER),), Type.WHOLE,
        "To the nearest whole, halves up: `floor(x + 0.5)`; missing beyond 2^53.",
        "四舍五入到整数，即 `floor(x + 0.5)`；超过 2^53 则为缺失。",
        "round(orders_per_month) = 2",
    ),
    Function(
        "floor", (_only(Type.NUMBER),), Type.WHOLE,
        "The greatest whole not above it; missing beyond 2^53.",
        "不大于它的最大整数；超过 2^53 则为缺失。",
        "floor(age_years / 10) = 3",
    ),
    Function(
        "lower", (_TEXT,), Type.TEXT,
        "With A to Z made small; no other letter changes.",
        "把 A 至 Z 变为小写；其余字母不变。",
        "lower(city) = 'leeds'",
    ),
    Function(
        "trim", (_TEXT,), Type.TEXT,
        "Without spaces, tabs and line breaks at both ends.",
        "去掉两端的空格、制表符和换行。",
        "trim(city) != ''",
    ),
    Function(
        "len", (_TEXT,), Type.WHOLE,
        "How many characters (code points).", "字符（码点）数。", "len(phone_area) = 3",
    ),
)  # fmt: skip

FUNCTIONS = {function.name: function for function in _TABLE}

ELSEWHERE = {
    "now": "today", "current_date": "today", "getdate": "today", "datediff": "days_between",
    "date_diff": "days_between", "date": "day_of", "to_date": "day_of", "dateadd": "add_days",
    "date_add": "add_days", "ifnull": "coalesce", "nvl": "coalesce", "isnull": "coalesce", "iff": "if",
    "iif": "if", "length": "len", "char_length": "len", "upper": "lower", "lcase": "lower",
    "strip": "trim", "min": "least", "max": "greatest", "dayofweek": "weekday", "day_of_week": "weekday",
}  # fmt: skip
"""What functions of other languages are called here."""

AGGREGATES = frozenset({"count", "sum", "avg", "mean", "median"})
"""Not functions of one record: each is a measure of its own."""
