"""A definition switched off, and on again; nothing of it is lost in between."""

from __future__ import annotations

from keepwell.catalog.editing import Piece, added, replaced, without
from keepwell.catalog.files import PlanFiles
from keepwell.catalog.rewriting import body_of, rewritten

OFF = "off"


def switched_off(files: PlanFiles, piece: Piece, name: str) -> PlanFiles:
    """The plan's files with a definition off: its own text says so, and of a shipped one a line of the plan's.

    ``name`` is of a shipped definition's one window; of the plan's own family all windows are switched.
    """
    if piece.is_shipped:
        return added(files, f"{piece.kind}: {name}\n{OFF}: true\n")
    return replaced(files, piece, rewritten(piece.text, (body_of(piece.text) or {}) | {OFF: True}))


def switched_on(files: PlanFiles, piece: Piece) -> PlanFiles:
    """The plan's files with a definition on again: what only said that it is off is gone."""
    body = body_of(piece.text) or {}
    kept = {key: value for key, value in body.items() if key != OFF}
    if set(kept) == {piece.kind}:
        return without(files, piece)
    return replaced(files, piece, rewritten(piece.text, kept))
