"""The citizen identity number of mainland China (GB 11643)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from keepwell.identity.normalise.invalid import Invalid


@dataclass(frozen=True, slots=True)
class NationalId:
    """An identity number of 18 characters."""

    number: str = field(repr=False)
    """17 digits and a check digit or ``X``; 15-digit ones are brought to this form."""
    birth_date: date = field(repr=False)


def national_id(text: str) -> NationalId | Invalid:
    """Check a citizen identity number and bring it to 18 characters."""
    raise NotImplementedError
