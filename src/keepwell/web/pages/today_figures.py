"""The company's figures as the first page shows them: value, the one before, and the months that led there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from keepwell.answers.figures import DAYS, Figure, Unit
from keepwell.answers.monthly import Month
from keepwell.answers.sight import Sight
from keepwell.answers.wording import MISSING, money_text
from keepwell.lists.model import EVERYBODY
from keepwell.web.asked import LIST
from keepwell.web.page import Page
from keepwell.web.pages.explore.seen import began_in
from keepwell.web.panels import OPEN, Cell, Column, Panel, Table, small_columns

MONTHLY: Mapping[str, tuple[Unit, Callable[[Month], float | None]]] = {
    "new": ("count", lambda month: month.new),
    "active": ("count", lambda month: month.buyers),
    "retention": ("share", lambda month: month.kept_share),
    "orders": ("count", lambda month: month.orders),
    "sales": ("money", lambda month: month.sales_minor),
    "average": ("money", lambda month: month.average_minor),
}
"""Figure → what is known of it month by month."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure in the reader's words; ``columns`` are its months, ``course`` says them."""

    label: str
    value: str
    link: str
    change: str
    before: str
    note: str
    columns: list[Column]
    course: str


def money(page: Page, sight: Sight, minor: int | None) -> str:
    """An amount as the reader writes it, a dash for none."""
    return MISSING if minor is None else money_text(sight.plan, minor, page.reader.language)


def shown(page: Page, sight: Sight, figure: Figure, months: tuple[Month, ...]) -> Shown:
    """One figure."""
    say = page.reader.say
    columns, course = _columns(page, sight, figure.name, months)
    is_rate = figure.unit == "share" or figure.name == "average"
    return Shown(
        label=say(f"today.figure.{figure.name}"),
        value=_text(page, sight, figure.unit, figure.value),
        link=f"{LIST}?{urlencode({'segment': EVERYBODY, 'where': figure.where})}",
        change=_change(page, figure),
        before=""
        if figure.before is None
        else say("today.before", value=_text(page, sight, figure.unit, figure.before)),
        note=say("today.customers_behind", count=figure.customers)
        if is_rate and figure.customers is not None
        else "",
        columns=columns,
        course=course,
    )


def period(page: Page, sight: Sight) -> str:
    """The days that the figures are about, and those before."""
    last = sight.as_of.day
    days = [last - timedelta(days=ago) for ago in (DAYS - 1, 0, 2 * DAYS - 1, DAYS)]
    start, end, start_before, end_before = map(page.reader.day, days)
    return page.reader.say(
        "today.period", start=start, end=end, start_before=start_before, end_before=end_before
    )


def by_month(page: Page, sight: Sight, months: tuple[Month, ...]) -> Panel:
    """All months in a table, the newest first; those that are not over are marked."""
    rows = tuple(
        (
            Cell(page.reader.month(month.start), is_open=not month.complete),
            *(
                Cell(
                    _text(page, sight, unit, told(month)) + ("" if month.complete else OPEN),
                    _new_of(sight, month) if name == "new" else None,
                    is_open=not month.complete,
                )
                for name, (unit, told) in MONTHLY.items()
            ),
        )
        for month in reversed(months)
    )
    heads = (page.reader.say("explore.month"), *(page.reader.say(f"today.month.{name}") for name in MONTHLY))
    notes = [page.reader.say("today.month.open")] if months and not months[-1].complete else []
    return Panel(
        page.reader.say("today.months"),
        page.reader.say("today.months.about"),
        None,
        Table(heads, rows),
        notes=notes,
    )


def _new_of(sight: Sight, month: Month) -> str | None:
    """The new customers of a month. No field tells who else bought in it."""
    condition = began_in(sight, month.start, "month") if month.new else None
    return f"{LIST}?{urlencode({'segment': EVERYBODY, 'where': condition})}" if condition else None


def _columns(page: Page, sight: Sight, name: str, months: tuple[Month, ...]) -> tuple[list[Column], str]:
    if name not in MONTHLY or len(months) < 2:  # noqa: PLR2004 (one month has no course)
        return [], ""
    unit, told = MONTHLY[name]
    values = [told(month) for month in months]
    texts = [_text(page, sight, unit, value) for value in values]
    names = [page.reader.month(month.start) for month in months]
    columns = small_columns(
        [
            (called, value, not month.complete)
            for called, value, month in zip(names, values, months, strict=True)
        ],
        [text + ("" if month.complete else OPEN) for text, month in zip(texts, months, strict=True)],
    )
    over = [place for place, month in enumerate(months) if month.complete and values[place] is not None]
    if not over:
        return columns, f"{names[-1]}: {texts[-1]}{OPEN}"
    first, last = over[0], over[-1]
    return columns, page.reader.say(
        "today.course", first=names[first], one=texts[first], last=names[last], other=texts[last]
    )


def _text(page: Page, sight: Sight, unit: Unit, value: float | None) -> str:
    match unit:
        case "money":
            return money(page, sight, None if value is None else int(value))
        case "share":
            return page.reader.share(None if value is None else round(value, 3))
        case "count":
            return page.reader.number(value)


def _change(page: Page, figure: Figure) -> str:
    """By how much it changed: of a share in points, of anything else in per cent."""
    if figure.value is None or figure.before is None:
        return ""
    if figure.unit == "share":
        points = round(100 * (figure.value - figure.before), 1)
        return page.reader.say("today.points", points=f"{_sign(points)}{page.reader.number(abs(points))}")
    if not figure.before:
        return ""
    share = round((figure.value - figure.before) / abs(figure.before), 3)
    return f"{_sign(share)}{page.reader.share(abs(share))}"


def _sign(value: float) -> str:
    return "+" if value > 0 else "−" if value < 0 else "±"
