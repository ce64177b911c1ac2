"""Names and passwords: what is allowed, and how passwords are kept."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from keepwell.access.errors import PasswordRefused

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
LONGEST_NAME = 100
# The ones of ten characters and more that guessers try first; shorter ones are refused by their length.
COMMON_PASSWORDS = frozenset(
    {
        "0123456789",
        "1234567890",
        "1234567891",
        "12345678910",
        "123456789a",
        "1314520520",
        "1q2w3e4r5t",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "5201314520",
        "9876543210",
        "a123456789",
        "abc1234567",
        "abc123456789",
        "abcd123456",
        "abcdefghij",
        "abcdefghijk",
        "admin12345",
        "admin123456",
        "administrator",
        "administrator1",
        "asdfghjkl1",
        "asdfghjkl123",
        "changeme123",
        "iloveyou123",
        "keepwell123",
        "keepwell1234",
        "keepwell2026",
        "letmein123",
        "letmein1234",
        "passw0rd123",
        "password12",
        "password123",
        "password1234",
        "password12345",
        "qwerty12345",
        "qwerty123456",
        "qwertyuiop",
        "qwertyuiop123",
        "welcome123",
        "welcome1234",
        "woaini1314",
        "woaini520520",
        "zxcvbnm123",
    }
)

HASHER = PasswordHasher()


def name_key(name: str) -> str:
    """The form in which names of users are compared."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def check_name(name: str) -> str:
    """The name as it is kept. Raises PasswordRefused for an empty or endless one."""
    kept = unicodedata.normalize("NFKC", name).strip()
    if not kept or len(kept) > LONGEST_NAME or not kept.isprintable():
        raise PasswordRefused(f"a name has 1 to {LONGEST_NAME} visible characters")
    return kept


def check_password(name: str, password: str) -> None:
    """Raise PasswordRefused for a password that is too short, the name, or among the first to be guessed."""
    folded = name_key(password)
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordRefused(
            f"the password is shorter than {SHORTEST_PASSWORD} characters",
            hint="several words with spaces are easy to remember",
        )
    if len(password) > LONGEST_PASSWORD:
        raise PasswordRefused(f"the password is longer than {LONGEST_PASSWORD} characters")
    if name_key(name) in {folded, folded[::-1]}:
        raise PasswordRefused("the password is the name", hint="choose another")
    if folded in COMMON_PASSWORDS or len(set(folded)) < SHORTEST_PASSWORD // 3:
        raise PasswordRefused("the password is one of the first that are guessed", hint="choose another")


def hash_password(password: str) -> str:
    """Argon2id, with its parameters and salt in the text. Takes some 50 ms and 64 MB on purpose."""
    return HASHER.hash(password)


def password_fits(password: str, kept: str | None) -> bool:
    """Whether a password is the one that is kept; for None or "" (no such user, no password) the same work, and no."""
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        HASHER.verify(kept or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hash_password("nobody has this password")
