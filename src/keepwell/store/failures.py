"""The databases' own failures as sentences, without addresses' passwords or values."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from keepwell.store.errors import StoreUnavailable, TextRefused

Sentence = tuple[str, str]

NUL_REFUSED = "NUL (0x00)"
"""In what psycopg says before it sends anything; there is no SQLSTATE."""

# The beginning of an SQLite error name, or of a PostgreSQL SQLSTATE -> what, hint.
SQLITE_SENTENCES: dict[str, Sentence] = {
    "SQLITE_BUSY": ("is locked by another program", "wait for it to finish, or stop it, and try again"),
    "SQLITE_LOCKED": ("is locked by another program", "wait for it to finish, or stop it, and try again"),
    "SQLITE_FULL": ("cannot grow: the disk is full", "free some space; nothing of this change was kept"),
    "SQLITE_IOERR": ("cannot be read or written", "look at the disk and its free space"),
    "SQLITE_CANTOPEN": ("cannot be opened", "see that the file is there and that you may read it"),
    "SQLITE_READONLY": ("may not be written", "see that you may write the file and its folder"),
    "SQLITE_NOTADB": ("is not a SQLite file", "see that the path is right"),
    "SQLITE_CORRUPT": ("is damaged", "restore it from a backup"),
    "SQLITE_PERM": ("may not be opened", "see that you may read and write the file"),
}
POSTGRES_SENTENCES: dict[str, Sentence] = {
    "55P03": ("is locked by another transaction", "try again in a moment"),
    "40": ("was changed by another transaction at the same moment", "try again"),
    "57014": ("took too long and was stopped", "try again when it is less busy"),
    "57P": ("is shutting down or starting", "try again in a moment"),
    "53100": ("cannot grow: its disk is full", "free some space; nothing of this change was kept"),
    "53300": ("has no connection left", "try again, or raise its max_connections"),
    "53": ("is out of resources", "try again when it is less busy"),
    "28": ("refuses this user or password", "look at the user and password in its address"),
    "3D000": ("does not exist", "make the database first"),
    "42501": ("does not let this user do that", "grant the user the rights on the database"),
    "08": ("cannot be reached", "see that the server runs and that the address is right"),
}


@contextmanager
def reported(name: str) -> Iterator[None]:
    """Turn a failure of the database called ``name`` into StoreUnavailable; let everything else through.

    A text that PostgreSQL cannot keep is no failure of its own: TextRefused.
    """
    try:
        yield
    except PoolTimeout:
        raise StoreUnavailable(
            f"the store {name} has all its connections in use", hint="try again in a moment"
        ) from None
    except DBAPIError as error:
        if isinstance(error, DataError) and NUL_REFUSED in str(error.orig):
            raise TextRefused(
                "a text holds the character NUL, which cannot be kept", hint="take it out; nobody can see it"
            ) from None
        sentence = _sentence(error)
        if sentence is None:
            raise
        what, hint = sentence
        raise StoreUnavailable(f"the store {name} {what}", hint=hint) from error
    except sqlite3.Error as error:
        found = _first(SQLITE_SENTENCES, getattr(error, "sqlite_errorname", ""))
        if found is None:
            raise
        raise StoreUnavailable(f"the store {name} {found[0]}", hint=found[1]) from error


def _sentence(error: DBAPIError) -> Sentence | None:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _first(SQLITE_SENTENCES, getattr(cause, "sqlite_errorname", ""))
    state = getattr(cause, "sqlstate", None)
    if state is None:
        if isinstance(error, OperationalError) or error.connection_invalidated:
            return _unreachable(str(cause))
        return None
    return _first(POSTGRES_SENTENCES, state)


def _first(sentences: dict[str, Sentence], code: str) -> Sentence | None:
    return next((found for start, found in sentences.items() if code.startswith(start)), None)


def _unreachable(detail: str) -> Sentence:
    """A failed connection carries no SQLSTATE in psycopg, only the server's words."""
    for words, code in (("does not exist", "3D000"), ("authentication failed", "28"), ("too many", "53300")):
        if words in detail:
            return POSTGRES_SENTENCES[code]
    return POSTGRES_SENTENCES["08"]
