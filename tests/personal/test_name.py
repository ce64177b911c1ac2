from __future__ import annotations

import pytest

from keepwell.personal import REASONS, Invalid, Name, person_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王小明", "王小明"),
        (" 王小明\u3000", "王小明"),
        ("王\u3000小明", "王 小明"),
        ("王\u200b小明", "王小明"),
        ("  John \t Smith ", "John Smith"),
        ("Jose\u0301", "José"),
        ("阿里木•买买提", "阿里木·买买提"),
        ("阿里木・买买提", "阿里木·买买提"),
        ("王先生", "王先生"),
        ("O'Hara", "O'Hara"),
        ("张𠮷", "张𠮷"),
        ("Test Rossa", "Test Rossa"),
    ],
)
def test_forms(text: str, name: str) -> None:
    assert person_name(text) == Name(name)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("\u3000\u200b", "empty"),
        ("匿名", "placeholder"),
        ("先生", "placeholder"),
        ("女士", "placeholder"),
        ("散客", "placeholder"),
        ("-", "placeholder"),
        ("?", "placeholder"),
        ("测试", "placeholder"),
        ("测试01", "placeholder"),
        ("Test123", "placeholder"),
        ("NULL", "placeholder"),
        ("张**", "masked"),
        ("王*", "masked"),
        ("12345", "not_a_name"),
        ("13800138000", "not_a_name"),
        ("!!1", "not_a_name"),
        ("王" * 101, "too_long"),
    ],
)
def test_what_is_no_name(text: str, reason: str) -> None:
    assert person_name(text) == Invalid(reason)
    assert reason in REASONS
