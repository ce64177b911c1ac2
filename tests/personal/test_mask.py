from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keepwell.personal import mask


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("phone", "+8613800138000", "138****8000"),
        ("phone", "13800138000", "138****8000"),
        ("phone", "+8613812345678;ext=1234", "138****5678"),
        ("phone", "+14155552671", "141****2671"),
        ("phone", "+85291234567", "852****4567"),
        ("phone", "62345678", "62****78"),
        ("phone", "12345", "****"),
        ("phone", "", "****"),
        ("email", "ann@qq.com", "a***@qq.com"),
        ("email", "a@qq.com", "***@qq.com"),
        ("email", "@qq.com", "@***"),
        ("email", "ann", "a***"),
        ("name", "王小明", "王**"),
        ("name", "王明", "王**"),
        ("name", "王", "**"),
        ("name", "John Smith", "J***"),
        ("name", "J", "***"),
        ("national_id", "11010519491231002X", "110***********002X"),
        ("national_id", "110105491231002", "110********1002"),
        ("national_id", "1101", "1***"),
        ("address", "北京市朝阳区", "北***"),
        ("address", "北", "***"),
        ("address", "", "***"),
    ],
)
def test_what_is_shown(kind: str, value: str, shown: str) -> None:
    assert mask(kind, value) == shown


@given(
    st.sampled_from(["phone", "email", "name", "national_id", "address"]),
    st.one_of(st.text(min_size=1), st.from_regex(r"[0-9+@.a]{1,20}", fullmatch=True)).filter(
        lambda text: "*" not in text
    ),
)
@example("email", "@b.com")
@example("email", "a@b.com")
@example("phone", "1234567")
def test_a_mask_never_holds_the_whole_value(kind: str, value: str) -> None:
    assert value not in mask(kind, value)
