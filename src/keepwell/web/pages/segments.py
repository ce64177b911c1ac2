"""Segments: how many are in each, what is at stake, how that changed; one of them run by run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.answers.movers import Change, movers
from keepwell.answers.persons import persons_of
from keepwell.answers.segments import OVERLAPPING_MAX, Point, history, overlap
from keepwell.answers.sight import Sight, visible_customers
from keepwell.answers.today import segments_now
from keepwell.catalog.kinds import Segment
from keepwell.core.errors import NotFound
from keepwell.lists.model import EVERYBODY
from keepwell.web.asked import LIST
from keepwell.web.charts import Line, as_text, columns, lines, stacked
from keepwell.web.charts import money as amounts
from keepwell.web.page import Page, SignedIn, needs
from keepwell.web.pages.standing import nothing_to_show
from keepwell.web.pages.today import course, signed
from keepwell.web.pages.today_figures import money
from keepwell.web.panels import Bar, Cell
from keepwell.web.wording import person_text

MOVERS_SHOWN = 50
RUNS_SHOWN = 60

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS)])


@routes.get("/segments")
def all_segments(page: SignedIn) -> Response:
    """Every segment, greatest stake first."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with page.sight() as sight:
        every = segments_now(sight, page.signed_in)
        most = max((each.size for each in every), default=0) or 1
        rows = [
            {
                "name": each.name,
                "label": sight.plan.label(each.name, page.reader.language, "segment"),
                "size": each.size,
                "share": Cell(
                    page.reader.share(each.size / each.of if each.of else None), bar=Bar(each.size / most)
                ),
                "worth": money(page, sight, each.worth_minor),
                "change": signed(page, each.since_last_run),
                "redefined": each.is_redefined,
                "course": course(page, sight, each),
            }
            for each in every
        ]
        as_of = page.reader.moment(sight.snapshot.info.as_of, sight.plan.settings.zone)
        return page.show("segments.html", rows=rows, tags=_tags(page, sight), as_of=as_of)


@routes.get("/segments/{name}")
def one_segment(page: SignedIn, name: str) -> Response:
    """One segment: its definition, its size over time, what it shares with others, and every run, newest first."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with page.sight() as sight:
        definition = _definition(sight, name)
        language, default = page.reader.language, sight.plan.settings.language
        points = history(sight, page.signed_in, name)[-RUNS_SHOWN:]
        return page.show(
            "segment.html",
            name=name,
            title=sight.plan.label(name, language, "segment"),
            about=definition.about.in_(language, default) if definition.about else None,
            where=definition.where,
            points=[(each, money(page, sight, each.worth_minor)) for each in reversed(points)],
            finding=_finding(page, points),
            charts=_charts(page, sight, points),
            as_of=page.reader.moment(sight.snapshot.info.as_of, sight.plan.settings.zone),
            overlaps=_overlaps(page, sight, name),
            zone=sight.plan.settings.zone,
        )


@routes.get("/segments/{name}/runs/{run_id}/{change}")
def moved(
    page: SignedIn,
    name: str,
    run_id: str,
    change: Change,
    after: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """Who entered or left a segment at a run, masked."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with page.sight() as sight:
        _definition(sight, name)
        points = history(sight, page.signed_in, name)
        point = next((each for each in points if each.run_id == run_id), None)
        if point is None:
            raise NotFound(
                "the segment was not recorded at this run", hint="open the segment to see its runs"
            )
        found = movers(sight, page.signed_in, name, run_id, change, limit=MOVERS_SHOWN, after=after)
        persons = persons_of(sight, page.signed_in, [customer_id for customer_id, _ in found.rows])
        return page.show(
            "movers.html",
            name=name,
            title=page.reader.say(
                f"segments.moved.{change}",
                segment=sight.plan.label(name, page.reader.language, "segment"),
                moment=page.reader.moment(point.as_of, sight.plan.settings.zone),
            ),
            rows=[
                (customer_id, person_text(persons.get(customer_id)), page.reader.say(f"segment.{cause}"))
                for customer_id, cause in found.rows
            ],
            count=found.count,
            after=after,
            page_rows=MOVERS_SHOWN,
            link=lambda start: f"/segments/{quote(name)}/runs/{quote(run_id)}/{change}?after={start}",
        )


def _definition(sight: Sight, name: str) -> Segment:
    definition = sight.plan.segments.get(name)
    if definition is None:
        raise NotFound(f"the plan has no segment `{name}`")
    return definition


def _finding(page: Page, points: Sequence[Point]) -> str:
    """What the chart shows: how the size changed from the first run of it to the last."""
    if not points:
        return page.reader.say("segments.finding.none")
    first, last = points[0].size, points[-1].size
    if len(points) == 1:
        return page.reader.say("segments.finding.first", count=last)
    trend = "rose" if last > first else "fell" if last < first else "same"
    return page.reader.say(
        f"segments.finding.{trend}",
        before=page.reader.number(first),
        now=page.reader.number(last),
        runs=len(points),
    )


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with the finding that it shows."""

    title: str
    drawing: str


def _charts(page: Page, sight: Sight, points: Sequence[Point]) -> list[Chart]:
    """Size, entries and exits, and what was at stake, run by run; nothing of one run alone."""
    if not points[1:]:
        return []
    zone, say = sight.plan.settings.zone, page.reader.say
    names = [page.reader.day(each.as_of.astimezone(zone).date()) for each in points]
    sizes = columns(names, [each.size for each in points], unit=say("nav.people"))
    # The first run has nothing to compare with: all its members would be entries.
    parts = _parts(page, points[1:])
    moved = stacked(names[1:], [(name, values) for name, values in parts.items() if any(values)])
    entered, left = (
        page.reader.number(sum(getattr(each, name) for each in points[1:])) for name in ("entries", "exits")
    )
    charts = [
        Chart(_finding(page, points), as_text(sizes)),
        Chart(say("segments.moves", entered=entered, left=left, runs=len(points) - 1), as_text(moved)),
    ]
    worths = [each.worth_minor for each in points]
    if any(worth is not None for worth in worths):
        currency = sight.plan.settings.money
        values = [None if worth is None else worth / currency.minor_per_major for worth in worths]
        drawn = lines(names, [Line(say("people.worth"), values)], form=amounts(currency.code))
        before, now = money(page, sight, worths[0]), money(page, sight, worths[-1])
        charts.append(Chart(say("segments.stake", before=before, now=now), as_text(drawn)))
    return charts


def _parts(page: Page, points: Sequence[Point]) -> dict[str, list[int]]:
    """How many entered, above zero, and left, below it, at each run, by the cause of it."""
    say = page.reader.say
    parts = {
        say("segments.entered"): [each.entries for each in points],
        say("segments.left"): [-each.exits for each in points],
    }
    for change, cause in sorted({key for each in points for key in each.others}):
        name = (
            f"{say('segments.entered' if change == 'entry' else 'segments.left')}: {say(f'segment.{cause}')}"
        )
        sign = 1 if change == "entry" else -1
        parts[name] = [sign * each.others.get((change, cause), 0) for each in points]
    return parts


def _overlaps(page: Page, sight: Sight, name: str) -> list[dict[str, object]]:
    """The other segments that share customers with this one, those that share most first."""
    every = sorted(segments_now(sight, page.signed_in), key=lambda each: -each.size)
    others = [each.name for each in every if each.name != name and each.size][: OVERLAPPING_MAX - 1]
    if not others:
        return []
    found = sight.memory.recall(
        ("overlap", name, page.signed_in.scope), lambda: overlap(sight, page.signed_in, [name, *others])
    )
    pairs = sorted(
        (each for each in found.pairs if each.one == name and each.both), key=lambda each: -each.both
    )
    return [
        {
            "label": sight.plan.label(each.other, page.reader.language, "segment"),
            "link": f"/segments/{quote(each.other)}",
            "both": page.reader.number(each.both),
            "customers": f"{LIST}?{urlencode({'segment': name, 'where': sight.plan.segments[each.other].where})}",
            "share": Cell(
                page.reader.share(each.both / found.sizes[name]), bar=Bar(each.both / found.sizes[name])
            ),
        }
        for each in pairs
    ]


def _tags(page: Page, sight: Sight) -> list[dict[str, str]]:
    """Each tag with how many customers have a value of it, as of the snapshot."""
    names = [name for name in sight.plan.tags if name in sight.plan.customer_record().fields]
    if not names:
        return []

    def count() -> dict[str, int]:
        customers = visible_customers(sight, page.signed_in, ["customer_id", *names])
        [found] = sight.snapshot.engine.rows(
            customers.aggregate(**{name: customers[name].count() for name in names})
        )
        return {name: int(found[name]) for name in names}

    counts = sight.memory.recall(("tags", page.signed_in.scope), count)
    return [
        {
            "label": sight.plan.label(name, page.reader.language, "tag"),
            "count": page.reader.number(many),
            "link": f"{LIST}?{urlencode({'segment': EVERYBODY, 'where': f'{name} is not missing'})}",
        }
        for name, many in counts.items()
    ]
