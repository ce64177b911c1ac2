"""What a definition means, as one short text: it changes when the meaning does, not with labels or line breaks."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any

from keepwell.catalog.kinds import Definition, Measure, Rhythm, Segment
from keepwell.catalog.plan import Plan

FOR_PEOPLE = frozenset({"label", "about", "owner", "unit", "say"})
"""Keys that say something to people and decide nothing."""
OF_A_LIST = frozenset({"worth", "reasons"})
"""Keys of a segment that decide how it is shown, not who is in it."""


def fingerprint_of_segment(plan: Plan, name: str) -> str:
    """A fingerprint of a segment's condition and of every field it rests on, however far down.

    Facts and how sources read them are no part of it: with other facts customers move, and the meaning stays.
    """
    meaning = {f"segment {name}": decisive(plan, plan.segments[name])}
    waiting = set(plan.checked(name, "segment")["where"].fields)
    while waiting:
        owner = plan.owner(waiting.pop())
        if owner is None or f"{owner.kind} {owner.name}" in meaning:
            continue
        meaning[f"{owner.kind} {owner.name}"] = decisive(plan, owner)
        if not isinstance(owner, Measure | Rhythm):  # those rest on columns of facts, whose names are others
            waiting |= plan.depends_on(owner.name, owner.kind)
    world = {"time_zone": plan.settings.time_zone, "currency": plan.settings.currency}
    return sha256(json.dumps([meaning, world], sort_keys=True).encode()).hexdigest()[:16]


def decisive(plan: Plan, definition: Definition) -> dict[str, Any]:
    """The keys of a definition that decide what it means, expressions in their canonical form."""
    left_out = OF_A_LIST if isinstance(definition, Segment) else frozenset()
    body = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=set(left_out))
    for place, checked in plan.checked(definition.name, definition.kind).items():
        _put(body, re.findall(r"\w+", place), str(checked))
    kept = _without(body)
    assert isinstance(kept, dict)
    return kept


def _put(body: Any, path: list[str], text: str) -> None:  # noqa: ANN401 - JSON of any shape
    """Replace the text at ``cases 0 when``; nothing where a key on the way was left out."""
    for part in path[:-1]:
        body = body[int(part)] if isinstance(body, list) else body.get(part)
        if body is None:
            return
    body[path[-1]] = text


def _without(body: object) -> object:
    if isinstance(body, dict):
        return {key: _without(value) for key, value in body.items() if key not in FOR_PEOPLE}
    return [_without(item) for item in body] if isinstance(body, list) else body
