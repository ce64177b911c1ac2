"""A form writes into a definition's text: it then says what it shall, and all else stays to the character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.catalog.rewriting import body_of, rewritten
from keepwell.catalog.yaml import Value

SEGMENT = """\
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
    say: {en: "Silent", zh: 沉默}

  - {name: other, when: "true", say: Other}
# the end
"""


def body() -> dict[str, Value]:
    found = body_of(SEGMENT)
    assert found is not None
    return found


def test_nothing_to_change_changes_nothing() -> None:
    assert rewritten(SEGMENT, body()) == SEGMENT


def test_one_value_of_many() -> None:
    wanted = body() | {"worth": "spend_90d"}
    assert rewritten(SEGMENT, wanted) == SEGMENT.replace("worth: spend_365d", "worth: spend_90d")


def test_a_folded_text_becomes_one_line_and_its_neighbours_stay() -> None:
    made = rewritten(SEGMENT, body() | {"where": "orders_30d = 0"})
    assert "where: orders_30d = 0\nworth: spend_365d\n" in made
    assert made.startswith(SEGMENT[: SEGMENT.index("where")])
    assert made.endswith(SEGMENT[SEGMENT.index("worth") :])


def test_inside_a_list_and_inside_braces() -> None:
    wanted = body()
    wanted["reasons"][0]["when"] = "orders_30d = 0"  # type: ignore[index, call-overload]
    wanted["reasons"][0]["say"]["zh"] = "很久: 没来"  # type: ignore[index, call-overload]
    made = rewritten(SEGMENT, wanted)
    assert "    when: orders_30d = 0   # since spring\n" in made
    assert "say: {en: \"Silent\", zh: '很久: 没来'}" in made


def test_keys_and_items_are_added_and_removed_with_their_lines() -> None:
    wanted = body()
    del wanted["worth"]
    wanted["owner"] = "Wei: 'x'"
    second = wanted["reasons"][1]  # type: ignore[index]
    wanted["reasons"] = [second, {"name": "new", "when": "orders_30d > 1", "say": {"en": "a", "zh": "b"}}]
    made = rewritten(SEGMENT, wanted)
    assert body_of(made) == wanted
    assert "worth" not in made
    assert "# whom we miss" in made
    assert "# first the silent ones" in made
    assert "silent\n" not in made


def test_first_key_of_an_item_may_go() -> None:
    text = "field: x\ncases:\n  - label: A\n    value: a\n    when: true\n  - value: b\n"
    wanted: dict[str, Value] = {"field": "x", "cases": [{"value": "a", "when": True}, {"value": "b"}]}
    assert rewritten(text, wanted) == "field: x\ncases:\n  - value: a\n    when: true\n  - value: b\n"


def test_a_text_becomes_one_for_each_language() -> None:
    text = "segment: x\nlabel: Old  # said so\nwhere: true\n"
    made = rewritten(text, {"segment": "x", "label": {"en": "New", "zh": "新"}, "where": True})
    assert made == "segment: x\nlabel: {en: New, zh: 新}  # said so\nwhere: true\n"


def test_columns_of_a_source() -> None:
    text = "source: s\ncolumns:\n  order_id: no   # the number\n  amount: {column: paid, type: money}\n"
    columns: dict[str, Value] = {"order_id": {"column": "no", "required": True}, "channel": "via"}
    made = rewritten(text, {"source": "s", "columns": columns})
    assert (
        made
        == "source: s\ncolumns:\n  order_id: {column: no, required: true}   # the number\n  channel: via\n"
    )


@pytest.mark.parametrize(
    "value",
    ["", " a ", "a: b", "a #b", "#", "- x", "yes", "true", "1", "null", "it's", '"q"', "'", "{", "%x", "a\nb", "\u2028",
     "<script>alert(1)</script>", "\u202ex", "很", "*x", "&x", "!t", "@", "`", "a\tb", "\x7f", "\x85", "\ufeff"],
)  # fmt: skip
def test_any_text_is_written_so_that_it_reads_the_same(value: str) -> None:
    wanted: dict[str, Value] = {"a": value, "b": {"c": value}, "d": [value, {"e": value, "f": [value]}]}
    assert body_of(rewritten("a: 1\n", wanted)) == wanted
    assert body_of(rewritten("a: {x: 1}\nb: {c: old}\nd: [old, {e: old, f: [old]}]\n", wanted)) == wanted


KEYS = st.sampled_from(["a", "b", "c", "when", "zh"])
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 99), TEXTS),
    lambda inner: st.one_of(
        st.dictionaries(KEYS, inner, min_size=1, max_size=3), st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)
BODIES = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)


@given(BODIES, BODIES)
def test_from_anything_to_anything(one: dict[str, Value], other: dict[str, Value]) -> None:
    text = rewritten("k: 1\n", {"k": 1} | one)
    assert body_of(text) == {"k": 1} | one
    assert body_of(rewritten(f"# above\n{text}", {"k": 1} | other)) == {"k": 1} | other
