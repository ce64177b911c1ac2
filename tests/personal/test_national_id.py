from __future__ import annotations

from datetime import date

import pytest

from keepwell.personal import REASONS, Invalid, NationalId, national_id
from keepwell.personal.national_id import check_digit

# The examples of GB 11643-1999, appendix A.
STANDARD = NationalId("11010519491231002X", date(1949, 12, 31))
STANDARD_2 = NationalId("440524188001010014", date(1880, 1, 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11010519491231002X", STANDARD),
        ("11010519491231002x", STANDARD),
        (" 110105 19491231 002X ", STANDARD),
        ("110105-19491231-002X", STANDARD),
        ("１１０１０５１９４９１２３１００２Ｘ", STANDARD),
        ('="11010519491231002X"', STANDARD),
        ("'11010519491231002X", STANDARD),
        ("110105491231002", STANDARD),
        ("440524188001010014", STANDARD_2),
    ],
)
def test_forms(text: str, expected: NationalId) -> None:
    assert national_id(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("无", "placeholder"),
        ("1.10105E+17", "rounded_by_spreadsheet"),
        ("1.10101199003070E+17", "rounded_by_spreadsheet"),
        ("110101199003070000", "rounded_by_spreadsheet"),
        ("110105********002X", "masked"),
        ("110105XXXXXXXX002X", "masked"),
        ("110105194912310021", "wrong_check_digit"),
        ("11010519491231003X", "wrong_check_digit"),
        ("1101051949123100", "not_an_id"),
        ("E12345678", "not_an_id"),
        ("X1010519491231002X", "not_an_id"),
        ("1" * 41, "too_long"),
        ("99010519491231002" + check_digit("99010519491231002"), "unknown_region"),
        ("11010519490230002" + check_digit("11010519490230002"), "impossible_birth_date"),
        ("11010518491231002" + check_digit("11010518491231002"), "impossible_birth_date"),
    ],
)
def test_what_is_no_id(text: str, reason: str) -> None:
    assert national_id(text) == Invalid(reason)
    assert reason in REASONS


def test_the_number_is_not_shown_in_logs() -> None:
    assert repr(STANDARD) == "NationalId()"
