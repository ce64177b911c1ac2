"""Sources that mean nothing, or too much: what a stranger reads."""

from __future__ import annotations

import pytest

from keepwell.language.types import Field, Type
from support.plans import good, problems

REQUIRED = ("order_id: a", "occurred_at: b", "amount: c")
TYPES = "whole, number, money, text, flag, day, moment"


def source(*columns: str, more: str = "", where: str = "{files: a.csv}", fact: str = "order") -> str:
    lines = "".join(f"  {column}\n" for column in columns)
    return f"source: s\nfrom: {where}\nfact: {fact}\ncolumns:\n{lines}{more}"


@pytest.mark.parametrize(
    ("columns", "sentences"),
    [
        (
            ["order_id: a"],
            [
                f"4:1: s.columns: the column `{name}` is missing: every order has one "
                f"(say what it is called in the data: `{name}: THEIR_NAME`)"
                for name in ("amount", "occurred_at")
            ],
        ),
        (
            [*REQUIRED, "key: k"],
            ["8:3: s.columns.key: `key` is filled by Keepwell itself (choose another name)"],
        ),
        (
            [*REQUIRED, "city: City"],
            [
                (
                    "8:3: s.columns.city: the type of this column is not known "
                    f"(write `city: {{column: City, type: TYPE}}` with one of {TYPES})"
                )
            ],
        ),
        (
            ["order_id: {column: a, type: whole}", *REQUIRED[1:]],
            [
                (
                    "5:25: s.columns.order_id.type: `order_id` is always text (leave `type` out, or "
                    "choose another name)"
                )
            ],
        ),
        (
            [*REQUIRED, "items: {type: text}"],
            [
                (
                    "8:3: s.columns.items: `items` is text here and whole in other `order` facts "
                    "(give both the same type, or one another name)"
                )
            ],
        ),
        (
            [*REQUIRED, "status: {personal: other}"],
            [
                (
                    "8:3: s.columns.status: `status` cannot be personal (leave that mark out, or choose "
                    "another name)"
                )
            ],
        ),
        (
            [*REQUIRED, "born: {personal: other, type: day}"],
            ["8:27: s.columns.born.type: a personal column is always text (leave `type` out)"],
        ),
        (
            [*REQUIRED, "words: {free_text: true, value: amount > 3}"],
            [
                (
                    "8:28: s.columns.words.value: a free text column cannot be computed "
                    "(give the source's own `column` and say what it is: free text)"
                )
            ],
        ),
        (
            [*REQUIRED[:2], "amount: {column: c, format: '%Y'}"],
            ["7:23: s.columns.amount.format: only a day or moment has a `format`"],
        ),
        (
            [*REQUIRED[:2], "amount: {value: price * 2}"],
            ["7:19: s.columns.amount.value: there is no field `price` (there are order_id, occurred_at)"],
        ),
        (
            [*REQUIRED[:2], "amount: {value: net * 2}", "net: {value: price * 2}", "price: {type: money}"],
            ["7:12: s.columns.amount.value: an expression cannot use `net`, which is computed itself"],
        ),
        (
            [*REQUIRED[:2], "amount: {value: qty * 2}", "qty: {type: whole}"],
            ["7:23: s.columns.amount.value: `qty * 2` is whole, money is needed here"],
        ),
        (
            [*REQUIRED[:2], "amount: {value: coalesce(price * len(tel))}", "tel: {personal: phone}"],
            [
                (
                    "7:12: s.columns.amount.value: an expression cannot use `tel`, "
                    "which is personal and never reaches the lake"
                )
            ],
        ),
    ],
)
def test_columns(columns: list[str], sentences: list[str]) -> None:
    assert problems(sources=source(*columns)).splitlines() == [
        f"sources/test.yml:{each}" for each in sentences
    ]


@pytest.mark.parametrize(
    ("more", "sentences"),
    [
        (
            "key: [order_idd, mail, amount, amount]\n",
            [
                "9:7: s.key[1]: there is no column `order_idd` (did you mean `order_id`?)",
                (
                    "9:18: s.key[2]: `mail` is personal and never reaches the lake; it cannot be "
                    "part of the key "
                    "(make the key of other columns, or leave it out)"
                ),
                "9:32: s.key[4]: `amount` stands in the key twice",
            ],
        ),
        (
            "revision: amout\n",
            [
                (
                    "9:1: s.revision: a revision needs a key (say which columns identify a row: `key: "
                    "[order_id]`)"
                ),
                "9:1: s.revision: there is no column `amout` (did you mean `amount`?)",
            ],
        ),
        (
            "key: [order_id]\nrevision: mail\n",
            ["10:1: s.revision: `mail` is personal and never reaches the lake; it cannot be the revision"],
        ),
        (
            "time_zone: Asia/Shangai\ncurrency: EUO\n",
            [
                "9:1: s.time_zone: there is no time zone `Asia/Shangai`; did you mean `Asia/Shanghai`?",
                "10:1: s.currency: there is no currency `EUO`; did you mean `EUR`?",
            ],
        ),
        (
            (
                "valid:\n  - {rule: amout >= 0, say: x}\n  - {rule: mail is missing, say: x}\n  - {rule: "
                "amount, say: x}\n"
            ),
            [
                "10:12: s.valid[1].rule: there is no field `amout` (did you mean `amount`?)",
                (
                    "11:6: s.valid[2].rule: an expression cannot use `mail`, which is personal and never "
                    "reaches the lake"
                ),
                (
                    "12:12: s.valid[3].rule: `amount` is money, a condition is needed here "
                    "(compare it with something, or test it with `is missing`)"
                ),
            ],
        ),
    ],
)
def test_keys_zones_and_rules(more: str, sentences: list[str]) -> None:
    found = problems(sources=source(*REQUIRED, "mail: {personal: email}", more=more))
    assert found.splitlines() == [f"sources/test.yml:{each}" for each in sentences]


OUTSIDE = "(write a path inside it with `/`, such as data/orders-*.csv; a link may lead elsewhere)"


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ("{files: /etc/passwd}", f"files: `/etc/passwd` leaves the plan folder {OUTSIDE}"),
        ("{files: ../a.csv}", f"files: `../a.csv` leaves the plan folder {OUTSIDE}"),
        ("{files: 'C:\\a.csv'}", f"files: `C:\\a.csv` leaves the plan folder {OUTSIDE}"),
        (
            "{files: .keepwell/store.db}",
            "files: the folder .keepwell is Keepwell's own (keep data elsewhere)",
        ),
        ("{sql: 'sqlite:////etc/a.db', table: t}", f"sql: `/etc/a.db` leaves the plan folder {OUTSIDE}"),
        (
            "{encoding: gb18003, files: a.csv}",
            "encoding: there is no encoding `gb18003` (did you mean `gb18030`?)",
        ),
        (
            "{delimiter: ;, files: a.csv, format: parquet}",
            "delimiter: `delimiter` means nothing for parquet files (leave it out)",
        ),
    ],
)
def test_where_data_lie(where: str, sentence: str) -> None:
    assert problems(sources=source(*REQUIRED, where=where)) == f"sources/test.yml:2:8: s.from.{sentence}"


def test_plain_columns_have_types_and_others_are_not_among_them() -> None:
    plan = good(sources=source(*REQUIRED, "double: {value: amount * 2}", "big: {value: amount > 9}"))
    assert plan.source_columns("s") == {
        "order_id": Field("order_id", Type.TEXT),
        "occurred_at": Field("occurred_at", Type.MOMENT),
        "amount": Field("amount", Type.MONEY),
        "double": Field("double", Type.MONEY),
        "big": Field("big", Type.FLAG),
    }
    assert "phone" not in plan.source_columns("orders")
    assert plan.checked("s", "source")["columns.double.value"].fields == {"amount"}


def test_a_party_may_be_personal() -> None:
    party = source(
        "party: {column: tel, personal: phone}", "city: {type: text}", fact="party", more="key: [party]\n"
    )
    plan = good(sources=party)
    assert list(plan.source_columns("s")) == ["city"]
    assert plan.fact_columns("party")["city"].type is Type.TEXT


def test_orders_are_made_from_lines_where_nobody_else_tells_them() -> None:
    lines = source(*REQUIRED, "product_id: p", fact="order_line", more="system: till\n")
    plan = good(sources=lines)
    assert plan.orders_from_lines == {"s"}
    assert plan.fact_columns("order")["lines"].type is Type.WHOLE
    assert plan.fact_columns("order")["items"].type is Type.WHOLE, "from the other system's orders"

    plan = good(sources=lines.replace("till", "shop"))
    assert plan.orders_from_lines == frozenset()
    assert "lines" not in plan.fact_columns("order")

    plan = good({"sources/orders.yml": ""}, sources=lines)
    assert plan.fact_columns("order")["quantity"].type is Type.NUMBER
    assert plan.measures["orders_90d"].of == "order"


def test_a_computed_amount_may_be_a_number_and_a_computed_moment_a_day() -> None:
    columns = [
        "order_id: a",
        "occurred_at: {value: 'day(year, 7, 1)'}",
        "amount: {value: quantity * price}",
        "year: {type: whole}",
        "quantity: {type: number}",
        "price: {type: number}",
    ]
    typed = good({"sources/orders.yml": source(*columns)}).source_columns("s")
    assert typed["occurred_at"] == Field("occurred_at", Type.MOMENT)
    assert typed["amount"] == Field("amount", Type.MONEY)
