"""The plan: its definitions, its versions, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from keepwell.api.refusals import Wrong, wrongs
from keepwell.api.shapes.shared import Instant, Shape, Words, label_of, words
from keepwell.catalog.editing import piece_of
from keepwell.catalog.files import PlanFiles
from keepwell.catalog.kinds import Definition as Defined
from keepwell.catalog.plan import Plan
from keepwell.core.errors import Problem
from keepwell.publishing.queries import Version, VersionLine


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


def definitions(plan: Plan) -> list[Definition]:
    """Everything that is defined, with what is asleep."""
    return [_definition(plan, each) for each in (*plan.definitions(), *plan.asleep)]


def definition_text(number: int, plan: Plan, files: PlanFiles, kind: str, name: str) -> DefinitionText:
    """One definition. Raises NotFound."""
    found = plan.definition(name, kind)
    return DefinitionText(
        **_definition(plan, found).model_dump(),
        plan_version=number,
        text=piece_of(files, plan.origin(found.name, found.kind)).text,
        uses=sorted(plan.depends_on(found.name, found.kind)),
    )


def _definition(plan: Plan, found: Defined) -> Definition:
    origin = plan.origin(found.name, found.kind)
    return Definition(
        kind=found.kind,
        name=found.name,
        label=label_of(plan, found.name, found.kind),
        about=words(plan, found.about),
        file=origin.file,
        line=origin.line,
        shipped=origin.shipped,
        asleep=found in plan.asleep,
    )


def version_entry(found: VersionLine) -> VersionEntry:
    """A version without its files."""
    return VersionEntry.model_validate(found)


def version_files(found: Version) -> VersionFiles:
    """A version with its files."""
    return VersionFiles(**version_entry(found).model_dump(), files=dict(found.files))


def checked_plan(problems: Sequence[Problem]) -> CheckedPlan:
    """What was found."""
    return CheckedPlan(is_good=not problems, problems=wrongs(problems))
