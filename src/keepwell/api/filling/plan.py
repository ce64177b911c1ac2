"""Fills the plan: its definitions, its versions, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Sequence

from keepwell.api.filling.shared import label_of, words
from keepwell.api.refusals import wrongs
from keepwell.api.shapes.plan import CheckedPlan, Definition, DefinitionText, VersionEntry, VersionFiles
from keepwell.catalog.editing import piece_of
from keepwell.catalog.files import PlanFiles
from keepwell.catalog.kinds import Definition as Defined
from keepwell.catalog.plan import Plan
from keepwell.core.errors import Problem
from keepwell.publishing.queries import Version, VersionLine


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
