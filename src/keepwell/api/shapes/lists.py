"""Saved lists: a question about customers that somebody keeps under a name."""

from __future__ import annotations

from pydantic import Field

from keepwell.access.model import Viewer
from keepwell.api.shapes.shared import Instant, Shape
from keepwell.lists.model import EVERYBODY
from keepwell.lists.model import SavedList as Saved


class SavedList(Shape):
    """A saved list. What it asks are parameters of /customers."""

    id: int
    name: str
    owner: str
    is_own: bool
    is_shared: bool
    segment: str | None = Field(description="none: everybody")
    where: str | None
    reason: str | None
    sort: str | None
    fields: list[str] = Field(description="the columns; none: the usual ones")
    changed_at: Instant


class SavedLists(Shape):
    """The lists of this key's owner by name, then those that others share."""

    lists: list[SavedList]


class RemovedList(Shape):
    """A list that is kept no more."""

    id: int


def saved_list(found: Saved, viewer: Viewer) -> SavedList:
    """A saved list."""
    asked = found.question
    return SavedList(
        id=found.id,
        name=found.name,
        owner=found.owner,
        is_own=found.user_id == viewer.user_id,
        is_shared=found.is_shared,
        segment=None if asked.segment == EVERYBODY else asked.segment,
        where=asked.where or None,
        reason=asked.reason,
        sort=asked.sort,
        fields=list(asked.columns),
        changed_at=found.changed_at,
    )
