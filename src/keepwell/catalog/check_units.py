"""Checking [units] of keepwell.toml: the field that says to which unit a customer belongs."""

from __future__ import annotations

from keepwell.catalog.check import Checking
from keepwell.catalog.files import SETTINGS_FILE
from keepwell.catalog.settings import Settings, line_of
from keepwell.core.errors import Problem
from keepwell.core.nearest import did_you_mean
from keepwell.language.types import Type


def unit_problems(text: str, settings: Settings | None, checking: Checking) -> list[Problem]:
    """What is wrong with ``[units]``; ``text`` is that of keepwell.toml, for the line."""
    if settings is None or settings.units is None:
        return []
    name, line = settings.units.field, line_of(text, ("units", "field"))
    if name in checking.findings.broken:
        return []  # the error that hides the field is told already
    found = checking.fields.get(name)
    problems: list[Problem] = []
    if found is None:
        texts = [known for known, field in checking.fields.items() if field.type is Type.TEXT]
        hint = did_you_mean(name, texts) or "name a field whose value is text, such as `last_store`"
        what = f"customers have no field `{name}`"
        problems.append(Problem(what, file=SETTINGS_FILE, line=line, field="units.field", hint=hint))
    elif found.type is not Type.TEXT:
        what = f"`{name}` is {found.type}, and a unit is text"
        hint = "name a field that holds the unit's id as the source of units writes it"
        problems.append(Problem(what, file=SETTINGS_FILE, line=line, field="units.field", hint=hint))
    if not any(source.fact == "unit" for source in checking.sources):
        what = "no source gives the units"
        hint = "describe their file in sources/ with `fact: unit`, or leave [units] out"
        problems.append(Problem(what, file=SETTINGS_FILE, line=line, field="units", hint=hint))
    return problems
