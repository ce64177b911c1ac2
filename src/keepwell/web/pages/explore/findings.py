"""What is found in a trend, said in the reader's language, and where a chart marks it."""

from __future__ import annotations

from keepwell.answers.trend import Trend
from keepwell.cohorts.change import CONFIDENCE, Fall, NoFall
from keepwell.cohorts.periods import By
from keepwell.web.charts import Change
from keepwell.web.pages.explore.seen import Seen


def finding(seen: Seen, what: str, trend: Trend, by: By) -> str:
    """That ``what`` fell, from when on and by how much; that it did not; or that nothing can be said yet."""
    found = trend.finding
    if isinstance(found, Fall):
        periods = {
            name: seen.period(trend.points[at].start, by)
            for name, at in {"since": found.at, "earliest": found.earliest, "latest": found.latest}.items()
        }
        if found.lasting > 1:
            periods["since"] += seen.say("explore.gradually", periods=found.lasting)
        figures = {
            name: seen.share(getattr(found, name)) for name in ("before", "after", "change", "low", "high")
        }
        return seen.say("explore.fall", what=what, sure=seen.share(CONFIDENCE), **periods, **figures)
    if isinstance(found, NoFall):
        chance = seen.share(found.p_value)
        return seen.say("explore.no_fall", what=what, periods=len(trend.points), chance=chance)
    return seen.say(f"explore.few_{found.of}", what=what, found=found.found, needed=found.needed)


def change(seen: Seen, trend: Trend, by: By) -> Change | None:
    """Where the chart of the trend's points shows the fall."""
    found = trend.finding
    if not isinstance(found, Fall):
        return None
    return Change(found.at, found.earliest, found.latest, seen.period(trend.points[found.at].start, by))


def season_note(seen: Seen, trend: Trend) -> list[str]:
    """That a season may look like a fall, where seasons could not be told apart."""
    found = trend.finding
    return [seen.say("explore.may_be_season")] if isinstance(found, Fall) and found.seasons == 1 else []
