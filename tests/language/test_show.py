"""The canonical text: it parses back to the same tree, and has no needless parenthesis."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keepwell.language.nodes import Arithmetic, Name, Negate, Node, Number
from keepwell.language.parse import parse
from keepwell.language.show import show
from keepwell.language.types import Type
from support.expressions import expressions


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(list(Type)).flatmap(lambda type_: expressions(type_, depth=3)))
def test_it_parses_back(node: Node) -> None:
    assert parse(show(node)) == node


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("((a))+(b*c)", "a + b * c"),
        ("(a+b)*c", "(a + b) * c"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a-b)-c", "a - b - c"),
        ("a - -5", "a - -5"),
        ("-(-a)", "-(-a)"),
        ("NOT (a=1)", "not a = 1"),
        ("not (a or b)", "not (a or b)"),
        ("(a or b) and c", "(a or b) and c"),
        ("a or (b and c)", "a or b and c"),
        ("(a = b) = c", "(a = b) = c"),
        ("a BETWEEN (1) AND (2+b)", "a between 1 and 2 + b"),
        ("(not a) is missing", "(not a) is missing"),
        ("\"status\" = 'it''s' and \"Unit Price\" <> 007.10", "status = 'it''s' and \"Unit Price\" != 7.1"),
        ('"or" and "Or"', '"or" and "Or"'),
        ("a in(1,  b)", "a in (1, b)"),
        ("IF(a,1,2.50)", "if(a, 1, 2.5)"),
    ],
)
def test_canonical_text(text: str, canonical: str) -> None:
    assert show(parse(text)) == canonical


def test_a_negated_number_is_not_a_negative_number() -> None:
    assert show(Negate(Number("5"))) == "-(5)"
    assert show(Negate(Number("-5"))) == "-(-5)"
    assert show(Arithmetic("*", Number("-5"), Negate(Name("a")))) == "-5 * -a"
