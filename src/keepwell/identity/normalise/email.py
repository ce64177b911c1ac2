"""E-mail addresses."""

from __future__ import annotations

from dataclasses import dataclass, field

from keepwell.identity.normalise.invalid import Invalid


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address in the form that identifies: lower case, the domain in ASCII (``xn--…``)."""

    address: str = field(repr=False)


def email(text: str) -> Email | Invalid:
    """Bring an e-mail address to one form."""
    raise NotImplementedError
