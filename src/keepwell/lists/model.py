"""What a list of customers asks, and what of it a plan does not have any more."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from keepwell.catalog.plan import Plan
from keepwell.core.errors import ExpressionRefused, Refused
from keepwell.language.check import check
from keepwell.language.nodes import And
from keepwell.language.parse import parse
from keepwell.language.show import show
from keepwell.language.types import Type

EVERYBODY = "everybody"
"""Stands in the place of a segment for no condition at all. No name of a segment can be the same."""
NAME_MAX = 100


@dataclass(frozen=True, slots=True)
class Question:
    """Whom a list shows, in which order, with which columns.

    ``where`` narrows the segment, ``reason`` leaves those for whom that reason of it holds. Without ``sort`` those
    most worth come first; without ``columns`` the usual ones are shown.
    """

    segment: str
    where: str = ""
    reason: str | None = None
    sort: str | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedList:
    """A question that somebody keeps under a name; ``is_shared`` with everybody who may see customers."""

    id: int
    user_id: int
    owner: str
    name: str
    is_shared: bool
    question: Question
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Fault:
    """Something a question names that the plan does not have: a segment, reason, sort or column, or the condition."""

    part: str
    name: str


def conditions_of(plan: Plan, question: Question) -> tuple[str, ...]:
    """The expressions that every customer of a list meets, as text. The plan has the segment and the reason."""
    found = []
    if question.segment != EVERYBODY:
        segment = plan.segments[question.segment]
        found.append(segment.where)
        found += [each.when for each in segment.reasons if each.name == question.reason]
    if question.where:
        found.append(question.where)
    return tuple(found)


def condition_of(plan: Plan, question: Question) -> str:
    """The one expression that every customer of a list meets, as text; empty for everybody."""
    parts = tuple(map(parse, conditions_of(plan, question)))
    return show(And(parts) if len(parts) > 1 else parts[0]) if parts else ""


def faults(plan: Plan, question: Question) -> tuple[Fault, ...]:
    """All that a question names and the plan does not have."""
    return tuple(_faults(plan, question))


def _faults(plan: Plan, question: Question) -> Iterator[Fault]:
    fields, segment = plan.customer_record().fields, plan.segments.get(question.segment)
    if segment is None and question.segment != EVERYBODY:
        yield Fault("segment", question.segment)
    elif question.reason and question.reason not in {
        each.name for each in (segment.reasons if segment else ())
    }:
        yield Fault("reason", question.reason)
    if question.where:
        try:
            check(question.where, plan.customer_record(), expect=Type.FLAG)
        except ExpressionRefused as refused:
            yield Fault("condition", refused.problems[0].what)
    if question.sort and question.sort.removeprefix("-") not in fields:
        yield Fault("sort", question.sort.removeprefix("-"))
    for name in question.columns:
        if name not in fields:
            yield Fault("column", name)


def plain_line(text: str, what: str, *, least: int = 1, most: int = NAME_MAX) -> str:
    """What a person wrote as one line, as it is kept. Raises Refused for too little, too much, or what nobody sees."""
    kept = unicodedata.normalize("NFC", text).strip()
    if len(kept) < least or len(kept) > most:
        raise Refused(f"{what} has {least} to {most} characters, not {len(kept):,}")
    if not kept.isprintable():
        raise Refused(
            f"{what} holds characters that nobody can see", hint="type it anew instead of pasting it"
        )
    return kept
