"""One view while it is looked at: who looks, at what, in which words."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from babel.dates import format_skeleton

from keepwell.access.model import Viewer
from keepwell.answers.sight import Sight
from keepwell.answers.wording import MISSING, choice_text, money_text, share_text
from keepwell.cohorts.periods import By, last_day, number_of
from keepwell.language.nodes import Comparison, Missing, Name, Text
from keepwell.language.show import show
from keepwell.web.page import Page
from keepwell.web.pages.explore.asked import Asked
from keepwell.web.panels import Cell

T = TypeVar("T")
FIRST_ON = "purchase_first_on"
SKELETONS: dict[By, str] = {"month": "yMMM", "quarter": "yQQQ", "year": "y"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A page, what there is to see, and what is asked of it."""

    page: Page
    sight: Sight
    asked: Asked

    @property
    def viewer(self) -> Viewer:
        """Who looks."""
        return self.page.signed_in

    @property
    def question(self) -> Hashable:
        """All that the answer depends on."""
        return ("explore", self.viewer.scope, self.asked)

    def recall(self, work_out: Callable[[], T]) -> T:
        """The answer, worked out once for each snapshot and scope."""
        return self.sight.memory.recall(self.question, work_out)

    def say(self, key: str, **values: object) -> str:
        """A text of the pages."""
        return self.page.reader.say(key, **values)

    def number(self, value: float | None) -> str:
        """A figure."""
        return self.page.reader.number(value)

    def share(self, part: float | None, of: float | None = 1) -> str:
        """A share with at most one decimal; a dash of nothing."""
        return MISSING if part is None or not of else share_text(part / of, self.page.reader.language)

    def money(self, minor: int | None) -> str:
        """An amount; a dash for none."""
        return MISSING if minor is None else money_text(self.sight.plan, minor, self.page.reader.language)

    def period(self, start: date, by: By) -> str:
        """A month, quarter or year."""
        return format_skeleton(SKELETONS[by], start, locale=self.page.reader.locale)

    def label(self, name: str) -> str:
        """What people call a field."""
        return self.sight.plan.label(name, self.page.reader.language)

    def choice(self, field: str, value: str | None) -> str:
        """What people call a class of a field."""
        if value is None:
            return self.say("explore.no_class")
        return choice_text(self.sight.plan, field, value, self.page.reader.language)

    def people(self, count: int, *conditions: str) -> Cell:
        """How many customers, with the way to them."""
        return Cell(self.number(count), self.asked.customers(*conditions) if count else None)


def began_in(sight: Sight, start: date, by: By) -> str | None:
    """The condition of customers who first bought in a period; None where nothing says so.

    A snapshot of an older Keepwell has no such field.
    """
    if FIRST_ON not in sight.snapshot.customers.columns:
        return None
    return f"{FIRST_ON} between '{start}' and '{last_day(number_of(start, by), by)}'"


def is_class(field: str, value: str | None) -> str:
    """The condition that a field has a value, or none."""
    name = Name(field)
    return show(Missing(name) if value is None else Comparison("=", name, Text(value)))


def percent(part: float | None, of: float | None = 1) -> float | None:
    """A share for a chart, in per cent with one decimal."""
    return None if part is None or not of else round(100 * part / of, 1)
