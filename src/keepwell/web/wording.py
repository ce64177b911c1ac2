"""Fields of customers as pages show them: name, value, unit, and where an expression is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from keepwell.answers.persons import Person
from keepwell.answers.wording import MISSING, value_text
from keepwell.catalog.plan import Plan
from keepwell.core.errors import Problem
from keepwell.language.types import Value
from keepwell.web.reader import Reader

COLOURS = {
    "in_time": "green",
    "due": "yellow",
    "overdue": "orange",
    "broken_off": "red",
    "loyal": "green",
    "active": "green",
    "new": "green",
    "won_back": "green",
    "silent": "yellow",
    "at_risk": "orange",
    "dormant": "red",
    "lost": "red",
}
"""Zone of each shipped stage; the word always stands beside the colour. Other stages have none."""

UNITS = ("days", "times", "items", "ratio")
"""Units that stand behind a figure; of the others the figure itself tells."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in the reader's language; ``unit`` is empty where there is none or no value."""

    text: str
    unit: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line of an expression cut where it is wrong, and why."""

    before: str
    at: str
    after: str
    line: int | None
    column: int | None
    problem: Problem


def cell(reader: Reader, plan: Plan, name: str, value: Value) -> Cell:
    """A field's value."""
    unit = plan.unit(name)
    shown = reader.say(f"unit.{unit}") if unit in UNITS and value is not None else ""
    return Cell(value_text(plan, name, value, reader.language), shown)


def name_of(reader: Reader, plan: Plan, name: str) -> str:
    """What people call a field; the one that Keepwell fills itself has no definition to name it."""
    if name == "customer_id":
        return reader.say("field.customer_id")
    return plan.label(name, reader.language)


def person_text(person: Person | None) -> str:
    """What tells a customer in a list: their masked name, else a system's id of them; a dash for nobody."""
    if person is None:
        return MISSING
    return person.masked.get("name") or next(iter(person.party_keys), MISSING)


def about(reader: Reader, plan: Plan, name: str) -> str:
    """A sentence more about a field, or its name as expressions write it."""
    owner = plan.owner(name)
    text = owner.about.in_(reader.language, plan.settings.language) if owner and owner.about else ""
    return f"{text} ({name})".strip() if text else name


def stage_colour(stage: Value) -> str:
    """The colour of a stage's zone."""
    return COLOURS.get(str(stage), "secondary")


def excerpt(expression: str, problem: Problem) -> Excerpt:
    """Where an expression is wrong: the word that begins there, and its line around it."""
    lines = expression.splitlines() or [""]
    if problem.line is None or problem.column is None or problem.line > len(lines):
        return Excerpt("", "", "", None, None, problem)
    line, start = lines[problem.line - 1], problem.column - 1
    end = start
    while end < len(line) and (line[end].isalnum() or line[end] == "_"):
        end += 1
    end = max(end, start + 1)
    return Excerpt(line[:start], line[start:end] or "␣", line[end:], problem.line, problem.column, problem)
