"""What one may search persons by, and the one form of it that is compared.

Phones are best given as ``+`` and digits; mainland Chinese mobiles are also known without their country code.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Kind = Literal["phone", "email", "name", "national_id", "id"]
"""What a personal field holds, as far as it can be searched."""

LAST_FOUR = "last_four"
"""What one may search by beside the kinds: the last four characters of a phone, card or identity number."""

SHORTEST_WITH_LAST_FOUR = 6
NOT_DIGITS = re.compile(r"[^0-9]")
PUNCTUATION = re.compile(r"[\s\-._]")
CHINESE_MOBILE = re.compile(r"(?:86)?(1[3-9][0-9]{9})")
CHINESE = re.compile(r"[\u3400-\u9fff]")


def search_forms(kind: Kind, value: str) -> list[tuple[str, str]]:
    """The pairs of kind and text under which a value is found; none for a value that says nothing."""
    form = search_form(kind, value)
    if not form:
        return []
    forms: list[tuple[str, str]] = [(kind, form)]
    if kind in {"phone", "national_id", "id"} and len(form) >= SHORTEST_WITH_LAST_FOUR:
        forms.append((LAST_FOUR, form[-4:]))
    return forms


def search_form(kind: str, value: str) -> str:
    """The one form in which values of a kind are compared."""
    text = value.strip() if value.isascii() else unicodedata.normalize("NFKC", value).strip()
    if kind == "phone":
        return _phone(text)
    if kind == "name":
        words = text.casefold().split()
        return ("" if CHINESE.search(text) else " ").join(words)
    if kind == "email":
        return text.casefold()
    return PUNCTUATION.sub("", text).upper()


def _phone(text: str) -> str:
    digits = NOT_DIGITS.sub("", text)
    international = text.startswith(("+", "00"))
    if text.startswith("00"):
        digits = digits[2:]
    if (mobile := CHINESE_MOBILE.fullmatch(digits)) and (not international or digits.startswith("86")):
        return f"+86{mobile[1]}"
    return f"+{digits}" if international and digits else digits
