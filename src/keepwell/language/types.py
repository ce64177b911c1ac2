"""What a field may hold, and the record of fields that an expression may use."""

from __future__ import annotations

from collections.abc import Iterable, KeysView, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from keepwell.core.money import Currency

Value = int | float | str | bool | date | datetime | None
"""One value: ``None`` is missing. Money is ``int`` in minor units; a moment is aware and in UTC."""

MIN_WHOLE = -(2**63)
MAX_WHOLE = 2**63 - 1
MAX_NUMBER = 1.7976931348623157e308
MAX_ROUNDED = 2**53
"""Beyond this a float64 no longer holds every whole number, so nothing is rounded to one."""


class Type(Enum):
    """The seven types of the language. A choice is text whose field lists its values."""

    WHOLE = "whole"
    NUMBER = "number"
    MONEY = "money"
    TEXT = "text"
    FLAG = "flag"
    DAY = "day"
    MOMENT = "moment"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Field:
    """A named, typed value of a record; ``choices`` are the only texts it may hold, where they are known."""

    name: str
    type: Type
    choices: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.choices is not None and self.type is not Type.TEXT:
            raise ValueError(f"field {self.name!r} is {self.type}: only text has choices")


@dataclass(frozen=True, slots=True)
class Record:
    """The fields an expression may use, by name, and the currency its money is in."""

    fields: Mapping[str, Field]
    currency: Currency

    @classmethod
    def of(cls, fields: Iterable[Field], currency: Currency) -> Record:
        """A record of these fields; a name given twice is a ``ValueError``."""
        by_name: dict[str, Field] = {}
        for field in fields:
            if by_name.setdefault(field.name, field) is not field:
                raise ValueError(f"two fields are named {field.name!r}")
        return cls(by_name, currency)

    @property
    def names(self) -> KeysView[str]:
        """The names to suggest from."""
        return self.fields.keys()
