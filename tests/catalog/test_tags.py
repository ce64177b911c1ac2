"""What may be said as a tag's value, in which form it is kept, and what is refused with which words."""

from __future__ import annotations

import pytest

from keepwell.catalog.files import PlanFiles
from keepwell.catalog.load import load
from keepwell.catalog.plan import Plan
from keepwell.catalog.tags import canonical_value
from keepwell.core.errors import Refused
from support.plans import SETTINGS, problems

TYPES = ("text", "flag", "whole", "number", "money", "day", "moment")


@pytest.fixture(scope="module")
def plan() -> Plan:
    tags = "---\n".join(f"tag: a_{kind}\ntype: {kind}\n" for kind in TYPES)
    choice = "---\ntag: level\nchoices: [gold, {value: silver, label: {en: Silver, zh: 银}}]\n"
    return load(PlanFiles({"keepwell.toml": SETTINGS, "fields/tags.yml": tags + choice}), library=False)


@pytest.mark.parametrize(
    ("kind", "said", "kept"),
    [
        ("text", " =1+1 ", "=1+1"),
        ("text", "e\u0301", "\u00e9"),
        ("text", "客户 'x' \"y\" <b>", "客户 'x' \"y\" <b>"),
        ("text", "12345678901234567890", "12345678901234567890"),
        ("text", "A-13800138001234", "A-13800138001234"),
        ("flag", "Yes", "true"),
        ("flag", "否", "false"),
        ("whole", "-0", "0"),
        ("whole", "9223372036854775807", "9223372036854775807"),
        ("number", "1e-3", "0.001"),
        ("number", "2", "2.0"),
        ("money", "12.5", "1250"),
        ("money", "-0.01", "-1"),
        ("day", "2024-02-29", "2024-02-29"),
        ("moment", "2025-03-10T12:00", "2025-03-10 04:00:00.000000"),  # Shanghai is eight hours ahead
        ("moment", "2025-03-10 12:00:00.000001+02:00", "2025-03-10 10:00:00.000001"),
    ],
)
def test_a_value_has_one_form(plan: Plan, kind: str, said: str, kept: str) -> None:
    assert canonical_value(plan, plan.tags[f"a_{kind}"], said) == kept


@pytest.mark.parametrize(
    ("kind", "said", "sentence"),
    [
        ("text", "", "one line"),
        ("text", "x" * 201, "at most 200 characters"),
        ("text", "a\nb", "one line"),
        ("text", "a\u202eb", "without control characters"),
        ("text", "a\x00b", "without control characters"),
        ("text", "13800138001", "would hold a phone number"),
        ("text", "ask for Wei at １３８ 0013 8001", "would hold a phone number"),
        ("text", "wei@shop.example", "personal values belong in a source's columns"),
        ("text", "11010519491231002X", "or an ID"),
        ("flag", "1", "yes or no"),
        ("whole", "1.0", "a whole number such as 12"),
        ("whole", "9223372036854775808", "a whole number"),
        ("number", "nan", "a number such as 0.5"),
        ("number", "1e999", "a number"),
        ("number", "１２", "a number"),
        ("money", "1.234", "an amount of the plan's currency"),
        ("money", "1,000", "an amount"),
        ("money", "92233720368547758.08", "an amount"),
        ("day", "2025-02-29", "a day such as"),
        ("day", "20250301", "a day such as"),
        ("moment", "noon", "a day and time such as"),
    ],
)
def test_what_is_no_value_is_refused(plan: Plan, kind: str, said: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        canonical_value(plan, plan.tags[f"a_{kind}"], said)


def test_choices_are_the_only_texts(plan: Plan) -> None:
    assert canonical_value(plan, plan.tags["level"], "silver") == "silver"
    with pytest.raises(Refused, match=r"no choice `sliver` \(did you mean `silver`\?\)"):
        canonical_value(plan, plan.tags["level"], "sliver")
    with pytest.raises(Refused, match="it takes gold, silver"):
        canonical_value(plan, plan.tags["level"], "x")


def test_a_tag_is_a_field_with_its_choices_and_labels(plan: Plan) -> None:
    assert plan.customer_record().fields["level"].choices == ("gold", "silver")
    assert [tag.kind for tag in plan.tags.values()] == ["tag"] * 8


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ("tag: x\ntype: whole\nchoices: [a]\n", "only a tag of type text has choices"),
        ("tag: x\nchoices: [a, a]\n", "choices repeat the value a"),
        ("tag: x\nchoices: [A]\n", "`A` is not allowed here"),
        ("tag: x\ntype: colour\n", "must be text, flag, whole, number, money, day or moment"),
        ("tag: x\nvalue: 1\n", "x.value: there is no such key"),
        ("tag: x\n---\nfield: x\nvalue: '1'\n", "the name `x` is taken by a tag"),
        ("tag: orders_90d\n", "a tag cannot take its place"),
        ("tag: customer_id\n", "filled by Keepwell itself"),
        ("tag: x\nchoices: [a]\n---\nfield: y\nvalue: x = 'b'\n", "'b'"),
    ],
)
def test_a_tag_defined_wrong(fields: str, sentence: str) -> None:
    found = problems(fields=fields)
    assert sentence in found
