"""Silence month by month, and the funnel of new customers: buy, interact, buy again."""

from __future__ import annotations

from datetime import timedelta

from keepwell.answers.among import reach_of
from keepwell.answers.funnel import BUY_WITHIN_DAYS, TOUCH_WITHIN_DAYS, Funnel, Step, funnel
from keepwell.answers.silence import LIMITS, STAGES, Silence, silence
from keepwell.web.charts import stacked
from keepwell.web.pages.explore.asked import YEARS_BACK, Whole
from keepwell.web.pages.explore.findings import trend_panel
from keepwell.web.pages.explore.seen import FIRST_ON, Seen
from keepwell.web.panels import Bar, Cell, Panel, Table

SILENCE_OPTIONS = (
    *(Whole(stage, days, 1, 3650) for stage, days in zip(STAGES[1:], LIMITS, strict=True)),
    YEARS_BACK,
)
FUNNEL_OPTIONS = (
    Whole("interact", TOUCH_WITHIN_DAYS, 0, 3650),
    Whole("buy", BUY_WITHIN_DAYS, 0, 3650),
    YEARS_BACK,
)


def silent(seen: Seen) -> list[Panel]:
    """Who is heard from again, and who was silent for how long at the end of each month."""
    limits = [seen.asked.whole(stage) for stage in STAGES[1:]]
    found = seen.recall(lambda: silence(seen.sight, seen.viewer, limits=limits, among=seen.asked.among))
    return [_heard_again(seen, found), _stages(seen, found)]


def _heard_again(seen: Seen, found: Silence) -> Panel:
    return trend_panel(
        seen,
        seen.say("explore.heard_again"),
        found.trend,
        "month",
        about=seen.say("explore.heard.about"),
        heads=("explore.month", "explore.heard_before", "explore.heard_now"),
    )


def _stages(seen: Seen, found: Silence) -> Panel:
    names = [seen.period(month.start, "month") for month in found.months]
    stages = [seen.say(f"explore.stage.{stage}") for stage in STAGES]
    rows = tuple(
        (
            Cell(name),
            *(Cell(seen.number(count)) for count in month.stages),
            Cell(seen.share(month.silent, month.known)),
        )
        for name, month in zip(names, found.months, strict=True)
    )
    series = [
        (stage, [month.stages[number] for month in found.months]) for number, stage in enumerate(stages)
    ]
    if found.months:
        last = found.months[-1]
        title = seen.say("explore.silent.title", month=names[-1], share=seen.share(last.silent, last.known))
    else:
        title = seen.say("explore.silent.nothing")
    return Panel(
        title,
        seen.say("explore.silent.about"),
        stacked(names, series) if names else None,
        Table((seen.say("explore.month"), *stages, seen.say("explore.silent_share")), rows),
    )


def new_customers(seen: Seen) -> list[Panel]:
    """How many new customers interact, and buy again."""
    touch, buy = seen.asked.whole("interact"), seen.asked.whole("buy")
    found = seen.recall(
        lambda: funnel(seen.sight, seen.viewer, touch_within=touch, buy_within=buy, among=seen.asked.among)
    )
    begun = Step(found.bought, None)
    steps = [
        (seen.say("explore.step.bought"), begun, begun),
        (seen.say("explore.step.touched", days=touch), found.touched, begun),
        (seen.say("explore.step.again", days=buy), found.bought_again, found.touched),
    ]
    first_link = _begun(seen, found, touch + buy)
    rows = tuple(
        (
            Cell(name),
            Cell(seen.number(step.customers), first_link if step is begun and found.bought else None),
            Cell(
                seen.share(step.customers, found.bought),
                bar=Bar(step.customers / found.bought) if found.bought else None,
            ),
            Cell(seen.share(step.customers, before.customers)),
            Cell(seen.number(step.median_days)),
        )
        for name, step, before in steps
    )
    heads = ("explore.step", "explore.customers", "explore.of_all", "explore.of_step", "explore.median_days")
    notes = [
        seen.say("explore.directly", count=found.directly, days=touch + buy),
        seen.say("explore.too_recent", count=found.too_recent, days=touch + buy),
    ]
    if not seen.sight.plan.fact_columns("interaction"):
        notes.insert(0, seen.say("explore.no_interactions"))
    return [
        Panel(
            seen.say(
                "explore.funnel.title",
                count=found.bought,
                touched=seen.share(found.touched.customers, found.bought),
                again=seen.share(found.bought_again.customers, found.bought),
            )
            if found.bought
            else seen.say("explore.funnel.nothing"),
            seen.say("explore.funnel.about", since=seen.period(found.since, "month")),
            None,
            Table(tuple(map(seen.say, heads)), rows),
            notes=notes,
        )
    ]


def _begun(seen: Seen, found: Funnel, days: int) -> str | None:
    """Those who first bought in the span that the funnel is about."""
    if FIRST_ON not in seen.sight.snapshot.customers.columns:
        return None
    end = reach_of(seen.sight).last_whole_day - timedelta(days=days)
    return seen.asked.customers(f"{FIRST_ON} between '{found.since}' and '{end}'")
