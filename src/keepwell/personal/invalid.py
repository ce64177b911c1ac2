"""Why a personal value is none."""

from __future__ import annotations

from dataclasses import dataclass

REASONS = {
    "empty": "there is nothing in it",
    "placeholder": "it stands for a value that was not given, such as 无, none or 散客",
    "masked": "part of it is hidden by asterisks",
    "rounded_by_spreadsheet": "a spreadsheet turned it into a number and lost digits, such as 1.38E+10",
    "too_long": "it is longer than any such value",
    "several_numbers": "it holds more than one telephone number",
    "not_a_phone": "it is no telephone number that can exist",
    "not_an_email": "it is no e-mail address",
    "not_a_name": "it is no person's name: digits or signs only",
    "not_an_id": "it does not have 18 or 15 digits",
    "unknown_region": "its first two digits name no province",
    "impossible_birth_date": "its date of birth does not exist or lies before 1850",
    "wrong_check_digit": "its last digit does not fit the others: mistyped",
}
"""Each reason, explained."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """The value cannot be used; ``reason`` is a code from REASONS and quotes nothing of the value."""

    reason: str
