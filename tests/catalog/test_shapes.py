"""A definition whose shape is wrong: what a stranger reads."""

from __future__ import annotations

import pytest

from support.plans import problems

COUNT = "measure: x\nof: order\ncount: true\n"
RANKING = "ranking: x\nvalue: orders_90d\n"
CASE = "field: x\ncases:\n- value: a\n  when: orders_90d > 1\n  "
SHARE = "write a share such as `15%`"
WHEN = "when: orders_90d > 1"
NAMES = "a name begins with a small letter and goes on with a-z, 0-9 and _, 63 at most"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            "mesure: x\nof: order\n",
            (
                "1:1: mesure: a document in fields/ begins with `measure: NAME` or `field: NAME` or "
                "`rhythm: NAME` or `ranking: NAME` or `tag: NAME`; found `mesure` (did you mean `measure`?)"
            ),
        ),
        ("of: order\nmeasure: x\n", "2:1: measure: the kind comes first: `measure: x` (move it up)"),
        (
            "segment: x\nwhere: a\n",
            "1:1: segment: a segment does not belong in fields/ (move it into segments/)",
        ),
        (
            COUNT + "name: y\n",
            "4:1: name: there is no such key (the name stands after the kind: `measure: NAME`)",
        ),
        (
            "measure: Orders-90d\nof: order\ncount: true\n",
            f"1:1: measure: `Orders-90d` is not allowed here ({NAMES})",
        ),
        ("measure: 90\nof: order\ncount: true\n", "1:1: measure: this must be text (put it in quotes)"),
        (COUNT + "windw: 90d\n", "4:1: x.windw: there is no such key (did you mean `window`?)"),
        (
            COUNT + "window: 90\n",
            "4:1: x.window: a window is `lifetime`, a number of days such as `90d`, or `previous 90d`",
        ),
        (COUNT + "window: 0d\n", "4:1: x.window: this must be more than 0"),
        (
            "measure: x\nof: orders\ncount: true\n",
            (
                "2:1: x.of: this must be order, order_line, interaction or party; found `orders` "
                "(did you mean `order`?)"
            ),
        ),
        ("measure: x\ncount: true\n", "1:1: x.of: this is missing"),
        ("measure: x\nof: order\ncount: yes\n", "3:1: x.count: this must be true; found `yes`"),
        (
            COUNT + "sum: amount\n",
            (
                "1:1: x: give exactly one of count, sum, distinct, mode, mode_share, first, last, min, max; "
                "found count and sum"
            ),
        ),
        (
            COUNT + "unit: day\n",
            (
                "4:1: x.unit: this must be days, currency, share, times, items or ratio; found `day` "
                "(did you mean `days`?)"
            ),
        ),
        (COUNT + "label: {fr: Bonjour}\n", "4:1: x.label: unknown language fr; known: en, zh"),
        (
            COUNT + "label: 5\n",
            "4:1: x.label: write a text in quotes, or one per language: {en: …, zh: …}",
        ),
        (COUNT + "where: 5\n", "4:1: x.where: this must be text (put it in quotes)"),
        (COUNT + "where: ''\n", "4:1: x.where: this is empty"),
        (COUNT + "off: maybe\n", "4:1: x.off: this must be true or false"),
        ("field: x\n", "1:1: x: give either `value` or `cases`"),
        (
            f"field: x\ncases:\n  - value: a\n  - value: b\n    {WHEN}\n",
            "1:1: x: only the last case may have no `when`",
        ),
        (f"field: x\ncases:\n- {{value: a, {WHEN}}}\n- {{value: a}}\n", "1:1: x: cases repeat the value a"),
        (
            "field: x\ncases:\n  - value: a\n    whn: b\n",
            "4:5: x.cases[1].whn: there is no such key (did you mean `when`?)",
        ),
        (
            "field: x\ncases: {value: a}\n",
            "2:1: x.cases: this must be a list (write each item on its own line after `- `, or [a, b])",
        ),
        (
            "rhythm: x\nof: order\nreturn_after: 180\n",
            "3:1: x.return_after: write a number of days such as `180d`",
        ),
        ("rhythm: x\nof: order\nby: status\nleast_days: 1\n", "4:1: x.least_days: this must be at least 2"),
        ("ranking: x\n", "1:1: x.value: this is missing"),
        (
            RANKING + "best: high\n",
            "3:1: x.best: this must be highest or lowest; found `high` (did you mean `highest`?)",
        ),
        (RANKING + "at_least: 0\n", "3:1: x.at_least: this must be at least 1"),
        (RANKING + "amongst: true\n", "3:1: x.amongst: there is no such key (did you mean `among`?)"),
        (CASE + "expected: {customers: 0.15}\n", "5:14: x.cases[1].expected.customers: " + SHARE),
        (CASE + "expected: {worth: 1015%}\n", "5:14: x.cases[1].expected.worth: " + SHARE),
        (
            CASE + "expected: {worth: 101%}\n",
            "5:14: x.cases[1].expected.worth: this must be at most 100",
        ),
        (
            (
                "field: x\ncases:\n"
                f"- {{value: a, {WHEN}, expected: {{customers: 60%}}}}\n"
                f"- {{value: b, {WHEN}, expected: {{customers: 40.5%}}}}\n"
            ),
            "1:1: x: the expected shares of customers add up to 100.5%, more than 100%",
        ),
        (
            "field: x\nvalue: orders_90d + 1\nworth: spend_365d\n",
            "1:1: x: `worth` is of classes, and there are no `cases`",
        ),
    ],
)
def test_fields(fields: str, sentence: str) -> None:
    assert problems(fields=fields) == f"fields/test.yml:{sentence}"


COLUMNS = "columns: {order_id: a, occurred_at: b, amount: c}\n"


@pytest.mark.parametrize(
    ("body", "sentences"),
    [
        (COLUMNS, ["1:1: s.from: this is missing"]),
        (
            "from: {file: a.csv}\n" + COLUMNS,
            [
                "3:1: s.from.files: this is missing",
                "3:8: s.from.file: there is no such key (did you mean `files`?)",
            ],
        ),
        (
            "from: {sql: 'postgresql://u:hush@h/d', table: t}\n" + COLUMNS,
            [
                (
                    "3:8: s.from.sql: this is not allowed here (write `env:NAME` of the variable "
                    "that holds the "
                    "address, or `sqlite:///path` in the plan folder)"
                )
            ],
        ),
        (
            "from: {files: a.csv, delimiter: ';;'}\n" + COLUMNS,
            ["3:22: s.from.delimiter: this is longer than 1 character"],
        ),
        ("from: {files: a.csv}\ncolumns: []\n", ["4:1: s.columns: this must hold keys and values"]),
        (
            (
                "from: {files: a.csv}\ncolumns:\n"
                "  a: {colum: c}\n  Bad Name: x\n  y: {type: int}\n  z: {column: a, value: b}\n  p: "
                "{personal: mobile}\n"
            ),
            [
                "5:7: s.columns.a.colum: there is no such key (did you mean `column`?)",
                f"6:3: s.columns.Bad Name: `Bad Name` is not allowed here ({NAMES})",
                (
                    "7:7: s.columns.y.type: this must be whole, number, money, text, flag, day or "
                    "moment; found `int`"
                ),
                "8:3: s.columns.z: give `column` or `value`, not both",
                (
                    "9:7: s.columns.p.personal: this must be phone, email, name, national_id or other; "
                    "found `mobile`"
                ),
            ],
        ),
    ],
)
def test_sources(body: str, sentences: list[str]) -> None:
    found = problems(sources=f"source: s\nfact: order\n{body}")
    assert found.splitlines() == [f"sources/test.yml:{sentence}" for sentence in sentences]


def test_braces_of_a_reason() -> None:
    segment = (
        f"segment: x\nwhere: orders_90d > 1\nreasons:\n- name: a\n  {WHEN}\n  say: 'bought {{orders 90}}'\n"
    )
    assert problems(segments=segment) == (
        "segments/test.yml:6:3: x.reasons[1].say: braces hold the name of a field, such as {orders_90d}; "
        "found in: bought {orders 90}"
    )
