"""The citizen identity number of mainland China (GB 11643-1999) and its kin for residents from elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from keepwell.personal.invalid import Invalid
from keepwell.personal.text import MASKS, is_placeholder, is_rounded, narrow

_LONGEST = 40
_REGIONS_WORDS = """
    11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71
    81 82 83
"""
_REGIONS = frozenset(_REGIONS_WORDS.split())
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_HIDDEN = re.compile(r"(?=.*XX)[0-9X]{8,18}")
_EARLIEST = date(1850, 1, 1)
_LATEST_YEAR = 2099


@dataclass(frozen=True, slots=True)
class NationalId:
    """An identity number of 18 characters."""

    number: str = field(repr=False)
    """17 digits and a check digit or ``X``; 15-digit ones are brought to this form."""
    birth_date: date = field(repr=False)


def national_id(text: str) -> NationalId | Invalid:
    """Check a citizen identity number and bring it to 18 characters; 15-digit ones are of the years 19xx."""
    bare = narrow(text)
    if not bare:
        return Invalid("empty")
    if len(bare) > _LONGEST:
        return Invalid("too_long")
    if is_rounded(bare):
        return Invalid("rounded_by_spreadsheet")
    if is_placeholder(bare):
        return Invalid("placeholder")
    number = re.sub(r"[\s\-]", "", bare).upper().replace("Х", "X").removesuffix(".0")
    if any(sign in number for sign in MASKS) or _HIDDEN.fullmatch(number):
        return Invalid("masked")
    if re.fullmatch("[0-9]{15}", number):
        number = f"{number[:6]}19{number[6:]}"
        number += check_digit(number)
    if not re.fullmatch("[0-9]{17}[0-9X]", number):
        return Invalid("not_an_id")
    return _checked(number)


def _checked(number: str) -> NationalId | Invalid:
    if check_digit(number) != number[17]:
        # A spreadsheet keeps 15 digits and fills up with zeros.
        return Invalid("rounded_by_spreadsheet" if number.endswith("000") else "wrong_check_digit")
    # Permanent residents from abroad have a 9 before the province.
    region = number[1:3] if number[0] == "9" else number[:2]
    if region not in _REGIONS:
        return Invalid("unknown_region")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return Invalid("impossible_birth_date")
    if born < _EARLIEST or born.year > _LATEST_YEAR:
        return Invalid("impossible_birth_date")
    return NationalId(number, born)


def check_digit(number: str) -> str:
    """The check digit of the first 17 digits: ISO 7064, MOD 11-2."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return _CHECK_DIGITS[total % 11]
