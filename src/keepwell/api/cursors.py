"""Cursors: where the next page of an answer begins, of which question, and as of which data."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from keepwell.answers.customer import Place
from keepwell.api.errors import CursorGone, CursorRefused

FORMAT = 1
LIMIT_MAX = 500
CURSOR_LENGTH_MAX = 4_000
AFTER_MAX = 2**31 - 1
EARLIEST, LATEST = 2, 9998
"""Years whose instants stand in every zone."""
FINGERPRINT = 16


Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""The number of something in the store, in a path."""


def _written(given: object) -> object:
    """A number is no day and no instant, though it could be read as seconds since 1970."""
    if isinstance(given, str) and re.fullmatch(r"[-+]?[\d._]*", given.strip()):
        raise ValueError("write it as 2026-06-30, an instant as 2026-06-30T12:00:00Z")
    return given


Day = Annotated[date, BeforeValidator(_written)]
Moment = Annotated[AwareDatetime, BeforeValidator(_written)]


class Question(BaseModel):
    """What a question is asked by. A parameter that is none of its own is refused rather than left unread."""

    model_config = ConfigDict(extra="forbid")


class Paged(Question):
    """A question whose answer comes in pages."""

    limit: int = Field(50, ge=1, le=LIMIT_MAX, description="how many at most")
    cursor: str | None = Field(
        None,
        max_length=CURSOR_LENGTH_MAX,
        description="`next_cursor` of the page before, with the same question",
    )


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after so many rows, after a number, or before a place of a time line."""

    state: str
    after: int | list[str]


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one answer. ``state`` names the data it is worked out from: a run, or a version of the lake.

    A cursor is not signed: it only says where to go on, and what may be seen is decided anew for each page.
    """

    path: str
    asked: Paged
    state: str

    def begin(self) -> int:
        """After how many rows, or after which number, this page begins; 0 for the first. Raises as the cursor is."""
        found = self._after()
        if found is None:
            return 0
        if isinstance(found, int) and 0 <= found <= AFTER_MAX:
            return found
        raise _refused()

    def before(self) -> Place | None:
        """Before which place of a time line this page begins; None for the first. Raises as the cursor is."""
        match self._after():
            case None:
                return None
            case [str(instant), str(source), str(key)]:
                try:
                    at = datetime.fromisoformat(instant)
                except ValueError:
                    raise _refused() from None
                if at.tzinfo is None or not EARLIEST <= at.year <= LATEST:
                    raise _refused()
                return Place(at, source, key)
            case _:
                raise _refused()

    def next(self, after: int | Place | None) -> str | None:
        """The cursor of the page that follows; None where there is none."""
        if after is None:
            return None
        place = [after.at.isoformat(), after.source, after.key] if isinstance(after, Place) else after
        content = json.dumps(
            [FORMAT, _fingerprint(self.path, self.asked), self.state, place],
            separators=(",", ":"),
            ensure_ascii=False,
        )
        return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")

    def _after(self) -> int | list[str] | None:
        cursor = read_cursor(self.path, self.asked)
        if cursor is None:
            return None
        if cursor.state != self.state:
            raise gone()
        return cursor.after


def read_cursor(path: str, asked: Paged) -> Cursor | None:
    """The cursor given; None without one. Raises CursorRefused for what is none, or is one of another question."""
    if asked.cursor is None:
        return None
    try:
        made = json.loads(base64.urlsafe_b64decode(asked.cursor.encode("ascii") + b"=="))
        json.dumps(made, ensure_ascii=False).encode()  # no halves of characters, which no database takes
    except (ValueError, binascii.Error, RecursionError):
        raise _refused() from None
    match made:
        case [int(form), str(question), str(state), int() | list() as after] if (
            form == FORMAT and not isinstance(after, bool)
        ):
            if question != _fingerprint(path, asked):
                raise CursorRefused(
                    "the cursor belongs to another question",
                    hint="send it with the very parameters of the page before; only `limit` may change",
                )
            return Cursor(state, after)
        case _:
            raise _refused()


def gone() -> CursorGone:
    """What to raise for a cursor of data that are not kept any more."""
    return CursorGone(
        "the cursor's data are gone: newer ones were published since", hint="begin again without a cursor"
    )


def _fingerprint(path: str, asked: Paged) -> str:
    question = json.dumps([path, asked.model_dump(mode="json", exclude={"cursor", "limit"})], sort_keys=True)
    return hashlib.sha256(question.encode()).hexdigest()[:FINGERPRINT]


def _refused() -> CursorRefused:
    return CursorRefused("this is no cursor", hint="use `next_cursor` of the page before, as it was given")
