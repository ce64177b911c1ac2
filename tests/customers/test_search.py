from __future__ import annotations

import pytest

from keepwell.customers.search import Kind, search_form, search_forms


@pytest.mark.parametrize(
    ("kind", "value", "form"),
    [
        ("phone", "138 1234 5678", "+8613812345678"),
        ("phone", "+86 138-1234-5678", "+8613812345678"),
        ("phone", "008613812345678", "+8613812345678"),
        ("phone", "１３８１２３４５６７８", "+8613812345678"),
        ("phone", "+1 (381) 234-5678", "+13812345678"),
        ("phone", "021-6234 5678", "02162345678"),
        ("phone", "n/a", ""),
        ("name", "  Ada   LOVELACE ", "ada lovelace"),
        ("name", "王 小明", "王小明"),
        ("email", " Ada@Example.COM ", "ada@example.com"),
        ("national_id", "11010519491231002x", "11010519491231002X"),
        ("id", "card 00-12_ab", "CARD0012AB"),
    ],
)
def test_forms(kind: Kind, value: str, form: str) -> None:
    assert search_form(kind, value) == form


def test_numbers_are_found_by_their_last_four_too() -> None:
    assert search_forms("phone", "13812345678") == [("phone", "+8613812345678"), ("last_four", "5678")]
    assert search_forms("id", "A1234") == [("id", "A1234")]
    assert search_forms("name", "  ") == []
