"""Saved lists: a question about customers that somebody keeps under a name."""

from __future__ import annotations

from pydantic import Field

from keepwell.api.shapes.shared import Instant, Shape


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
