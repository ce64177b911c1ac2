"""The form of conditions on a page: what it shows and reads is the text, and what it cannot show stays text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.language.form import ROWS_MAX, form_of
from keepwell.language.nodes import Node
from keepwell.language.parse import parse
from keepwell.language.show import show
from keepwell.web.conditions import Draft, changed
from keepwell.web.field_names import FieldNames
from support.served_shop import Site

MARKUP = "<script>alert(1)</script>"


class Filled(HTMLParser):
    """What a browser would send of the form of conditions, and the text beside it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.text = ""
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._in_text = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and name:
            self.sent.append((name, value))
        elif tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select:
            self._select[1].append((value, "selected" in given))
        elif tag == "textarea":
            self._in_text = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            name, options = self._select
            chosen = [value for value, selected in options if selected] or [options[0][0]]
            self.sent += [(name, value) for value in chosen]
            self._select = None
        elif tag == "textarea":
            self._in_text = False

    def handle_data(self, data: str) -> None:
        self.text += data if self._in_text else ""


def shown(site: Site, **query: str) -> str:
    """The part of the page that stands beside a text or a form."""
    answer = site.client.get("/conditions", params=query, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return str(answer.text)


def sent(site: Site, filled: list[tuple[str, str]], do: str = "read") -> Filled:
    answer = site.client.get("/conditions", params=[*filled, ("do", do)], headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return Filled(answer.text)


CONDITIONS = [
    "orders_90d > 2",
    "spend_365d >= 1000.5 or spend_365d is missing",
    "rhythm_stage in ('overdue', 'broken_off') and orders_90d between 1 and 3",
    "days_since(purchase_last_on) > 60 and (orders_90d = 0 or spend_365d < 10)",
    "purchase_last_on >= '2026-01-31'",
    "customer_id starts with 'a' and not (customer_id contains '<b>')",
    "customer_id = ' a, b\u202e ' or customer_id in ('a,b', 'it''s', '\"')",
    "(orders_90d = 1 and orders_prev_90d = 2) or (orders_90d = 3 and orders_prev_90d = 4)",
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_form_sent_unchanged_is_the_same_text(site: Site, condition: str, language: str) -> None:
    site.client.cookies.set("keepwell_language", language)
    filled = Filled(shown(site, where=condition))
    assert filled.text == condition
    again = sent(site, filled.sent)
    assert parse(again.text) == parse(condition)
    assert again.sent == filled.sent
    site.client.cookies.delete("keepwell_language")


NUMBERS = st.sampled_from(["0", "7", "-3"])
LEAVES = st.one_of(
    st.builds("orders_90d {} {}".format, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), NUMBERS),
    st.builds("spend_365d between {} and {}".format, NUMBERS, st.sampled_from(["2.5", "100"])),
    st.builds("days_since(purchase_last_on) {} 5".format, st.sampled_from(["<", ">=", "="])),
    st.builds(
        "customer_id = '{}'".format,
        st.text(
            st.characters(exclude_characters="'\0\r\n", exclude_categories=["Cs", "Cc"]),
            min_size=1,
            max_size=9,
        ).filter(str.strip),
    ),
    st.sampled_from(
        ["orders_90d is missing", "rhythm_stage not in ('due')", "purchase_last_on is not missing"]
    ),
)
CONDITIONS_AT_RANDOM = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda parts, word: f" {word} ".join(f"({part})" for part in parts),
        st.lists(inner, min_size=2, max_size=3),
        st.sampled_from(["and", "or"]),
    ),
    max_leaves=7,
)


@settings(max_examples=40, deadline=None)
@given(text=CONDITIONS_AT_RANDOM)
def test_any_form_sent_unchanged_is_the_same_text(site: Site, text: str) -> None:
    node: Node = parse(text)
    page = shown(site, where=show(node))
    if form_of(node) is None:
        assert "says more than a form can show" in page
        return
    assert parse(sent(site, Filled(page).sent).text) == node


def test_what_is_missing_does_not_count_and_stays_in_the_form(site: Site) -> None:
    filled = Filled(shown(site, where="orders_90d > 2"))
    more = sent(site, filled.sent, "add")
    assert more.text == "orders_90d > 2"
    chosen = [(name, "spend_365d" if name == "r1.field" else value) for name, value in more.sent]
    begun = sent(site, chosen)
    assert begun.text == "orders_90d > 2"
    entered = [(name, "1,250.50" if name == "r1.value" else value) for name, value in begun.sent]
    assert sent(site, entered).text == "orders_90d > 2 and spend_365d > 1250.5"
    anyone = [(name, "any" if name == "every" else value) for name, value in entered]
    assert sent(site, anyone).text == "orders_90d > 2 or spend_365d > 1250.5"
    assert sent(site, entered, "remove:0").text == "spend_365d > 1250.5"


def test_another_field_begins_its_row_anew(site: Site) -> None:
    filled = Filled(shown(site, where="orders_90d > 2"))
    other = [(name, "rhythm_stage" if name == "r0.field" else value) for name, value in filled.sent]
    assert sent(site, other).text == ""
    alike = [(name, "orders_prev_90d" if name == "r0.field" else value) for name, value in filled.sent]
    assert sent(site, alike).text == "orders_prev_90d > 2"


def test_errors_stand_at_their_row(site: Site) -> None:
    filled = Filled(shown(site, where="orders_90d > 2"))
    wrong = [(name, "many" if name == "r0.value" else value) for name, value in filled.sent]
    page = site.client.get("/conditions", params=[*wrong], headers={"HX-Request": "true"}).text
    row = page[page.index('id="r0"') :]
    assert "these cannot be compared" in row
    unknown = [(name, "orders_9d" if name == "r0.field" else value) for name, value in filled.sent]
    first = sent(site, unknown).sent
    entered = [(name, "x" if name == "r0.value" else value) for name, value in first]
    page = site.client.get("/conditions", params=[*entered], headers={"HX-Request": "true"}).text
    assert "there is no field" in page
    assert "did you mean" in page


@pytest.mark.parametrize("text", ["(", MARKUP, "orders_90d > spend_365d", "名 = '值'", "not " * 99 + "true"])
def test_a_text_that_is_wrong_says_where_and_breaks_nothing(site: Site, text: str) -> None:
    page = shown(site, where=text)
    assert "This condition cannot be used" in page
    assert MARKUP not in page
    assert Filled(page).text == text


def test_hostile_rows_are_only_text(site: Site) -> None:
    hostile = [
        ("r0.field", MARKUP), ("r0.compare", MARKUP), ("r0.value", MARKUP), ("r0.group", "9" * 99),
        ("for", MARKUP), ("every", MARKUP), ("do", "remove:" + "9" * 99),
    ]  # fmt: skip
    page = site.client.get("/conditions", params=[*hostile], headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert MARKUP not in page.text


def test_without_script_there_is_a_page_of_it(site: Site) -> None:
    page = site.client.get("/conditions", params={"where": "orders_90d > 2"}).text
    assert '<form method="get" action="/customers" id="list"' in page
    assert '<option value="Rhythm' in page or "rhythm_stage</option>" in page


def test_fields_to_choose_from(site: Site) -> None:
    page = site.client.get("/conditions/fields").text
    assert re.search(r'<option value="[^"]+">orders_90d</option>', page)


def test_two_fields_of_one_label_are_told_apart() -> None:
    names = FieldNames(
        {"a": "Orders", "b": " orders ", "orders": "Bought", "c": "<b>", "d": "a", "e": "Orders (b)"}
    )
    assert len({shown.casefold() for shown in names.shown.values()}) == len(names.shown)
    assert {names.name_of(shown): name for name, shown in names.shown.items()} == {
        name: name for name in names.shown
    }
    assert names.name_of("orders") == "orders"
    assert names.name_of("a") == "a"
    assert names.name_of(" no such ") == "no such"


def test_a_form_has_room_for_so_many_rows() -> None:
    rows = [Draft(0, "a", "=", ("1",))] * ROWS_MAX
    assert changed(rows, "add") == rows
    assert len(changed(rows[:-1], "group")) == ROWS_MAX
    assert changed(rows[:2], "add-in:7") == rows[:2]
    assert changed(rows[:2], "nonsense") == rows[:2]
