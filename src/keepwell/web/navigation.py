"""The main navigation: which pages stand in it, in their order, and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keepwell.access.model import Permission, Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the main navigation. ``key`` is of its text, ``icon`` of its picture."""

    path: str
    key: str
    icon: str
    permission: Permission

    def holds(self, path: str) -> bool:
        """Whether the page at ``path`` is this one, or stands beneath it."""
        return path == self.path or (self.path != "/" and path.startswith(f"{self.path}/"))


ENTRIES = (
    Entry("/", "nav.today", "clock", Permission.SEE_CUSTOMERS),
    Entry("/customers", "nav.people", "users", Permission.SEE_CUSTOMERS),
    Entry("/explore", "explore.title", "chart-line", Permission.SEE_CUSTOMERS),
    Entry("/segments", "segments.title", "filter", Permission.SEE_CUSTOMERS),
    Entry("/plan", "nav.plan", "file-text", Permission.SEE_CUSTOMERS),
    Entry("/sources", "nav.sources", "database", Permission.SEE_DATA),
    Entry("/runs", "nav.runs", "refresh", Permission.SEE_DATA),
)


def navigation(viewer: Viewer) -> Iterator[Entry]:
    """What a viewer may open."""
    return (entry for entry in ENTRIES if viewer.may(entry.permission))
