"""Tags by hand: which there are, what was said by one, and of whom."""

from __future__ import annotations

from pydantic import Field

from keepwell.api.shapes.business import Choice
from keepwell.api.shapes.shared import Instant, Shape, Words


class TagEntry(Shape):
    """A tag: a field whose value people say."""

    name: str
    label: Words
    about: Words | None
    type: str = Field(examples=["text"])
    choices: list[Choice] = Field(description="its only values, where it has some")


class TagList(Shape):
    """Every tag of the plan."""

    plan_version: int
    tags: list[TagEntry]


class SaidTag(Shape):
    """What was said of whom. It shows in fields and segments after the next run."""

    tag: str
    value: str | None = Field(description="in the one form it is kept in; null: taken back")
    customers: int = Field(description="how many were meant")
    parties: int = Field(description="of how many identities it is news; of others it was said already")


class TagAct(Shape):
    """What this key's owner said of many at one time."""

    id: int
    tag: str
    value: str | None
    said_at: Instant
    parties: int
    undone_at: Instant | None


class TagActs(Shape):
    """The newest acts first, at most 20."""

    acts: list[TagAct]


class UndoneAct(Shape):
    """An act that was taken back."""

    id: int
    parties: int = Field(description="of how many identities what was said before counts again")
