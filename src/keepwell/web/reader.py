"""Who reads: in which language and colours, and how figures, days and moments look to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal, TypeVar, get_args

from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.numbers import format_decimal, format_percent
from starlette.requests import Request

from keepwell.answers.wording import LOCALES, MISSING
from keepwell.web.locale.message import Language
from keepwell.web.locale.texts import TEXTS

Theme = Literal["auto", "light", "dark"]
LANGUAGE_COOKIE = "keepwell_language"
THEME_COOKIE = "keepwell_theme"
LANGUAGES: tuple[Language, ...] = get_args(Language)
THEMES: tuple[Theme, ...] = get_args(Theme)

T = TypeVar("T", bound=str)


@dataclass(frozen=True, slots=True)
class Reader:
    """Chosen by cookie, else by what the browser asks for."""

    language: Language
    theme: Theme

    @property
    def locale(self) -> str:
        """Babel's name of the locale."""
        return LOCALES[self.language]

    @property
    def html_language(self) -> str:
        """For the page's ``lang``."""
        return {"en": "en", "zh": "zh-Hans"}[self.language]

    def say(self, key: str, **values: object) -> str:
        """A text of the pages with values put in; whole numbers get their separators."""
        count = values.get("count")
        text = TEXTS[key].in_(self.language, count=count if isinstance(count, int) else None)
        for name, value in values.items():
            text = text.replace(
                "{" + name + "}", self.number(value) if isinstance(value, int) else str(value)
            )
        return text

    def number(self, value: float | None) -> str:
        """A figure with its separators, at most one decimal."""
        return MISSING if value is None else format_decimal(value, "#,##0.#", locale=self.locale)

    def share(self, value: float | None) -> str:
        """A share as a percentage, at most two decimals."""
        return MISSING if value is None else format_percent(value, "#,##0.##%", locale=self.locale)

    def day(self, value: date | None) -> str:
        """A day, in short."""
        return MISSING if value is None else format_date(value, "medium", locale=self.locale)

    def month(self, value: date) -> str:
        """A month with its year."""
        return format_skeleton("yMMM", value, locale=self.locale)

    def moment(self, value: datetime | None, zone: tzinfo) -> str:
        """A day and time to the minute, in a zone."""
        if value is None:
            return MISSING
        clock = format_time(value, "short", tzinfo=zone, locale=self.locale)
        return f"{format_date(value.astimezone(zone), 'medium', locale=self.locale)} {clock}"

    def duration(self, value: timedelta) -> str:
        """A length of time, such as an hour."""
        return format_timedelta(value, granularity="minute", threshold=2, locale=self.locale)


def reader_of(request: Request) -> Reader:
    """The reader who sent a request."""
    language = _one_of(LANGUAGES, request.cookies.get(LANGUAGE_COOKIE)) or _accepted(request) or "en"
    return Reader(language, _one_of(THEMES, request.cookies.get(THEME_COOKIE)) or "auto")


def _one_of(known: tuple[T, ...], given: str | None) -> T | None:
    return next((each for each in known if each == given), None)


def _accepted(request: Request) -> Language | None:
    """The first language of the browser's list that there is; its weights follow its order in practice."""
    for part in request.headers.get("accept-language", "").split(","):
        primary = part.split(";")[0].strip().lower().split("-")[0]
        if found := _one_of(LANGUAGES, primary):
            return found
    return None
