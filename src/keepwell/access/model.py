"""The viewer: who is asking, and how far they see."""

from __future__ import annotations

from dataclasses import dataclass

ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is asking. ``scope`` is the text of an expression over customers; None sees everybody."""

    user_id: int
    name: str
    roles: frozenset[str]
    scope: str | None = None
