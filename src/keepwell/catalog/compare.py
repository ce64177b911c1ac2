"""What is different between two plans: which definitions, and whether they mean something else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from keepwell.catalog.fingerprint import decisive, fingerprint_of_segment
from keepwell.catalog.kinds import Definition
from keepwell.catalog.plan import Key, Plan


class How(StrEnum):
    """How a definition is different in the second plan."""

    ADDED = "added"
    GONE = "gone"
    """Switched off, or renamed."""
    MEANING = "meaning"
    TEXTS = "texts"
    """Only what it says to people."""
    ASLEEP = "asleep"
    AWAKE = "awake"


@dataclass(frozen=True, slots=True)
class Different:
    """A definition that two plans do not have alike."""

    kind: str
    name: str
    how: How


def differences(before: Plan, after: Plan) -> tuple[Different, ...]:
    """Every definition that is different, in the order of the second plan; those that are gone come last."""
    old, new = everything(before), everything(after)
    slept, sleeps = ({(each.kind, each.name) for each in plan.asleep} for plan in (before, after))
    found = []
    for key, definition in new.items():
        if key not in old:
            found.append(Different(*key, How.ADDED))
        elif (key in slept) != (key in sleeps):
            found.append(Different(*key, How.ASLEEP if key in sleeps else How.AWAKE))
        elif old[key] != definition:
            same = decisive(before, old[key]) == decisive(after, definition)
            found.append(Different(*key, How.TEXTS if same else How.MEANING))
    return (*found, *(Different(*key, How.GONE) for key in old if key not in new))


def means_the_same(before: Plan, after: Plan, key: Key) -> bool:
    """Whether both plans have a definition, and it says the same of itself; what it rests on may be different."""
    old, new = everything(before), everything(after)
    return key in old and key in new and decisive(before, old[key]) == decisive(after, new[key])


def segments_that_differ(before: Plan, after: Plan) -> tuple[str, ...]:
    """The segments whose condition, or a field it rests on however far down, is different; in order of name."""

    def meaning(plan: Plan, name: str) -> str | None:
        return fingerprint_of_segment(plan, name) if name in plan.segments else None

    names = sorted({*before.segments, *after.segments})
    return tuple(name for name in names if meaning(before, name) != meaning(after, name))


def everything(plan: Plan) -> dict[Key, Definition]:
    """Every definition of a plan, asleep or not."""
    return {(each.kind, each.name): each for each in (*plan.definitions(), *plan.asleep)}
