"""What can go wrong when somebody signs in or sets a password."""

from __future__ import annotations

from datetime import timedelta

from keepwell.core.errors import Conflict, Forbidden, LimitExceeded, Refused


class PasswordRefused(Refused):
    """The password or name cannot be used; the text says why."""


class SignInRefused(Forbidden):
    """The name or the password is wrong; the text does not say which."""

    http_status = 401


class TooManyAttempts(LimitExceeded):
    """Too many failed sign-ins; ``retry_after_seconds`` says when to try again."""

    def __init__(self, wait: timedelta) -> None:
        self.retry_after_seconds = max(1, -(-wait // timedelta(seconds=1)))
        super().__init__(
            "too many failed attempts to sign in",
            hint=f"try again in {-(-self.retry_after_seconds // 60)} minutes",
        )


class KeyRefused(Refused):
    """A key cannot be made like this; the text says why."""


class TooManyRequests(LimitExceeded):
    """A key was used too often; ``retry_after_seconds`` says when to try again."""

    def __init__(self, wait: timedelta) -> None:
        self.retry_after_seconds = max(1, -(-wait // timedelta(seconds=1)))
        super().__init__(
            "too many requests with this key", hint=f"try again in {self.retry_after_seconds} seconds"
        )


class AlreadySetUp(Conflict):
    """There is a user already; the first administrator is made only once."""


class UserExists(Conflict):
    """Somebody has that name already."""


class LastAdministrator(Conflict):
    """Nobody would be left who may give access."""


class LinkRefused(Forbidden):
    """The link to a new password was used, replaced, or is older than a day."""


class FirstRunRefused(Forbidden):
    """The first-run link was used, replaced, or is older than a day."""
