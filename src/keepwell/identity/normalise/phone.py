"""Telephone numbers, with the habits of Chinese shops and platforms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

import phonenumbers

from keepwell.identity.normalise.invalid import Invalid
from keepwell.identity.normalise.text import MASKS, is_placeholder, is_rounded, narrow

PhoneKind = Literal["mobile", "landline", "other", "privacy", "masked"]

_LONGEST = 64
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number in one form."""

    number: str = field(repr=False)
    """E.164 (``+8613800138000``); of a privacy number with ``;ext=1234``; of a masked one what is visible."""
    kind: PhoneKind
    identifies: bool
    """Whether it may link records: not if it is masked, or lent by a platform for one order."""
    last4: str = field(repr=False)
    """The last four digits of the number itself, without extension; empty if they are hidden."""


def phone(text: str, *, region: str = "CN") -> Phone | Invalid:
    """Bring a telephone number to one form; ``region`` is where a number without country code is from."""
    raise NotImplementedError
