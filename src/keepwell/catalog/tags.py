"""What is said by hand as the value of a tag: read as the tag's type, in one form, or refused with the reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from math import isfinite

from keepwell.catalog.kinds import Tag
from keepwell.catalog.plan import Plan
from keepwell.core.errors import Refused
from keepwell.core.nearest import did_you_mean
from keepwell.language.types import MAX_WHOLE, MIN_WHOLE, Value

MAX_TEXT = 200
FLAGS = {"yes": "true", "true": "true", "no": "false", "false": "false", "是": "true", "否": "false"}
_PERSONAL = re.compile(
    r"(?<![0-9])1[3-9][0-9]([ -]?)[0-9]{4}\1[0-9]{4}(?![0-9])"
    r"|(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])"
    r"|[^\s@]@[^\s@]+\.[^\s@]"
)
"""Anywhere in a text: a mobile phone or an ID number of mainland China, an e-mail address."""
MOMENT_FORM = "%Y-%m-%d %H:%M:%S.%f"


def canonical_value(plan: Plan, tag: Tag, said: str) -> str:
    """The value in the one form that store and lake keep: money in minor units, moments in UTC.

    Raises Refused with what the tag takes instead.
    """
    said = unicodedata.normalize("NFC", said).strip()
    try:
        found = _READ[tag.type](plan, tag, said)
    except (ValueError, InvalidOperation, OverflowError):
        found = None
    if found is None:
        raise Refused(f"`{said[:MAX_TEXT]}` is no value of the tag `{tag.name}`", hint=_HINTS[tag.type])
    return found


def typed_value(tag: Tag, canonical: str) -> Value:
    """The value behind its canonical text; None where the tag has another type by now."""
    try:
        return _TYPED[tag.type](canonical)
    except ValueError:
        return None


def _text(plan: Plan, tag: Tag, said: str) -> str | None:
    del plan
    choices = [choice.value for choice in tag.choices]
    if choices and said not in choices:
        hint = did_you_mean(said, choices) or f"it takes {', '.join(choices)}"
        raise Refused(f"the tag `{tag.name}` has no choice `{said[:MAX_TEXT]}`", hint=hint)
    if _PERSONAL.search(unicodedata.normalize("NFKC", said)):
        raise Refused(
            f"`{tag.name}` would hold a phone number, an e-mail address or an ID",
            hint="a tag is plain and stays when a person is erased; personal values belong in a source's columns",
        )
    # No line breaks, no marks that turn the direction of writing: neither lists nor files can show them.
    is_plain = not any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for sign in said)
    return said if said and len(said) <= MAX_TEXT and is_plain else None


def _flag(plan: Plan, tag: Tag, said: str) -> str | None:
    del plan, tag
    return FLAGS.get(said.lower())


def _whole(plan: Plan, tag: Tag, said: str) -> str | None:
    del plan, tag
    return _integer(Decimal(said)) if re.fullmatch(r"[+-]?[0-9]{1,19}", said) else None


def _number(plan: Plan, tag: Tag, said: str) -> str | None:
    del plan, tag
    number = (
        float(said) if re.fullmatch(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?(e[+-]?[0-9]{1,3})?", said) else None
    )
    return repr(number) if number is not None and isfinite(number) else None


def _money(plan: Plan, tag: Tag, said: str) -> str | None:
    del tag
    if not re.fullmatch(r"[+-]?[0-9]{1,19}(\.[0-9]{1,9})?", said):
        return None
    return _integer(Decimal(said) * plan.settings.money.minor_per_major)


def _integer(value: Decimal) -> str | None:
    is_whole = value == value.to_integral_value() and MIN_WHOLE <= value <= MAX_WHOLE
    return str(int(value)) if is_whole else None


def _day(plan: Plan, tag: Tag, said: str) -> str | None:
    del plan, tag
    return date.fromisoformat(said).isoformat() if len(said) == len("2026-06-30") else None


def _moment(plan: Plan, tag: Tag, said: str) -> str | None:
    del tag
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=plan.settings.zone)
    return moment.astimezone(UTC).strftime(MOMENT_FORM)


_READ: dict[str, Callable[[Plan, Tag, str], str | None]] = {
    "text": _text,
    "flag": _flag,
    "whole": _whole,
    "number": _number,
    "money": _money,
    "day": _day,
    "moment": _moment,
}

_TYPED: dict[str, Callable[[str], Value]] = {
    "text": str,
    "flag": lambda canonical: canonical == "true",
    "whole": int,
    "number": float,
    "money": int,
    "day": date.fromisoformat,
    "moment": lambda canonical: datetime.strptime(canonical, MOMENT_FORM).replace(tzinfo=UTC),
}

_HINTS = {
    "text": f"it takes one line of at most {MAX_TEXT} characters, without control characters",
    "flag": "it takes yes or no",
    "whole": "it takes a whole number such as 12",
    "number": "it takes a number such as 0.5",
    "money": "it takes an amount of the plan's currency such as 12.50",
    "day": "it takes a day such as 2026-06-30",
    "moment": "it takes a day and time such as 2026-06-30T18:00, in the plan's zone or with its offset",
}
