from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from keepwell.intake.normalise import normalise_column
from keepwell.personal import (
    KINDS,
    REASONS,
    Invalid,
    Kind,
    email,
    national_id,
    person_name,
    phone,
)

ONE: dict[Kind, Callable[[str], object]] = {
    "phone": phone,
    "national_id": national_id,
    "email": email,
    "name": person_name,
}
LIKELY = st.one_of(
    st.text(max_size=30),
    st.from_regex(r"[+(]{0,2}(86|0086)?[ \-]?1[0-9]{8,11}([-转xX#, ]{1,2}[0-9]{0,5})?", fullmatch=True),
    st.from_regex(r"[0-9*xX+() \-]{3,20}", fullmatch=True),
    st.from_regex(r"[1-6][1-5][0-9]{4}(19|20)?[0-9]{2}[01][0-9][0-3][0-9]{4}[0-9X]?", fullmatch=True),
    st.from_regex(r"[\w.+*]{1,8}@[\w.\-。．]{1,10}\.[a-z中国]{1,5}", fullmatch=True),
    st.from_regex(r"=?[\"']?[\w·•・ ]{1,8}[\"']?", fullmatch=True),
)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=300, deadline=None)
@given(text=LIKELY)
@example(text="\ud800")
@example(text='="=""\'\'1')
@example(text="'" * 50)
@example(text="1 3800138000")
@example(text="ß@ß.de")
@example(text="İ@qq.com")
def test_no_text_is_too_strange_and_a_second_time_changes_nothing(kind: Kind, text: str) -> None:
    found = ONE[kind](text)
    if isinstance(found, Invalid):
        assert found.reason in REASONS
    else:
        (form,) = (getattr(found, name) for name in ("number", "address", "name") if hasattr(found, name))
        assert ONE[kind](form) == found


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None)
@given(
    texts=st.lists(st.one_of(st.none(), LIKELY.filter(str.isprintable), st.just("13800138000")), max_size=8)
)
def test_a_column_is_the_same_as_each_value_alone(kind: Kind, texts: list[str | None]) -> None:
    normalised, reasons, identifies = normalise_column(kind, pa.array(texts, pa.string()))
    assert (normalised.type, reasons.type, identifies.type) == (pa.string(), pa.string(), pa.bool_())
    for text, form, reason, flag in zip(
        texts, normalised.to_pylist(), reasons.to_pylist(), identifies.to_pylist(), strict=True
    ):
        if text is None:
            assert (form, reason, flag) == (None, None, False)
            continue
        alone = ONE[kind](text)
        if isinstance(alone, Invalid):
            assert (form, reason, flag) == (None, alone.reason, False)
        else:
            assert form in (getattr(alone, name, None) for name in ("number", "address", "name"))
            assert reason is None
            assert flag == getattr(alone, "identifies", kind != "name")


def test_a_column_in_parts_and_of_numbers() -> None:
    expected = ["+8613800138000", None, "+8613900139000"]
    for values in (
        pa.chunked_array([["13800138000", None], ["139 0013 9000"]]),
        pa.array([13800138000, None, 13900139000], pa.int64()),
        pa.array(["13800138000", None, "13900139000"]).dictionary_encode(),
    ):
        normalised, _, identifies = normalise_column("phone", values)
        assert normalised.to_pylist() == expected
        assert identifies.to_pylist() == [True, False, True]


def test_the_region_reaches_the_column() -> None:
    normalised, _, _ = normalise_column("phone", pa.array(["(415) 555-2671"]), region="US")
    assert normalised.to_pylist() == ["+14155552671"]


def test_an_empty_column() -> None:
    assert [len(part) for part in normalise_column("phone", pa.array([], pa.string()))] == [0, 0, 0]
    assert [part.to_pylist() for part in normalise_column("email", pa.nulls(2))] == [
        [None] * 2,
        [None] * 2,
        [False] * 2,
    ]
