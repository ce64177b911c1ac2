from __future__ import annotations

import pytest

from keepwell.personal import REASONS, Invalid, Phone, phone

MOBILE = Phone("+8613800138000", "mobile", identifies=True, last4="8000")


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "+8613800138000",
        "+86 138 0013 8000",
        "+86-138-0013-8000",
        "0086 13800138000",
        "008613800138000",
        "8613800138000",
        "86 13800138000",
        "(+86) 138-0013-8000",
        "+86(0)13800138000",
        "013800138000",
        "138 0013 8000",
        "138-0013-8000",
        "138.0013.8000",
        "１３８００１３８０００",
        "＋８６　１３８－００１３－８０００",
        '="13800138000"',
        "'13800138000",
        "\t13800138000",
        "13800138000\r\n",
        "\ufeff13800138000",
        "\u202d13800138000\u202c",
        "13800138000.0",
        "电话：13800138000",
        "手机号: 13800138000",
        "Tel. 138 0013 8000",
        "tel:+8613800138000",
    ],
)
def test_one_mobile_number_in_its_many_forms(text: str) -> None:
    assert phone(text) == MOBILE


@pytest.mark.parametrize(
    ("text", "number", "kind", "identifies", "last4"),
    [
        ("17012345678", "+8617012345678", "mobile", True, "5678"),
        ("19912345678", "+8619912345678", "mobile", True, "5678"),
        ("010-62345678", "+861062345678", "landline", True, "5678"),
        ("(0755) 8765 4321", "+8675587654321", "landline", True, "4321"),
        ("+86 21 6234 5678", "+862162345678", "landline", True, "5678"),
        ("021-62345678-801", "+862162345678;ext=801", "landline", True, "5678"),
        ("021-62345678转801", "+862162345678;ext=801", "landline", True, "5678"),
        ("400-820-8820", "+864008208820", "other", False, "8820"),
        ("+1 415-555-2671", "+14155552671", "mobile", True, "2671"),
        ("001 415 555 2671", "+14155552671", "mobile", True, "2671"),
        ("+852 9123 4567", "+85291234567", "mobile", True, "4567"),
        ("+44 20 7946 0958", "+442079460958", "landline", True, "0958"),
        ("13812345678-1234", "+8613812345678;ext=1234", "privacy", False, "5678"),
        ("13812345678转1234", "+8613812345678;ext=1234", "privacy", False, "5678"),
        ("13812345678 转 1234", "+8613812345678;ext=1234", "privacy", False, "5678"),
        ("13812345678,1234", "+8613812345678;ext=1234", "privacy", False, "5678"),
        ("13812345678 ext 12", "+8613812345678;ext=12", "privacy", False, "5678"),
        ("+86 13812345678 分机 12", "+8613812345678;ext=12", "privacy", False, "5678"),
        ("18412345678[1234]", "+8618412345678;ext=1234", "privacy", False, "5678"),
        ("95013123456789", "+8695013123456789", "privacy", False, "6789"),
        ("950131234567转123", "+86950131234567;ext=123", "privacy", False, "4567"),
        ("138****8000", "138****8000", "masked", False, "8000"),
        ("138＊＊＊＊8000", "138****8000", "masked", False, "8000"),
        ("138xxxx8000", "138****8000", "masked", False, "8000"),
        ("+86 138****8000", "138****8000", "masked", False, "8000"),
        ("138********", "138********", "masked", False, ""),
    ],
)
def test_kinds(text: str, number: str, kind: str, identifies: bool, last4: str) -> None:
    found = phone(text)
    assert isinstance(found, Phone)
    assert (found.number, found.kind, found.identifies, found.last4) == (number, kind, identifies, last4)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  \u3000 ", "empty"),
        ("无", "placeholder"),
        ("N/A", "placeholder"),
        ("-", "placeholder"),
        ("1.38E+10", "rounded_by_spreadsheet"),
        ("1.38001e10", "rounded_by_spreadsheet"),
        ("***********", "masked"),
        ("13812345678/13912345678", "several_numbers"),
        ("13812345678、13912345678", "several_numbers"),
        ("13812345678;+8613912345678", "several_numbers"),
        ("12345", "not_a_phone"),
        ("12800138000", "not_a_phone"),
        ("138001380000", "not_a_phone"),
        ("62345678", "not_a_phone"),
        ("张三13800138000", "not_a_phone"),
        ("a@b.com", "not_a_phone"),
        ("1" * 65, "too_long"),
    ],
)
def test_what_is_no_phone(text: str, reason: str) -> None:
    assert phone(text) == Invalid(reason)
    assert reason in REASONS


def test_the_region_says_where_a_number_without_country_code_is_from() -> None:
    assert phone("(415) 555-2671", region="US") == phone("+1 415 555 2671")
    assert phone("13800138000", region="US") == Invalid("not_a_phone")
    assert phone("+86 13800138000", region="US") == MOBILE


def test_an_unknown_region_still_reads_international_numbers() -> None:
    assert phone("+8613800138000", region="XX") == MOBILE
    assert phone("12345678", region="XX") == Invalid("not_a_phone")


def test_the_number_is_not_shown_in_logs() -> None:
    assert "138" not in repr(phone("13800138000"))
