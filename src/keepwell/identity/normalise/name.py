"""Names of persons."""

from __future__ import annotations

from dataclasses import dataclass, field

from keepwell.identity.normalise.invalid import Invalid


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name: NFC, single spaces, case as written. A name alone never identifies."""

    name: str = field(repr=False)


def person_name(text: str) -> Name | Invalid:
    """Bring a name to one form; placeholders and test rows are Invalid."""
    raise NotImplementedError
