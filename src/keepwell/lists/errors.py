"""What can go wrong with what people keep of the list."""

from __future__ import annotations

from keepwell.core.errors import Conflict, LimitExceeded


class NameTaken(Conflict):
    """The person has another saved list by that name."""


class TooManyLists(LimitExceeded):
    """The person keeps as many lists as one may."""
