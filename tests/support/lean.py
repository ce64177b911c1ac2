"""Plans that do without most of what is shipped: for tests of whole runs, each of which would compute it all."""

from __future__ import annotations

from functools import cache

from keepwell.catalog.draft import shipped_entries
from keepwell.catalog.kinds import DerivedField, Ranking, Segment
from support.plans import good


@cache
def only(*kept: str) -> dict[str, str]:
    """Files that switch every shipped definition off but these segments and fields and what they rest on."""
    needed = _needed(kept)
    off: dict[str, list[str]] = {"fields": [], "segments": []}
    for entry in shipped_entries():
        if entry.name not in needed:
            folder = "segments" if isinstance(entry.definition, Segment) else "fields"
            off[folder].append(f"{entry.definition.kind}: {entry.name}\noff: true\n")
    return {f"{folder}/off.yml": "---\n".join(texts) for folder, texts in off.items()}


def _needed(names: tuple[str, ...]) -> set[str]:
    plan = good()
    needed: set[str] = set()
    waiting = list(names)
    while waiting:
        found = plan.definition(waiting.pop())
        if found.name not in needed:
            needed.add(found.name)
            if isinstance(found, DerivedField | Ranking | Segment):
                waiting += plan.depends_on(found.name, found.kind)
    return needed
