"""What is found in a trend, said in the reader's language, and the panel that shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from keepwell.answers.trend import Trend
from keepwell.cohorts.change import CONFIDENCE, Fall, NoFall
from keepwell.cohorts.periods import By
from keepwell.web.charts import PERCENT, Change, Line, lines
from keepwell.web.pages.explore.seen import Seen, percent
from keepwell.web.panels import Cell, Panel, Table


def finding(seen: Seen, what: str, trend: Trend, by: By) -> str:
    """That ``what`` fell, and from when on; that it did not; or that nothing can be said yet."""
    found = trend.finding
    if isinstance(found, Fall):
        since = seen.period(trend.points[found.at].start, by)
        if found.lasting > 1:
            since += seen.say("explore.gradually", periods=found.lasting)
        before, after = seen.share(found.before), seen.share(found.after)
        return seen.say("explore.fall", what=what, since=since, before=before, after=after)
    if isinstance(found, NoFall):
        chance = seen.share(found.p_value)
        return seen.say("explore.no_fall", what=what, periods=len(trend.points), chance=chance)
    return seen.say(f"explore.few_{found.of}", what=what, found=found.found, needed=found.needed)


def sure(seen: Seen, trend: Trend, by: By) -> str:
    """How great a fall is and when it began, both with their intervals; empty where there is none."""
    found = trend.finding
    if not isinstance(found, Fall):
        return ""
    earliest, latest = (seen.period(trend.points[at].start, by) for at in (found.earliest, found.latest))
    figures = {name: seen.share(getattr(found, name)) for name in ("change", "low", "high")}
    began = "explore.fall.began" if found.earliest == found.latest else "explore.fall.began_between"
    return seen.say(began, earliest=earliest, latest=latest) + seen.say(
        "explore.fall.by", sure=seen.share(CONFIDENCE), **figures
    )


def change(seen: Seen, trend: Trend, by: By) -> Change | None:
    """Where the chart of the trend's points shows the fall."""
    found = trend.finding
    if not isinstance(found, Fall):
        return None
    since = seen.period(trend.points[found.at].start, by)
    return Change(found.at, found.earliest, found.latest, f"{since}: {seen.share(found.change)}")


def season_note(seen: Seen, trend: Trend) -> list[str]:
    """That a season may look like a fall, where seasons could not be told apart."""
    found = trend.finding
    return [seen.say("explore.may_be_season")] if isinstance(found, Fall) and found.seasons == 1 else []


def trend_panel(
    seen: Seen,
    what: str,
    trend: Trend,
    by: By,
    *,
    about: str,
    heads: tuple[str, str, str],
    behind: Callable[[date], str | None] = lambda _start: None,
) -> Panel:
    """A trend as a line, with the customers ``behind`` each period that begins on a day.

    ``heads`` are the texts of the period, of all its customers, and of those kept.
    """
    names = [seen.period(point.start, by) for point in trend.points]
    shares = [percent(point.kept, point.of) for point in trend.points]
    links = [behind(point.start) for point in trend.points]
    rows = tuple(
        (
            Cell(name),
            Cell(seen.number(point.of), link),
            Cell(seen.number(point.kept)),
            Cell(seen.share(point.kept, point.of)),
        )
        for name, point, link in zip(names, trend.points, links, strict=True)
    )
    line = Line(what, shares, links=links)
    return Panel(
        finding(seen, what, trend, by),
        about,
        lines(names, [line], change=change(seen, trend, by), form=PERCENT) if names else None,
        Table((*map(seen.say, heads), seen.say("explore.share")), rows),
        more=sure(seen, trend, by),
        notes=season_note(seen, trend),
    )
