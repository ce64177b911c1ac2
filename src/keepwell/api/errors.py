"""What can go wrong when a program asks, besides what every surface knows."""

from __future__ import annotations

from keepwell.core.errors import Conflict, Forbidden, Refused


class KeyNeeded(Forbidden):
    """A program asked without a key, or with one that is unknown, revoked or expired."""

    http_status = 401


class CursorRefused(Refused):
    """A cursor that this API did not give, or gave to another question."""


class CursorGone(Conflict):
    """A cursor of data that are gone: a run has published newer ones since. Begin again without it."""

    http_status = 410
