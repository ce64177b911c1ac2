"""A form of conditions and its expression say the same; what a form cannot show stays text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.language.form import ROWS_MAX, Compare, Form, Group, Row, expression_of, form_of
from keepwell.language.nodes import Flag, Node, Number, Text
from keepwell.language.parse import parse
from keepwell.language.show import show
from keepwell.language.types import Type
from support.expressions import RECORD, TEXTS, expressions

NAMES = st.sampled_from([*RECORD.fields, "不是字段", 'a"b', "missing"])
NUMBERS = st.sampled_from(["0", "1", "-5", "2.5", "-0.01", "15%", "9223372036854775808"]).map(Number)
ENTERED = st.sampled_from([text for text in TEXTS if text and "\n" not in text]).map(Text)
VALUES = NUMBERS | ENTERED | st.booleans().map(Flag)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    compare = draw(st.sampled_from(Compare))
    least, most = compare.values_wanted
    values = NUMBERS if compare.counts_days else VALUES
    return Row(
        draw(NAMES), compare, tuple(draw(st.lists(values, min_size=least, max_size=min(most, least + 2))))
    )


GROUPS = st.lists(rows(), min_size=2, max_size=3).map(lambda found: Group(tuple(found)))


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """As `form_of` gives them: a single part is a row, of which every one must hold."""
    parts = draw(st.lists(rows() | GROUPS, max_size=5))
    if len(parts) < 2:
        return Form(every=True, parts=tuple(part for part in parts if isinstance(part, Row)))
    return Form(draw(st.booleans()), tuple(parts))


@given(expressions(Type.FLAG))
def test_what_a_form_shows_is_the_expression_itself(node: Node) -> None:
    form = form_of(node)
    if form is not None:
        assert expression_of(form) == node
        assert parse(show(expression_of(form))) == node


@given(forms())
def test_a_form_becomes_an_expression_and_the_same_form_again(form: Form) -> None:
    node = expression_of(form)
    assert form_of(node) == form
    assert form_of(parse(show(node))) == form


@pytest.mark.parametrize(
    ("text", "every", "parts"),
    [
        ("true", True, ()),
        ("is_member", True, (Row("is_member", Compare.HOLDS),)),
        ("not is_member", True, (Row("is_member", Compare.HOLDS_NOT),)),
        ("spend > 500", True, (Row("spend", Compare.GREATER, (Number("500"),)),)),
        ("rate >= 15%", True, (Row("rate", Compare.AT_LEAST, (Number("15%"),)),)),
        ("days_since(seen_at) > 60", True, (Row("seen_at", Compare.DAYS_GREATER, (Number("60"),)),)),
        ("not (city contains '州')", True, (Row("city", Compare.CONTAINS_NOT, (Text("州"),)),)),
        (
            "orders between 1 and 3 or city in ('a', 'b')",
            False,
            (
                Row("orders", Compare.BETWEEN, (Number("1"), Number("3"))),
                Row("city", Compare.ONE_OF, (Text("a"), Text("b"))),
            ),
        ),
        (
            "orders = 1 and (spend > 5 or joined_on is missing)",
            True,
            (
                Row("orders", Compare.EQUAL, (Number("1"),)),
                Group((Row("spend", Compare.GREATER, (Number("5"),)), Row("joined_on", Compare.MISSING))),
            ),
        ),
    ],
)
def test_what_a_form_shows(text: str, every: bool, parts: tuple[Row | Group, ...]) -> None:
    assert form_of(parse(text)) == Form(every, parts)


@pytest.mark.parametrize(
    "text",
    [
        "false",
        "5 < orders",
        "orders > visits",
        "spend > basket * 2",
        "lower(city) = 'a'",
        "not (orders = 1)",
        "not (is_member and orders = 1)",
        "orders = 1 and (spend > 5 or (city = 'a' and visits = 1))",
        "orders in (1, visits)",
        "city = ''",
        "city = 'a\nb'",
        "days_since(seen_at) > orders",
        " or ".join(f"orders = {number}" for number in range(ROWS_MAX + 1)),
    ],
)
def test_what_stays_text(text: str) -> None:
    assert form_of(parse(text)) is None
