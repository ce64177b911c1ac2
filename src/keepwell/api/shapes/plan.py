"""The plan: its definitions, its versions, and what is wrong with one."""

from __future__ import annotations

from pydantic import Field

from keepwell.api.shapes.refusals import Wrong
from keepwell.api.shapes.shared import Instant, Shape, Words


class Definition(Shape):
    """Something that the plan defines."""

    kind: str = Field(examples=["segment"])
    name: str
    label: Words
    about: Words | None
    file: str
    line: int
    shipped: bool = Field(description="whether it comes with Keepwell")
    asleep: bool = Field(description="no source gives what it rests on")


class PublishedPlan(Shape):
    """Everything that is defined."""

    plan_version: int
    definitions: list[Definition]


class DefinitionText(Definition):
    """A definition as it is written."""

    plan_version: int
    text: str = Field(description="YAML")
    uses: list[str] = Field(description="the definitions it rests on")


class VersionEntry(Shape):
    """A published version."""

    number: int
    at: Instant
    author: str
    reason: str
    sha256: str


class VersionList(Shape):
    """A page of the versions, the newest first."""

    versions: list[VersionEntry]
    next_cursor: str | None


class VersionFiles(VersionEntry):
    """A published version with its files."""

    files: dict[str, str] = Field(description="path → text")


class CheckedPlan(Shape):
    """Whether files make a plan, and all that is wrong where they do not."""

    is_good: bool
    problems: list[Wrong]
