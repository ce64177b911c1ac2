"""What shapes have in common: texts in both languages, instants, values of fields, and what they are as of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from keepwell.answers.sight import Sight
from keepwell.catalog.plan import Plan
from keepwell.catalog.texts import Text
from keepwell.language.types import Value


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


def as_of(sight: Sight) -> AsOf:
    """What an answer is as of."""
    info = sight.snapshot.info
    return AsOf(
        run_id=info.run_id,
        as_of=info.as_of,
        plan_version=info.plan_version,
        currency=sight.plan.settings.money.code,
    )


def in_both(told: Callable[[str], str]) -> Words:
    """A text from how it is said in a language."""
    return Words(en=told("en"), zh=told("zh"))


def words(plan: Plan, text: Text | None) -> Words | None:
    """A text of the plan."""
    return None if text is None else in_both(lambda language: text.in_(language, plan.settings.language))


def label_of(plan: Plan, name: str, kind: str | None = None) -> Words:
    """What people call a definition."""
    return in_both(lambda language: plan.label(name, language, kind))


def chosen(values: Mapping[str, Value], names: Collection[str] | None) -> dict[str, Value]:
    """The values of some fields, of all where none are named."""
    return {name: value for name, value in values.items() if names is None or name in names}
