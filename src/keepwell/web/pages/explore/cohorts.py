"""Cohorts: who buys again, as a series and as a heat map; and new customers after 1, 7 and 30 days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

from keepwell.answers.newcomers import DAYS, Month, Newcomers, newcomers
from keepwell.answers.retention import LEVELS, Cohort, Retention, retention
from keepwell.cohorts.periods import By
from keepwell.web.charts import PERCENT, Kind, Line, Option, lines
from keepwell.web.pages.explore.asked import YEARS_BACK, Choice, Whole
from keepwell.web.pages.explore.findings import change, finding, season_note, sure, trend_panel
from keepwell.web.pages.explore.seen import Seen, began_in, percent
from keepwell.web.panels import OPEN, Cell, Panel, Table

COHORT_OPTIONS = (
    Choice("by", lambda _plan: get_args(By), "month"),
    Choice(
        "level", lambda plan: [level for level in LEVELS if level != "vip" or level in plan.segments], "new"
    ),
    YEARS_BACK,
    Whole("columns", 12, 1, 60),
)
NEWCOMER_OPTIONS = (Choice("back", lambda _plan: ("purchase", "contact"), "purchase"), YEARS_BACK)


def cohorts(seen: Seen) -> list[Panel]:
    """Who buys again in the next period, and in each later one."""
    asked = seen.asked
    found = seen.recall(
        lambda: retention(
            seen.sight, seen.viewer, by=asked.text("by"), level=asked.text("level"), among=asked.among
        )
    )
    return [_following(seen, found), _map(seen, found, asked.whole("columns"))]


def _following(seen: Seen, found: Retention) -> Panel:
    level = seen.say(f"explore.level.{found.level}")
    return trend_panel(
        seen,
        seen.say(f"explore.repurchase.{found.by}", level=level),
        found.trend,
        found.by,
        about=seen.say(f"explore.cohorts.about.{found.by}", level=level),
        heads=("explore.cohort", "explore.customers", "explore.bought_again"),
        behind=lambda start: _cohort_link(seen, found, start),
    )


def _cohort_link(seen: Seen, found: Retention, start: date) -> str | None:
    """New customers of a period are found by their first purchase; no field tells when others bought."""
    condition = began_in(seen.sight, start, found.by) if found.level == "new" else None
    return seen.asked.customers(condition) if condition else None


def _map(seen: Seen, found: Retention, most: int) -> Panel:
    later = min(most, max((len(cohort.cells) for cohort in found.cohorts), default=0))
    shares = [
        cell.bought / cohort.size
        for cohort in found.cohorts
        for cell in cohort.cells[:later]
        if cell.complete and cohort.complete
    ]
    highest = max(shares, default=0) or 1
    rows = tuple(
        (
            Cell(seen.period(cohort.start, found.by)),
            Cell(
                seen.number(cohort.size) + ("" if cohort.complete else OPEN),
                _cohort_link(seen, found, cohort.start),
                is_open=not cohort.complete,
            ),
            *_cells(seen, cohort, later, highest),
        )
        for cohort in found.cohorts
    )
    notes = [seen.say("explore.open")]
    notes += [seen.say("explore.vip_now")] if found.level == "vip" else []
    heads = (seen.say("explore.cohort"), seen.say("explore.customers"))
    return Panel(
        _on_average(seen, found, later),
        seen.say("explore.map.about", by=seen.say(f"explore.by.{found.by}")),
        None,
        Table(
            (*heads, *(f"+{number}" for number in range(1, later + 1))),
            rows,
            across=seen.say(f"explore.map.across.{found.by}") if later else "",
            names=len(heads),
        ),
        notes=notes,
    )


def _on_average(seen: Seen, found: Retention, later: int) -> str:
    """What share of all cohorts together bought in the first period after, and in the last that is known."""
    known = []
    for column in range(later):
        over = [
            (cohort.cells[column].bought, cohort.size)
            for cohort in found.cohorts
            if len(cohort.cells) > column and cohort.cells[column].complete
        ]
        if over:
            known.append((column + 1, sum(bought for bought, _ in over), sum(size for _, size in over)))
    if not known:
        return seen.say("explore.map.nothing")
    (first, bought, size), (last, bought_last, size_last) = known[0], known[-1]
    return seen.say(
        "explore.map.title",
        level=seen.say(f"explore.level.{found.level}"),
        first=f"+{first}",
        one=seen.share(bought, size),
        last=f"+{last}",
        other=seen.share(bought_last, size_last),
    )


def _cells(seen: Seen, cohort: Cohort, later: int, highest: float) -> list[Cell]:
    told = [
        Cell(
            seen.share(cell.bought, cohort.size) + ("" if cell.complete else OPEN),
            is_open=not cell.complete,
            strength=cell.bought / cohort.size / highest if cell.complete else None,
        )
        for cell in cohort.cells[:later]
    ]
    return told + [Cell("")] * (later - len(told))


def after_first(seen: Seen) -> list[Panel]:
    """New customers of each month, and how many were back within 1, 7 and 30 days."""
    back = seen.asked.text("back")
    found = seen.recall(
        lambda: newcomers(seen.sight, seen.viewer, any_contact=back == "contact", among=seen.asked.among)
    )
    heads = (
        seen.say("explore.first_month"),
        seen.say("explore.customers"),
        *(seen.say("explore.within", days=days) for days in DAYS),
        *(seen.say("explore.on_day", days=days) for days in DAYS[1:]),
    )
    return [
        Panel(
            finding(seen, seen.say("explore.newcomers.what", days=max(DAYS)), found.trend, "month"),
            seen.say(f"explore.newcomers.about.{back}"),
            _within(seen, found) if found.months else None,
            Table(heads, tuple(_newcomers(seen, month) for month in found.months)),
            more=sure(seen, found.trend, "month"),
            notes=[*season_note(seen, found.trend), seen.say("explore.open")],
        )
    ]


def _within(seen: Seen, found: Newcomers) -> Option:
    """A line for each number of days, the most days first; the trend is theirs."""
    kinds: tuple[Kind, ...] = ("solid", "dashed", "dotted")
    series = [
        Line(
            seen.say("explore.within", days=days),
            [
                percent(month.back[days].within, month.size) if month.back[days].complete else None
                for month in found.months
            ],
            kind,
        )
        for days, kind in zip(reversed(DAYS), kinds, strict=True)
    ]
    mark = change(seen, found.trend, "month")
    if mark:  # it counts the points of the trend, the chart has all months
        places = {month.start: number for number, month in enumerate(found.months)}
        at, earliest, latest = (
            places[found.trend.points[each].start] for each in (mark.at, mark.earliest, mark.latest)
        )
        mark = replace(mark, at=at, earliest=earliest, latest=latest)
    return lines(
        [seen.period(month.start, "month") for month in found.months], series, change=mark, form=PERCENT
    )


def _newcomers(seen: Seen, month: Month) -> tuple[Cell, ...]:
    condition = began_in(seen.sight, month.start, "month")
    told = [(month.back[days].within, month.back[days].complete) for days in DAYS]
    told += [(month.back[days].on, month.back[days].complete) for days in DAYS[1:]]
    return (
        Cell(seen.period(month.start, "month")),
        Cell(seen.number(month.size), seen.asked.customers(condition) if condition else None),
        *(
            Cell(seen.share(count, month.size) + ("" if over else OPEN), is_open=not over)
            for count, over in told
        ),
    )
