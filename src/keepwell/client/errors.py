"""What can go wrong when a program asks over the network."""

from __future__ import annotations

from keepwell.api.shapes.refusals import Refusal
from keepwell.core.errors import KeepwellError, Problem, Unavailable


class ApiError(KeepwellError):
    """The API refused; ``problems`` say what, where and how to mend it.

    ``status`` is that of HTTP, ``error`` the name as the reference lists it, such as ``NotFound``, and
    ``request_id`` is what to look up in the server's log.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(
            Problem(each.what, each.file, each.line, each.column, each.field, each.hint)
            for each in refusal.problems
        )
        self.status = self.http_status = refusal.status
        self.error = refusal.error
        self.request_id = refusal.request_id


class NoAnswer(Unavailable):
    """Nobody answered, or what answered is no Keepwell; the text says what was tried."""
