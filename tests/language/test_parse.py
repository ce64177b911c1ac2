"""The parser: precedence, slips of the hand, limits, and no input that it cannot answer."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keepwell.core.errors import ExpressionRefused, Problem
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
    Not,
    Number,
    Or,
    Span,
    Text,
    field_names,
)
from keepwell.language.parse import MAX_DEPTH, MAX_LENGTH, MAX_NODES, parse
from keepwell.language.show import show
from keepwell.language.tokens import KEYWORDS

A, B, C = Name("a"), Name("b"), Name("c")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("a or b and not c", Or((A, And((B, Not(C)))))),
        ("a and b and c", And((A, B, C))),
        ("(a and b) and c", And((A, B, C))),
        ("not a = b", Not(Comparison("=", A, B))),
        ("not not a", Not(Not(A))),
        ("a - b - c", Arithmetic("-", Arithmetic("-", A, B), C)),
        ("a - b * c", Arithmetic("-", A, Arithmetic("*", B, C))),
        ("-a * b", Arithmetic("*", Negate(A), B)),
        ("-5", Number("-5")),
        ("-(5)", Negate(Number("5"))),
        ("a -5", Arithmetic("-", A, Number("5"))),
        ("a + b > c", Comparison(">", Arithmetic("+", A, B), C)),
        ("a between b and c and a", And((Between(A, B, C), A))),
        ("a in (1, b)", Membership(A, (Number("1"), B))),
        ("a not in ('x')", Membership(A, (Text("x"),), negated=True)),
        ("a is missing or b is not missing", Or((Missing(A), Missing(B, negated=True)))),
        ("a starts with 'x'", Comparison("starts with", A, Text("x"))),
        ("a contains b", Comparison("contains", A, B)),
        ("a <> b", Comparison("!=", A, B)),
        ("COALESCE(a, 007.50, .5, 15.0%)", Call("coalesce", (A, Number("7.5"), Number("0.5"), Number("15.0%")))),
        ("today()", Call("today", ())),
        ("TRUE AND false", And((Flag(True), Flag(False)))),
        ("\"Unit Price\" > 5 and \"a\"\"b\" = 'it''s'", And((
            Comparison(">", Name("Unit Price"), Number("5")),
            Comparison("=", Name('a"b'), Text("it's")),
        ))),
        ("\"in\" in ('in')", Membership(Name("in"), (Text("in"),))),
        ("\"cafe\u0301\" = 'e\u0301'", Comparison("=", Name("caf\u00e9"), Text("\u00e9"))),
        ("（a ＝ 1，\u3000）".replace("，", ""), Comparison("=", A, Number("1"))),
        ("a ＞＝ 15％ and b ！＝ c", And((Comparison(">=", A, Number("15%")), Comparison("!=", B, C)))),
        ("least（a，b） ＋ 1", Arithmetic("+", Call("least", (A, B)), Number("1"))),
    ],
)  # fmt: skip
def test_trees(text: str, node: object) -> None:
    assert parse(text) == node


REFUSED = {
    "": "1:1: the expression is empty (write a condition, such as orders_90d >= 3)",
    "a = ": "1:5: expected a value, found the end",
    "a b": "1:3: expected an operator or the end, found `b`",
    "a = 1 anf b = 2": "1:7: expected an operator or the end, found `anf` (did you mean `and`?)",
    "a == 1": "1:3: `==` is not part of this language (write `=`)",
    "a ＝＝ 1": "1:3: `＝＝` is not part of this language (write `=`)",
    "a && b || !c": (
        "1:3: `&&` is not part of this language (write `and`)\n"
        "1:8: `||` is not part of this language (write `or`)\n"
        "1:11: `!` is not part of this language (write `not`)"
    ),
    "a ≥ 1": "1:3: `≥` is not part of this language (write `>=`)",
    "a in ('x'、'y')": "1:10: `、` is not part of this language (write `,`)",
    "a is null": "1:6: there is no null here (write `is missing` or `is not missing`)",
    "a = null": "1:5: there is no null here (write `is missing` or `is not missing`)",
    "coalesce(a, null)": "1:13: expected a value, found `null` (there is no null: `is missing` tests for absence)",
    "a like 'x%'": "1:3: there is no like here (write `contains 'part'` or `starts with 'part'`, without %)",
    "a not like 'x'": (
        "1:7: `not` cannot stand before `like` (put `not` before the whole comparison: not (… like …))"
    ),
    "a not between 1 and 2": (
        "1:7: `not` cannot stand before `between` (put `not` before the whole comparison: not (… between …))"
    ),
    "a is 5": "1:6: expected `missing`: only `is missing` and `is not missing` follow `is`, found `5`",
    "1 < a < 5": "1:7: comparisons do not chain (join two with `and`: 1 < x and x < 5)",
    "a between 1 or 2": "1:13: expected `and` and the upper end of `between`, found `or`",
    "a in 'x'": "1:6: expected `(` and a list, such as in ('new', 'lost'), found 'x'",
    "(a = 1": "1:7: expected an operator or `)`, found the end",
    "a = 1)": "1:6: expected an operator or the end, found `)`",
    "a + not b": "1:5: `not` binds too loosely here (put it in parentheses: (not …))",
    "+5 = a": "1:1: expected a value, found `+` (a leading `+` means nothing: leave it out)",
    "in = 5": '1:1: expected a value, found `in` (a field of this name stands in double quotes: "in")',
    "'abc": "1:1: the ' here is never closed (a ' within quotes is written twice)",
    "'it's'": (
        "1:5: expected an operator or the end, found `s`\n"
        "1:6: the ' here is never closed (a ' within quotes is written twice)"
    ),
    'a = ""': "1:5: a field's name is missing between \"\" (the empty text is '')",
    "a = ‘已取消’": (
        "1:5: ‘ is no quotation mark of this language (write '已取消' for a text, or \"已取消\" for a field)"
    ),
    "订单号 = '1'": '1:1: `订单号` cannot stand bare as a name (write "订单号" in double quotes)',
    "ａ > 1": "1:1: `ａ` cannot stand bare as a name (write `a`)",
    "a > １": "1:5: '１' means nothing here (write `1`)",
    "a > 1,000": "1:6: expected an operator or the end, found `,` (numbers are written without separators: 1000)",
    "a > 1e5": "1:5: `1e5` is neither a number nor a name (write all its digits)",
    "days_since(a) > 90d": (
        "1:17: `90d` is neither a number nor a name (spans of time are whole days: write 90)"
    ),
    "a > 15 %": "1:8: '%' means nothing here (a percentage is written without a space: 15%)",
    "a = 1;": "1:6: ';' means nothing here (an expression is one condition or value, without `;`)",
    "customer.a = 1": (
        "1:9: '.' means nothing here (a name has no dots)\n1:10: expected an operator or the end, found `a`"
    ),
    '"len"(a)': "1:6: expected an operator or the end, found `(` (a function's name stands without quotes)",
    "a = 1\nand b == 2": "2:7: `==` is not part of this language (write `=`)",
    "'a\0b' = a": "1:1: a quoted text holds a character that no text may hold (NUL or half a surrogate)",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_it_says(text: str) -> None:
    with pytest.raises(ExpressionRefused) as refused:
        parse(text)
    assert str(refused.value) == REFUSED[text]


def test_where_a_node_stands() -> None:
    node = parse("a = 1 and\n  b > 2")
    assert isinstance(node, And)
    assert [part.span for part in node.parts] == [Span(1, 3), Span(2, 5)]
    assert node == parse("a=1 and b>2"), "the place is no part of equality"


def test_names_are_known_before_types() -> None:
    assert field_names(parse("a > 1 and coalesce(b, \"订单号\") = 'a'")) == {"a", "b", "订单号"}


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1),
        "not " * 2000 + "a",
        "-" * 9000 + "a",
        "a" + "+a" * (MAX_DEPTH + 1),
        "abs(" * 2000,
        "a in (" + "1," * MAX_NODES + "1)",
        " or ".join(["a"] * (MAX_NODES + 1)),
        "a" * (MAX_LENGTH + 1),
        "a = '" + "''" * 4000,
    ],
    ids=lambda text: text[:8],
)
def test_limits(text: str) -> None:
    with pytest.raises(ExpressionRefused):
        parse(text)


def test_within_the_limits() -> None:
    parse("(" * (MAX_DEPTH - 1) + "a" + ")" * (MAX_DEPTH - 1))
    parse(" or ".join(["a"] * (MAX_NODES - 1)))
    parse("a in (" + ", ".join(["1"] * (MAX_NODES - 2)) + ")")


PIECES = (
    sorted(KEYWORDS)
    + list("()（），,+-*/=<>!'\"%‘’ \n")
    + ["a", "len", "1", "2.5", "'x'", '"y"', "<=", "is not"]
)


def problems_of(text: str) -> tuple[Problem, ...]:
    """What is wrong with a text; nothing where it parses, and then its canonical text means the same."""
    try:
        node = parse(text)
    except ExpressionRefused as refused:
        return refused.problems
    assert parse(show(node)) == node
    return ()


@given(st.text())
@example("\ud800")
@example("'\ud800'")
@example("\x00")
def test_any_text_is_answered(text: str) -> None:
    assert all(problem.line and problem.column for problem in problems_of(text))


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_order_of_its_own_pieces_is_answered(pieces: list[str]) -> None:
    assert all(problem.line and problem.column for problem in problems_of(" ".join(pieces)))
