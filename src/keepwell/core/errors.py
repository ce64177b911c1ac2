"""Everything that can go wrong, as one tree.

    KeepwellError
    ├── Refused            what you gave cannot be used: mend it and try again      (exit 1, HTTP 422)
    │   ├── PlanRefused        the plan folder
    │   ├── ExpressionRefused  an expression
    │   └── InputRefused       a file, a table, an upload
    ├── NotFound           there is nothing by that name                            (exit 1, HTTP 404)
    ├── Conflict           somebody else changed it, or it is there already         (exit 1, HTTP 409)
    ├── Forbidden          you may not                                              (exit 1, HTTP 403)
    ├── LimitExceeded      more than a stated limit allows                          (exit 1, HTTP 429)
    └── Unavailable        the machine, not you: locked, full, unreachable          (exit 3, HTTP 503)

A room's own errors are subclasses of these, kept in its ``errors.py``. Exit code 2 is a wrong command line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: what, where, and how to mend it.

    ``file`` is relative to what the user knows (the plan folder, the working folder). ``line`` and ``column``
    count from 1. ``field`` names the column, key or definition. ``hint`` is a sentence that says what to do.
    """

    what: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    field: str | None = None
    hint: str | None = None

    def where(self) -> str:
        """``file:line:column``, as far as known; empty when nothing is."""
        parts = [self.file, self.line, self.column]
        return ":".join(str(part) for part in parts if part is not None)

    def __str__(self) -> str:
        text = self.what if not self.field else f"{self.field}: {self.what}"
        if self.where():
            text = f"{self.where()}: {text}"
        return f"{text} ({self.hint})" if self.hint else text


class KeepwellError(Exception):
    """Base of all errors that a user sees as a sentence and never as a stack trace."""

    exit_code = 1
    http_status = 422

    def __init__(self, what: str | Problem | Iterable[Problem], *, hint: str | None = None) -> None:
        if isinstance(what, str):
            what = Problem(what, hint=hint)
        self.problems: tuple[Problem, ...] = (what,) if isinstance(what, Problem) else tuple(what)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Refused(KeepwellError):
    """What was given cannot be used; the text says what to mend."""


class PlanRefused(Refused):
    """The plan folder has errors; nothing was published or run."""


class ExpressionRefused(Refused):
    """An expression has errors, each with its position."""


class InputRefused(Refused):
    """A file or table cannot be read at all; nothing of it was taken in."""


class NotFound(KeepwellError):
    """There is nothing by that name."""

    http_status = 404


class Conflict(KeepwellError):
    """It was changed meanwhile, or exists already."""

    http_status = 409


class Forbidden(KeepwellError):
    """The viewer may not do that."""

    http_status = 403


class LimitExceeded(KeepwellError):
    """More than a stated limit allows."""

    http_status = 429


class Unavailable(KeepwellError):
    """Something outside is locked, full or unreachable; trying later may help."""

    exit_code = 3
    http_status = 503
