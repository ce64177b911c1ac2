"""Why did it match: the tree, and the leaves that decided."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from keepwell.core.clock import AsOf
from keepwell.core.money import Currency
from keepwell.language.check import check
from keepwell.language.explain import Explanation, explain
from keepwell.language.typed import Operation
from keepwell.language.types import Field, Record, Type, Value

RECORD = Record.of(
    [Field(name, Type.WHOLE) for name in "abc"] + [Field("is_vip", Type.FLAG)], Currency("CNY")
)
AS_OF = AsOf(datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))


def explained(text: str, **values: Value) -> Explanation:
    return explain(check(text, RECORD, expect=Type.FLAG), values, AS_OF)


def decisive(text: str, **values: Value) -> list[str]:
    return [leaf.text for leaf in explained(text, **values).decisive()]


def test_a_leaf_has_its_text_and_its_values() -> None:
    leaf = explained("(a+b)>5", a=3, b=4)
    assert (leaf.text, leaf.held, leaf.joint, dict(leaf.fields)) == (
        "a + b > 5",
        True,
        None,
        {"a": 3, "b": 4},
    )
    assert leaf.decisive() == (leaf,)


def test_a_tree() -> None:
    tree = explained("a = 1 and not (b = 2 or is_vip)", a=1, b=3, is_vip=None)
    assert (tree.held, tree.joint) == (True, Operation.AND)
    assert [part.text for part in tree.parts] == ["a = 1", "not (b = 2 or is_vip)"]
    assert tree.parts[1].parts[0].joint is Operation.OR
    assert dict(tree.parts[1].parts[0].parts[1].fields) == {"is_vip": None}


@pytest.mark.parametrize(
    ("text", "leaves"),
    [
        ("a = 1 and b = 2", ["a = 1", "b = 2"]),
        ("a = 1 and b = 9 and c = 9", ["b = 9", "c = 9"]),
        ("a = 1 or b = 9 or c = 3", ["a = 1", "c = 3"]),
        ("a = 9 or b = 9", ["a = 9", "b = 9"]),
        ("not (a = 1 and b = 9)", ["b = 9"]),
        ("a = 1 and (b = 9 or c = 3)", ["a = 1", "c = 3"]),
        ("is_vip", ["is_vip"]),
    ],
)
def test_what_decided(text: str, leaves: list[str]) -> None:
    assert decisive(text, a=1, b=2, c=3, is_vip=True) == leaves


def test_only_conditions_hold() -> None:
    with pytest.raises(ValueError, match="a \\+ 1 is whole"):
        explain(check("a + 1", RECORD), {}, AS_OF)
