"""What can go wrong when plans are published and pulled."""

from __future__ import annotations

from keepwell.core.errors import Conflict, NotFound


class NotPulled(Conflict):
    """The published plan was changed since the folder was in step with it; the text shows the difference."""


class NotPublished(Conflict):
    """Pulling would overwrite edits of the folder that are not published; the text shows the difference."""


class NoSuchVersion(NotFound):
    """No version of the plan has that number."""
