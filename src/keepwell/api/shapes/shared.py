"""What shapes have in common: texts in both languages, instants, values of fields, and what they are as of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


def _aware(given: object) -> object:
    """The lake's instants are in UTC and do not say so."""
    return given.replace(tzinfo=UTC) if isinstance(given, datetime) and given.tzinfo is None else given


def _plain(given: object) -> object:
    """A field's value as JSON has it."""
    if isinstance(given, datetime):
        return given.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return given.isoformat() if isinstance(given, date) else given


Instant = Annotated[datetime, BeforeValidator(_aware), AfterValidator(lambda at: at.astimezone(UTC))]
"""An instant in UTC."""
PlainValue = Annotated[bool | int | float | str | None, BeforeValidator(_plain)]
"""A value of a field: money as a whole number of the minor unit, a day and a moment as ISO 8601 writes them."""
Values = dict[str, PlainValue]
CustomerId = Annotated[str, Field(examples=["c0123456789abcdef0123"])]
Minor = Annotated[int, Field(description="in the currency's minor unit")]


class Shape(BaseModel):
    """Read from the attributes of what the rooms answer."""

    model_config = ConfigDict(from_attributes=True)


class Words(Shape):
    """A text of the plan in each language; where it has none in one, in the plan's own."""

    en: str
    zh: str


class AsOf(Shape):
    """What all figures of an answer are as of: a run, and the plan it ran."""

    run_id: str
    as_of: Instant
    plan_version: int
    currency: str = Field(examples=["CNY"], description="of all amounts; they are in its minor unit")
