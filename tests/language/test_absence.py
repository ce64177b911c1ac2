"""What an expression comes to where some of its fields are missing for everybody."""

from __future__ import annotations

import pytest

from keepwell.core.money import Currency
from keepwell.language.absence import is_missing, truth
from keepwell.language.check import check
from keepwell.language.types import Field, Record, Type

RECORD = Record.of(
    [
        Field("amount", Type.MONEY),
        Field("cost", Type.MONEY),
        Field("discount", Type.MONEY),
        Field("status", Type.TEXT),
        Field("liked", Type.FLAG),
        Field("at", Type.MOMENT),
    ],
    Currency("CNY"),
)
ABSENT = {"cost", "status", "liked", "at"}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cost", True),
        ("amount", False),
        ("amount - cost", True),
        ("(amount - cost) / amount", True),
        ("hour(at)", True),
        ("coalesce(cost, amount)", False),
        ("coalesce(cost, cost * 2)", True),
        ("if(amount > 0, cost, -cost)", True),
        ("if(amount > 0, cost, amount)", False),
        ("if(cost > 0, amount, discount)", False),
        ("cost > 0", False),
        ("5", False),
    ],
)
def test_values_that_are_missing_for_everybody(expression: str, expected: bool) -> None:
    assert is_missing(check(expression, RECORD).node, ABSENT) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("cost > 0", False),
        ("amount > 0", None),
        ("not (cost > 0)", True),
        ("cost > 0 and amount > 0", False),
        ("amount > 0 and not (status in ('a', 'b'))", None),
        ("status in ('a', 'b')", False),
        ("'a' in ('b', status)", None),
        ("status not in ('a')", False),
        ("cost between 1 and amount", False),
        ("amount between 1 and cost", False),
        ("cost is missing", True),
        ("cost is not missing", False),
        ("amount is missing", None),
        ("cost is missing or amount > 0", True),
        ("cost > 0 or amount > 0", None),
        ("cost > 0 or status = 'a'", False),
        ("liked", False),
        ("not liked", True),
        ("true", True),
        ("false", False),
        ("amount < 0 or status = 'returned'", None),
    ],
)
def test_conditions_that_are_decided_for_everybody(condition: str, expected: bool | None) -> None:
    assert truth(check(condition, RECORD, expect=Type.FLAG).node, ABSENT) is expected
