"""Telephone numbers, with the habits of Chinese shops and platforms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from keepwell.personal.invalid import Invalid
from keepwell.personal.text import MASKS, is_placeholder, is_rounded, narrow

PhoneKind = Literal["mobile", "landline", "other", "privacy", "masked"]

PLAIN_MOBILE = "^1[3-9][0-9]{9}$"
"""A mobile number of mainland China as it is mostly written; for Python and Arrow alike."""

_LONGEST = 64
_LABEL = re.compile(
    r"(?:telephone|tel|phone|mobile|cell|(?:联系)?电话(?:号码)?|手机(?:号码?)?|联系方式)\s*[:.]?\s*",
    re.IGNORECASE,
)
_FLOAT = re.compile(r"([0-9]{5,})\.0+")
_BETWEEN = re.compile(r"[\s().\-–—‐‑−_/·]+")
_MOBILE = re.compile(r"(?:\+?86|0086)?0?(1[3-9][0-9]{9})")
_QUICK = re.compile(r"(?:(?:\+|00)?86[ -]?)?(1[3-9][0-9])[ -]?([0-9]{4})[ -]?([0-9]{4})")
_TWO_NUMBERS = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?:[^0-9]+(?:\+?86)?)1[3-9][0-9]{9}(?![0-9])")
_SAID_EXTENSION = re.compile(
    r"(?P<number>.*[0-9)\s\]])\s*(?:转|轉|分机号?|;?\s*ext(?:ension)?\s*[.:=]?|#|[xX])\s*:?\s*(?P<ext>[0-9]{1,8})",
    re.IGNORECASE,
)
_PUT_EXTENSION = re.compile(
    r"(?P<number>(?:(?:\+?86|0086)[\s-]*)?1[3-9][0-9]{9}|95013[0-9]{6,12}|0[0-9]{2,3}[\s-]?[0-9]{7,8})\s*[-–—_,\s\[(]\s*(?P<ext>[0-9]{1,8})\s*[\])]?"
)
_LENT = re.compile(r"(?:\+?86)?(95013[0-9]{6,12})")
_HIDDEN = re.compile(
    rf"[0-9+\s()\-]*(?:[{re.escape(MASKS)}#?]|[xX](?=[xX0-9]))[{re.escape(MASKS)}#?xX0-9\s\-]*"
)
_ALLOWED = re.compile(r"[0-9+\s().\-–—‐‑−_/·]+")
_KINDS: dict[int, PhoneKind] = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "landline",
}


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number in one form."""

    number: str = field(repr=False)
    """E.164 (``+8613800138000``), an extension as ``;ext=12``; of a masked one what shows (``138****00``)."""
    kind: PhoneKind
    identifies: bool
    """Whether it may link records: not if it is masked, lent by a platform for one order, or a hotline."""
    last4: str = field(repr=False)
    """The last four digits of the number itself, without extension; empty if they are hidden."""


def phone(text: str, *, region: str = "CN") -> Phone | Invalid:
    """Bring a telephone number to one form; ``region`` is where one without country code is from.

    A mobile number with an extension (``13812345678转12``), and one from 95013, is a privacy number, which a
    platform lends to an order for some weeks: it never identifies. Nor does a masked one.
    """
    if quick := _quick(text, region):
        return quick
    bare = narrow(text)
    if reason := _unusable(bare):
        return Invalid(reason)
    bare = _LABEL.sub("", bare, count=1) if _LABEL.match(bare) else bare
    if whole := _FLOAT.fullmatch(bare):
        bare = whole.group(1)
    if _HIDDEN.fullmatch(bare):
        return _masked(bare)
    if _TWO_NUMBERS.search(bare):
        return Invalid("several_numbers")
    found = _SAID_EXTENSION.fullmatch(bare) or _PUT_EXTENSION.fullmatch(bare)
    if found:
        return _with_extension(_number(found["number"].strip(), region), found["ext"])
    return _number(bare, region)


def _quick(text: str, region: str) -> Phone | None:
    """The commonest forms without the detours; the same result as with them."""
    found = _QUICK.fullmatch(text) if region == "CN" else None
    if found is None:
        return None
    digits = "".join(found.groups())
    return Phone(f"+86{digits}", "mobile", identifies=True, last4=digits[-4:])


def _unusable(bare: str) -> str | None:
    if not bare:
        return "empty"
    if len(bare) > _LONGEST:
        return "too_long"
    if is_rounded(bare):
        return "rounded_by_spreadsheet"
    return "placeholder" if is_placeholder(bare) else None


def _masked(bare: str) -> Phone | Invalid:
    seen = re.sub(r"[^0-9*]", "", re.sub(rf"[{re.escape(MASKS)}#?xX]", "*", bare))
    seen = re.sub(r"^(?:0086|86)(?=1[3-9*])", "", seen)
    if not re.search("[0-9]{2}", seen):
        return Invalid("masked")
    last4 = seen[-4:] if re.search("[0-9]{4}$", seen) else ""
    return Phone(seen, "masked", identifies=False, last4=last4)


def _number(bare: str, region: str) -> Phone | Invalid:
    digits = _BETWEEN.sub("", bare)
    found = _MOBILE.fullmatch(digits)
    # Without a country code eleven digits from 1 are Chinese only where Chinese numbers are the rule.
    if found and (region == "CN" or "86" in digits[: found.start(1)]):
        return Phone(f"+86{found.group(1)}", "mobile", identifies=True, last4=digits[-4:])
    if lent := _LENT.fullmatch(digits):
        return Phone(f"+86{lent.group(1)}", "privacy", identifies=False, last4=digits[-4:])
    if not _ALLOWED.fullmatch(bare):
        return Invalid("not_a_phone")
    try:
        parsed = phonenumbers.parse(bare, region)
    except NumberParseException:
        return Invalid("not_a_phone")
    if not phonenumbers.is_valid_number(parsed):
        return Invalid("not_a_phone")
    kind = _KINDS.get(phonenumbers.number_type(parsed), "other")
    number = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return Phone(number, kind, identifies=kind != "other", last4=number[-4:])


def _with_extension(found: Phone | Invalid, extension: str) -> Phone | Invalid:
    if isinstance(found, Invalid) or found.kind == "masked":
        return found
    is_lent = found.kind in ("mobile", "privacy")
    return Phone(
        f"{found.number};ext={extension}",
        "privacy" if is_lent else found.kind,
        identifies=found.identifies and not is_lent,
        last4=found.last4,
    )
