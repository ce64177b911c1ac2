"""Measures, fields and segments that mean nothing together: what a stranger reads."""

from __future__ import annotations

import pytest

from support.plans import good, problems

COUNT = "measure: x\nof: order\ncount: true\n"


def found(**texts: str) -> list[str]:
    return problems({f"{folder}/test.yml": text for folder, text in texts.items()}).splitlines()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (COUNT + "where: amout > 3\n", "4:8: x.where: there is no field `amout` (did you mean `amount`?)"),
        (
            COUNT + "where: >\n  amount > 3\n  and items = 'a'\n",
            (
                "6:13: x.where: these cannot be compared: `items` is whole, `'a'` is text (numbers stand "
                "without quotes)"
            ),
        ),
        (COUNT + "where: amount >\n", "4:16: x.where: expected a value, found the end"),
        (
            COUNT + "where: note = 'a'\n",
            "4:1: x.where: an expression cannot use `note`, which is free text and kept encrypted",
        ),
        (
            "measure: x\nof: order\nsum: amout\n",
            "3:6: x.sum: there is no field `amout` (did you mean `amount`?)",
        ),
        (
            "measure: x\nof: order\nsum: status\n",
            "3:1: x.sum: `status` is text and has no sum (sum a whole, number or money column)",
        ),
        (
            "measure: x\nof: order\nlast: phone\n",
            "3:1: x.last: an expression cannot use `phone`, which is personal and never reaches the lake",
        ),
        (
            "measure: x\nof: interaction\ncount: true\n",
            (
                "1:1: x: no source gives facts of kind `interaction` (add a source; kinds of fact that "
                "are given: order)"
            ),
        ),
        (
            "field: x\nvalue: order_90d + 1\n",
            "2:8: x.value: there is no field `order_90d` (did you mean `orders_90d`?)",
        ),
        (
            "field: x\nvalue: interactions_90d + 1\n",
            (
                "1:1: x: it rests only on `interactions_90d`, for which no source gives facts "
                "(add a source; kinds of fact that are given: order)"
            ),
        ),
        (
            "field: x\ncases:\n  - {value: a, when: orders_90d}\n",
            (
                "3:22: x.cases[1].when: `orders_90d` is whole, a condition is needed here "
                "(compare it with something, or test it with `is missing`)"
            ),
        ),
        (
            "measure: customer_id\nof: order\ncount: true\n",
            "1:1: customer_id: `customer_id` is filled by Keepwell itself",
        ),
        (
            "measure: purchase_days\nof: order\ncount: true\n",
            (
                "1:1: purchase_days: the rhythm `purchase` gives a field `purchase_days` already "
                "(choose another name; see library/fields/rhythm.yml:2)"
            ),
        ),
        (
            COUNT + "---\nfield: x\nvalue: orders_90d\n",
            "5:1: x: the name `x` is taken by a measure (see fields/test.yml:1)",
        ),
    ],
)
def test_fields(fields: str, sentence: str) -> None:
    assert found(fields=fields) == [f"fields/test.yml:{sentence}"]


def test_parties_have_no_time() -> None:
    party = "source: s\nfrom: {files: a.csv}\nfact: party\ncolumns: {party: id, city: {type: text}}\n"
    fields = "measure: city\nof: party\nlast: city\nwindow: 90d\n---\nrhythm: moves\nof: party\n"
    assert found(fields=fields, sources=party) == [
        (
            "fields/test.yml:4:1: city.window: a party has no time, so it lies in no window "
            "(leave `window` out, or measure facts that happen)"
        ),
        "fields/test.yml:7:1: moves.of: a party has no time and so no rhythm",
    ]


def test_flags_have_no_order() -> None:
    source = (
        "source: s\nfrom: {files: a.csv}\nfact: interaction\ncolumns: {occurred_at: at, liked: "
        "{type: flag}}\n"
    )
    assert found(fields="measure: x\nof: interaction\nmax: liked\n", sources=source) == [
        (
            "fields/test.yml:3:1: x.max: `liked` is a flag, and flags have no order (count the facts "
            "`where` it holds)"
        )
    ]


def test_circles_are_told_with_the_way() -> None:
    fields = "field: c\nvalue: a + 1\n---\nfield: a\nvalue: b + 1\n---\nfield: b\nvalue: c\n"
    fields += "---\nfield: d\nvalue: d + 1\n---\nfield: e\nvalue: a\n"
    assert found(fields=fields) == [
        (
            "fields/test.yml:4:1: a: these fields use each other in a circle: a → b → c → a "
            "(one of them must do without the next)"
        ),
        (
            "fields/test.yml:10:1: d: these fields use each other in a circle: d → d "
            "(one of them must do without the next)"
        ),
    ]


def test_a_long_chain_is_no_circle() -> None:
    fields = "field: f0\nvalue: orders_90d\n"
    fields += "".join(f"---\nfield: f{number}\nvalue: f{number - 1} + 1\n" for number in range(1, 500))
    order = good(fields=fields).field_order
    assert order.index("f3") < order.index("f4") < order.index("f499")


def test_segments() -> None:
    segment = """\
segment: x
where: lifecycle_stage = 'activ'
worth: orders_90d
reasons:
  - name: a
    when: orders_90d > 1
    say: {en: "{order_90d} orders", zh: 订单}
  - name: a
    when: nope > 1
    say: b
---
segment: y
where: orders_90d > 1
worth: spend_356d
"""
    assert found(segments=segment) == [
        "segments/test.yml:2:26: x.where: 'activ' is no value of this field (did you mean 'active'?)",
        (
            "segments/test.yml:3:1: x.worth: `orders_90d` is whole; what is at stake is money "
            "(name a money field, or leave `worth` out)"
        ),
        (
            "segments/test.yml:7:5: x.reasons[1].say: `{order_90d}` is no field of a customer "
            "(did you mean `orders_90d`?)"
        ),
        "segments/test.yml:8:5: x.reasons[2].name: two reasons have the name `a`",
        "segments/test.yml:9:11: x.reasons[2].when: there is no field `nope`",
        "segments/test.yml:14:1: y.worth: there is no field `spend_356d` (did you mean `spend_365d`?)",
    ]


def test_one_error_is_told_once() -> None:
    """What uses a definition that could not be read says nothing itself; neither does what uses that."""
    broken = "measure: m\nof: order\ncont: true\n---\nfield: f\nvalue: m + 1\n---\nfield: g\nvalue: f + 1\n"
    segment = "segment: s\nwhere: g > 1\nworth: m\n"
    assert found(fields=broken, segments=segment) == [
        "fields/test.yml:3:1: m.cont: there is no such key (did you mean `count`?)"
    ]
    unreadable = "measure: m\nof: order\ncount: true\nwhere: %\n---\nrhythm: r\nof: order\n"
    (only,) = found(fields=unreadable, segments="segment: s\nwhere: m > 1 and r_days > 2\n")
    assert only.startswith("fields/test.yml:4:8: this is not YAML")


def test_everything_at_once_by_file_and_line() -> None:
    lines = found(
        fields="measure: x\nof: order\nsum: nope\n---\nmesure: y\n",
        segments="segment: s\nwhere: nope > 1\n",
        sources="source: t\nfact: order\n",
    )
    assert [line.split(": ")[0] for line in lines] == [
        "fields/test.yml:3:6",
        "fields/test.yml:5:1",
        "segments/test.yml:2:8",
        "sources/test.yml:1:1",
        "sources/test.yml:1:1",
    ]
