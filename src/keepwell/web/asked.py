"""The address of the list: whom it shows, and links that change a part of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query

from keepwell.lists.model import Question

LIST = "/customers"
LEAVING = "about_to_leave"
BACK_MAX = 1_500
"""Longest address that each of fifty rows carries."""


@dataclass(frozen=True, slots=True)
class Asked(Question):
    """What the list shows, as its address says it. ``saved`` is the id of the saved list it began from."""

    after: int = 0
    saved: int | None = None

    @property
    def question(self) -> Question:
        """What is asked, whichever page of the answer is shown."""
        return Question(**{each.name: getattr(self, each.name) for each in fields(Question)})

    def given(self) -> dict[str, str]:
        """What its address says, but for the page."""
        return address_of(self) | ({"saved": str(self.saved)} if self.saved else {})

    def link(self, **changes: object) -> str:
        """The address of the list with something changed; a change starts at the first row again."""
        given = {name: value for name, value in {**self.given(), **changes}.items() if value}
        if given.get("segment") == LEAVING:
            del given["segment"]
        return f"{LIST}?{urlencode(given)}" if given else LIST

    def back(self) -> str:
        """What a link to a customer carries, so that they lead back here; nothing where there is no need, or room."""
        here = self.link(after=self.after)
        return "" if here == LIST or len(here) > BACK_MAX else f"?{urlencode({'back': here})}"

    def query(self) -> str:
        """What stands behind the address of another page about the same customers."""
        return urlencode(self.given())


def address_of(question: Question) -> dict[str, str]:
    """The parts of a question as an address says them; a part that asks nothing is left out."""
    mine = {
        "segment": question.segment,
        "where": question.where,
        "reason": question.reason,
        "sort": question.sort,
        "columns": ",".join(question.columns),
    }
    return {name: value for name, value in mine.items() if value}


def link_of(question: Question, saved: int | None = None) -> str:
    """The address of the list that shows a question."""
    given = address_of(question) | ({"saved": str(saved)} if saved else {})
    return f"{LIST}?{urlencode(given)}"


def names_in(columns: str) -> tuple[str, ...]:
    """Names between commas, each once."""
    return tuple(dict.fromkeys(name for each in columns.split(",") if (name := each.strip())))


def _asked(
    segment: Annotated[str, Query(max_length=100)] = LEAVING,
    where: Annotated[str, Query(max_length=10_000)] = "",
    reason: Annotated[str, Query(max_length=100)] = "",
    sort: Annotated[str, Query(max_length=100)] = "",
    after: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    columns: Annotated[str, Query(max_length=5_000)] = "",
    saved: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Asked:
    return Asked(segment, where.strip(), reason or None, sort or None, names_in(columns), after, saved)


Address = Annotated[Asked, Depends(_asked)]
"""What an address asks, as an argument of a route. ``columns`` are names of fields between commas."""
