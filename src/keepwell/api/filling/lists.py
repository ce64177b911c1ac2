"""Fills saved lists."""

from __future__ import annotations

from keepwell.access.model import Viewer
from keepwell.api.shapes.lists import SavedList
from keepwell.lists.model import EVERYBODY
from keepwell.lists.model import SavedList as Saved


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
