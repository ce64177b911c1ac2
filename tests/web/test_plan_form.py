"""The form beside a text: sent untouched it changes nothing, and what is entered stands in the text."""

from __future__ import annotations

import re

import pytest

from keepwell.catalog.rewriting import body_of
from support.plan_pages import at, now, push
from support.served_shop import ORDERS, Site

MISSED = """\
# whom we miss
segment: missed   # a name
label: {en: "Missed", zh: 想念}
where: >   # why so
  orders_90d = 0
    and spend_365d > 500
worth: spend_365d
reasons:
  # first the silent ones
  - name: silent
    when: orders_90d = 0   # since spring
    say: {en: "Silent <b>", zh: 沉默}
"""
CLASSES = """\
field: size_class
cases:
  - {value: small, when: spend_365d < 100, expected: {customers: 20%}}
  - value: large   # the rest
"""


@pytest.fixture
def editor(own_site: Site) -> Site:
    own_site.sign_in()
    push(own_site, {"segments/missed.yml": MISSED, "fields/size.yml": CLASSES})
    return own_site


ADDRESSES = [
    "segment/missed", "segment/about_to_leave", "segment/vip", "segment/basket_down", "field/size_class",
    "field/rhythm_stage", "field/lifecycle_stage", "source/orders",
]  # fmt: skip


def test_sent_untouched_it_changes_nothing(editor: Site) -> None:
    for address in ADDRESSES:
        page = at(editor, f"/plan/{address}")
        assert any(name == "made_of" for name, _ in page.form.sent), address
        before = page.text
        status, _ = page.send("form", do="read")
        assert (status, page.text) == (200, before), address
        status, made = page.send("review")
        assert "Nothing would change." in made or "shipped" in made, address
        assert page.text == before


def test_a_condition_is_written_into_the_text(editor: Site) -> None:
    page = at(editor, "/plan/segment/missed")
    status, _ = page.send("form", r1__value="900")
    assert status == 200
    assert "where: orders_90d = 0 and spend_365d > 900\nworth" in page.text
    assert page.text.startswith("# whom we miss\nsegment: missed   # a name\n")
    page.send("form", do="add")
    assert "r2.field" in dict(page.form.sent), "a row to fill in, which is not in the text yet"
    assert "where: orders_90d = 0 and spend_365d > 900\n" in page.text
    page.send("form", r2__field="orders_365d")
    page.send("form", r2__value="3")
    assert "and orders_365d > 3" in page.text
    page.send("form", do="remove:0")
    page.send("form", do="remove:0")
    page.send("form", do="remove:0")
    assert "where: 'true'" in page.text or 'where: "true"' in page.text
    assert body_of(page.text)["where"] == "true"  # type: ignore[index]


def test_lines_and_reasons(editor: Site) -> None:
    page = at(editor, "/plan/segment/missed")
    page.send("form", label__en="Gone: <script>", worth="spend_90d")
    page.send("form", do="more:reasons")
    page.send("form", reasons1__name="new", reasons1__when="orders_365d > 1", reasons1__say__en='"Hi"')
    body = body_of(page.text)
    assert body is not None
    assert body["label"] == {"en": "Gone: <script>", "zh": "想念"}
    assert body["worth"] == "spend_90d"
    assert body["reasons"][1] == {"name": "new", "when": "orders_365d > 1", "say": {"en": '"Hi"'}}  # type: ignore[index]
    assert "    when: orders_90d = 0   # since spring\n" in page.text
    page.send("form", do="drop:reasons:0")
    assert [each["name"] for each in body_of(page.text)["reasons"]] == ["new"]  # type: ignore[index, union-attr, call-overload]
    assert page.send("review")[0] == 200
    assert page.send("publish", reason="by form")[0] == 303
    assert now(editor).files["segments/missed.yml"] == page.text


def test_classes_keep_what_the_form_does_not_show(editor: Site) -> None:
    page = at(editor, "/plan/field/size_class")
    page.send("form", cases0__when="spend_365d < 200", cases1__label__en="Large")
    assert body_of(page.text) == {
        "field": "size_class",
        "cases": [
            {"value": "small", "when": "spend_365d < 200", "expected": {"customers": "20%"}},
            {"value": "large", "label": {"en": "Large"}},
        ],
    }
    assert "# the rest" in page.text


def test_columns_of_a_source(editor: Site) -> None:
    page = at(editor, "/plan/source/orders")
    names = [value for name, value in page.form.sent if name.endswith(".was") and name.startswith("columns")]
    assert names == ["order_id", "party", "occurred_at", "amount", "channel", "name", "phone"]
    shown = editor.client.get("/plan/source/orders").text
    unset = re.findall(r'name="columns\d\.type".*?<option value=""[^>]*>([^<]*)<', shown, re.DOTALL)
    assert unset == ["text", "text", "moment", "money (CNY)", "text", "—", "—"], (
        "what every order has is known"
    )
    page.send("form", columns3__column="total", columns5__handled="free_text", key="order_id，party")
    page.send("form", do="more:columns")
    page.send("form", columns7__name="items", columns7__column="qty", columns7__type="whole")
    body = body_of(page.text)
    assert body is not None
    assert body["key"] == ["order_id", "party"]
    assert body["columns"] == {
        "order_id": "order_no", "party": "customer_no", "occurred_at": "ordered_at", "amount": "total",
        "channel": "channel", "name": {"free_text": True}, "phone": {"personal": "phone"},
        "items": {"column": "qty", "type": "whole"},
    }  # fmt: skip
    assert page.text.count("\n") == ORDERS.count("\n") + 1
    assert page.send("form", do="drop:columns:7")[0] == 200
    assert "items" not in body_of(page.text)["columns"]  # type: ignore[index, operator]


def test_a_text_typed_after_the_form_was_shown_counts(editor: Site) -> None:
    page = at(editor, "/plan/segment/missed")
    typed = MISSED.replace("500", "700")
    status, made = page.send("form", text=typed, worth="spend_90d")
    assert status == 200
    assert "the text counts" in made
    assert page.text == typed
    assert page.form.value("r1.value") == "700"
    status, made = page.send("review", worth="spend_90d")
    assert "+worth: spend_90d" in made, "now both are the same, and what is entered in the form counts"


def test_what_a_form_cannot_show_stays_text(editor: Site) -> None:
    hard = "segment: hard\nwhere: (orders_90d + 1) * 2 > 4\nabout: {en: x, zh: 某}\nowner: me\n"
    push(editor, {"segments/hard.yml": hard})
    page = at(editor, "/plan/segment/hard")
    assert page.form.value("where") == "(orders_90d + 1) * 2 > 4"
    assert "r0.field" not in dict(page.form.sent)
    page.send("form", where="(orders_90d + 1) * 2 > 6")
    assert page.text == hard.replace("> 4", "> 6")
    _, made = page.send("check", text="segment: [\n")
    assert "made_of" not in made, "the form comes back when the text can be read again"
    _, made = page.send("check", text=MISSED)
    assert "made_of" in made
