"""The main navigation: which pages stand in it, in their order, and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from keepwell.access.model import Permission, Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the main navigation. ``key`` is of its text, ``icon`` of its picture."""

    path: str
    key: str
    icon: str
    permission: Permission
    below: tuple[Entry, ...] = ()
    """The pages of its sub-navigation, which may stand at other addresses."""

    def holds(self, path: str) -> bool:
        """Whether the page at ``path`` is this one, or stands beneath it."""
        is_beneath = self.path != "/" and path.startswith(f"{self.path}/")
        return path == self.path or is_beneath or any(entry.holds(path) for entry in self.below)


OVERVIEW = "/system"

SYSTEM = (
    Entry(OVERVIEW, "system.overview", "info-circle", Permission.SEE_DATA),
    Entry("/sources", "nav.sources", "database", Permission.SEE_DATA),
    Entry("/runs", "nav.runs", "refresh", Permission.SEE_DATA),
    Entry("/system/users", "nav.users", "key", Permission.MANAGE_ACCESS),
    Entry("/system/keys", "nav.keys", "key", Permission.MANAGE_ACCESS),
    Entry("/system/audit", "nav.audit", "history", Permission.SEE_AUDIT),
)
"""The sub-navigation of System, shown on each of its pages."""


ENTRIES = (
    Entry("/", "nav.today", "clock", Permission.SEE_CUSTOMERS),
    Entry("/customers", "nav.people", "users", Permission.SEE_CUSTOMERS),
    Entry("/explore", "explore.title", "chart-line", Permission.SEE_CUSTOMERS),
    Entry("/segments", "segments.title", "filter", Permission.SEE_CUSTOMERS),
    Entry("/plan", "nav.plan", "file-text", Permission.SEE_CUSTOMERS),
    Entry(OVERVIEW, "nav.system", "settings", Permission.SEE_DATA, below=SYSTEM),
)


def navigation(viewer: Viewer) -> Iterator[Entry]:
    """What a viewer may open; an entry with pages below leads to the first of them that the viewer may open."""
    for entry in ENTRIES:
        allowed = next((each for each in entry.below or (entry,) if viewer.may(each.permission)), None)
        if allowed is not None:
            yield replace(entry, path=allowed.path)


def system_navigation(viewer: Viewer | None, path: str) -> tuple[tuple[Entry, bool], ...]:
    """The pages of System that a viewer may open, each with whether the page at ``path`` is it; none elsewhere.

    All of them may stand beneath the overview's address, so that the overview is here only at its own.
    """
    if viewer is None or not any(entry.holds(path) for entry in SYSTEM):
        return ()
    return tuple(
        (entry, path == OVERVIEW if entry.path == OVERVIEW else entry.holds(path))
        for entry in SYSTEM
        if viewer.may(entry.permission)
    )
