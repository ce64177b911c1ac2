"""Families: one definition, many windows; its labels, its overrides, its errors."""

from __future__ import annotations

import pytest

from keepwell.catalog.families import labelled, offset_in_family
from keepwell.catalog.texts import Text
from keepwell.catalog.windows import Window
from support.plans import good, problems

FAMILY = """\
measure: paid
label: {en: Paid orders, zh: 已付订单数}
of: order
count: true
where: status = 'paid'
windows: [7d, 30d, previous 30d, lifetime]
"""
RATIO = "field: ratio\nvalue: paid_{window} / paid_prev_{window}\nwindows: [30d]\n"


def test_a_family_is_a_definition_for_each_window() -> None:
    plan = good(fields=FAMILY)
    windows = {name: plan.measures[name].window for name in plan.measures if name.startswith("paid")}
    assert windows == {
        "paid_7d": Window(days=7),
        "paid_30d": Window(days=30),
        "paid_prev_30d": Window(days=30, windows_back=1),
        "paid_lifetime": Window(),
    }
    assert str(plan.checked("paid_7d")["where"]) == "status = 'paid'"
    assert (plan.origin("paid_7d").file, plan.origin("paid_7d").line) == ("fields/test.yml", 1)
    assert "paid" not in plan.customer_record().fields


@pytest.mark.parametrize(
    ("window", "english", "chinese"),
    [
        ("1d", "Orders in 1 day", "近1天订单数"),
        ("90d", "Orders in 90 days", "近90天订单数"),
        ("365d", "Orders in a year", "近一年订单数"),
        ("previous 90d", "Orders in the 90 days before", "前一个90天订单数"),
        ("previous 365d", "Orders in the year before", "前一年订单数"),
        ("lifetime", "Orders ever", "累计订单数"),
    ],
)
def test_labels_say_the_window(window: str, english: str, chinese: str) -> None:
    made = labelled(Text(texts={"en": "Orders", "zh": "订单数"}), Window.model_validate(window))
    assert made.texts == {"en": english, "zh": chinese}


def test_labels_in_the_languages_there_are() -> None:
    week = Window(days=7)
    assert labelled(Text(texts={"zh": "订单数"}), week).texts == {"zh": "近7天订单数"}
    assert labelled(Text(texts={"": "GMV"}), week).texts == {"en": "GMV in 7 days", "zh": "近7天GMV"}
    assert (
        good(fields="measure: bare\nof: order\ncount: true\nwindows: [7d]\n").label("bare_7d", "en")
        == "bare_7d"
    )


def test_a_field_names_its_window() -> None:
    cases = (
        "---\nfield: kind\nwindows: [7d]\ncases:\n- {value: some, when: 'paid_{window} > 0'}\n- value: none\n"
    )
    plan = good(fields=f"{FAMILY}---\n{RATIO}{cases}")
    assert plan.fields["ratio_30d"].value == "paid_30d / paid_prev_30d"
    assert plan.depends_on("ratio_30d") == {"paid_30d", "paid_prev_30d"}
    assert plan.fields["kind_7d"].cases[0].when == "paid_7d > 0"


OVERRIDE = "measure: orders\nof: order\ncount: true\nwhere: amount > 100\nwindows: [90d, 10d]\n"


def test_a_family_of_ones_own_takes_the_place_of_the_shipped_one_in_all_its_windows() -> None:
    plan = good(fields=OVERRIDE)
    for name in ("orders_10d", "orders_90d", "orders_365d", "orders_prev_90d", "orders_lifetime"):
        assert str(plan.checked(name)["where"]) == "amount > 100"
        assert not plan.origin(name).shipped
    assert plan.measures["orders_prev_90d"].window == Window(days=90, windows_back=1)


def test_a_definition_of_one_window_takes_the_place_of_just_that_one() -> None:
    plan = good(fields="measure: orders_90d\nof: order\ncount: true\n")
    assert "where" not in plan.checked("orders_90d")
    assert "where" in plan.checked("orders_30d")
    assert plan.origin("orders_30d").shipped


def test_a_family_beside_a_definition_of_one_of_its_windows() -> None:
    one = "measure: orders_90d\nof: order\ncount: true\n---\n"
    assert problems(fields=one + OVERRIDE) == (
        "fields/test.yml:5:1: orders: the name `orders_90d` is taken by a measure (see fields/test.yml:1)"
    )
    assert problems(fields=f"{OVERRIDE}---\n{OVERRIDE}") == (
        "fields/test.yml:7:1: orders: the name `orders` is taken by a measure (see fields/test.yml:1)"
    )


def test_switching_a_family_off_or_just_one_window() -> None:
    fields = good(fields="field: cancelled_share\noff: true\n").customer_record().fields
    assert not {name for name in fields if name.startswith("cancelled_share")}
    fields = good(fields="field: cancelled_share_90d\noff: true\n").customer_record().fields
    assert {name for name in fields if name.startswith("cancelled_share")} == {
        "cancelled_share_365d",
        "cancelled_share_lifetime",
    }


def test_switching_off_a_family_that_is_used() -> None:
    lines = problems(
        fields="measure: returns\noff: true\n---\nfield: mine\nvalue: returns_90d + 1\n"
    ).splitlines()
    assert (
        "fields/test.yml:2:1: returns.off: the shipped field `return_share_90d` uses `returns_90d` "
        "(switch that off as well: `field: return_share_90d` and `off: true`)"
    ) in lines
    assert (
        "fields/test.yml:5:1: mine.value: an expression cannot use `returns_90d`, which is switched off in "
        "fields/test.yml:1"
    ) in lines


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            FAMILY.replace("[7d,", "[07d, 7d,"),
            "6:1: paid.windows: the same window stands here twice: 7d",
        ),
        (
            FAMILY.replace("[7d,", "[7 days,"),
            "6:11: paid.windows[1]: a window is `lifetime`, a number of days",
        ),
        (
            FAMILY.replace("[7d, 30d, previous 30d, lifetime]", "[]"),
            "6:1: paid.windows: this needs at least 1",
        ),
        (FAMILY + "window: 7d\n", "1:1: paid: give `window` or `windows`, not both"),
        (
            FAMILY.replace("paid\n", "p" * 55 + "\n", 1),
            f"1:1: {'p' * 55}: the name `{'p' * 55}_prev_30d` would be",
        ),
        (
            FAMILY.replace("status = 'paid'", "statu = 'paid'"),
            "5:8: paid.where: there is no field `statu` (did you",
        ),
        (FAMILY.replace("count: true", "sum: status"), "4:1: paid.sum: `status` is text and has no sum"),
        (
            "field: x\nvalue: orders_90d\nwindows: [7d]\n",
            "1:1: x: no expression names `{window}`, so all its",
        ),
        # The place is that in the family's own text, however long the window's name; told once for all windows.
        (
            "field: x\nvalue: orders_{window} / (orders_{window} + ordrs_{window})\nwindows: [7d, lifetime]\n",
            "2:45: x.value: there is no field `ordrs_7d` (did you mean `orders_7d`?)",
        ),
    ],
)
def test_errors_stand_where_the_family_does(fields: str, sentence: str) -> None:
    (only,) = problems(fields=fields).splitlines()
    assert only.startswith(f"fields/test.yml:{sentence}")


def test_what_rests_on_a_broken_family_says_nothing() -> None:
    broken = FAMILY.replace("of: order", "of: ordr")
    assert problems(fields=f"{broken}---\n{RATIO}").count("\n") == 0
    shipped = "measure: orders\nof: order\ncont: true\nwindows: [90d]\n"
    assert (
        problems(fields=shipped, segments="segment: s\nwhere: orders_90d + orders_365d > 1\n").count("\n")
        == 0
    )


def test_too_many_windows() -> None:
    families = "---\n".join(
        f"measure: f{number}\nof: order\ncount: true\nwindows: [{', '.join(f'{day}d' for day in range(1, 51))}]\n"
        for number in range(21)
    )
    assert problems(fields=families).startswith("a plan has at most 1,000 files and 1,000 definitions")


@pytest.mark.parametrize(
    ("offset", "expected"), [(0, 0), (2, 2), (3, 2), (4, 2), (5, 10), (6, 11), (8, 11), (9, 19)]
)
def test_places_in_the_text_of_a_family(offset: int, expected: int) -> None:
    """``a_{window}+{window}+`` is ``a_30d+30d+``: what lies within a window is told at its beginning."""
    assert offset_in_family("a_{window}+{window}+", Window(days=30), offset) == expected
