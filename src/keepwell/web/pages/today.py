"""The first page: what changed, and who is about to leave."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.answers.persons import persons_of
from keepwell.answers.segments import Standing
from keepwell.answers.sight import Sight
from keepwell.answers.sources import sources
from keepwell.answers.today import LEAVING, ReasonAtStake, Today, today
from keepwell.answers.wording import MISSING
from keepwell.web.asked import LIST
from keepwell.web.page import Page, SignedIn, needs
from keepwell.web.pages.people import reason_label
from keepwell.web.pages.standing import nothing_to_show, outdated_by
from keepwell.web.pages.today_figures import by_month, money, period, shown
from keepwell.web.panels import Bar, Cell, Column, Panel, Table, small_columns

SEGMENTS_SHOWN = 6
RUNS_SHOWN = 20

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS)])


@routes.get("/")
def first_page(page: SignedIn) -> Response:
    """The page."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with page.sight() as sight:
        found = today(sight, page.signed_in)
        info = sight.snapshot.info
        return page.show(
            "today.html",
            found=found,
            headline=_headline(page, sight, found),
            figures=[shown(page, sight, each, found.months) for each in found.figures],
            period=period(page, sight),
            months=by_month(page, sight, found.months) if found.months else None,
            reasons=_reasons(page, sight, found),
            entered=_entered(page, sight, found),
            segments=[
                (
                    each.name,
                    sight.plan.label(each.name, page.reader.language, "segment"),
                    each.size,
                    signed(page, each.since_last_run),
                    course(page, sight, each),
                )
                for each in found.segments[:SEGMENTS_SHOWN]
            ],
            fresh=_freshness(page, sight),
            info=info,
            zone=sight.plan.settings.zone,
            outdated=outdated_by(page, info),
        )


def signed(page: Page, change: int | None) -> str:
    """A change of a count with its sign, a dash where there is nothing to compare with."""
    if change is None:
        return MISSING
    return f"{'+' if change > 0 else '−' if change < 0 else '±'}{page.reader.number(abs(change))}"


def _headline(page: Page, sight: Sight, found: Today) -> tuple[str, str]:
    """The finding, and how it moved since the run before."""
    say, leaving = page.reader.say, found.leaving
    if leaving is None:
        return say("today.no_leaving"), ""
    if leaving.size == 0:
        finding = say("today.nobody")
    elif leaving.worth_minor is None:
        finding = say("today.leaving", count=leaving.size)
    else:
        finding = say(
            "today.leaving.worth", count=leaving.size, worth=money(page, sight, leaving.worth_minor)
        )
    change = leaving.since_last_run
    if change is None:
        return finding, say("today.first_run")
    if leaving.is_redefined:
        return finding, say("today.redefined")
    if change == 0:
        return finding, say("today.same")
    return finding, say("today.more" if change > 0 else "today.fewer", count=abs(change))


def course(page: Page, sight: Sight, segment: Standing) -> list[Column]:
    """A segment's size at the latest runs; nothing where there is one at most."""
    points, zone = segment.course[-RUNS_SHOWN:], sight.plan.settings.zone
    if not points[1:]:
        return []
    return small_columns(
        [(page.reader.moment(as_of, zone), size, False) for as_of, size in points],
        [page.reader.number(size) for _, size in points],
    )


def _reasons(page: Page, sight: Sight, found: Today) -> Panel | None:
    """What is at stake by reason, as bars; of a segment without worth, how many have each reason."""
    reasons = [each for each in found.reasons if each.customers]
    if not reasons:
        return None
    say, has_worth = page.reader.say, any(each.worth_minor is not None for each in reasons)

    def stake(each: ReasonAtStake) -> int:
        return (each.worth_minor or 0) if has_worth else each.customers

    most = max(map(stake, reasons)) or 1
    rows = []
    for each in reasons:
        link = f"{LIST}?{urlencode({'reason': each.name})}"
        cells = [
            Cell(reason_label(page, sight, each.name, LEAVING), link),
            Cell(
                money(page, sight, each.worth_minor) if has_worth else page.reader.number(each.customers),
                bar=Bar(stake(each) / most),
            ),
        ]
        rows.append((*cells, *([Cell(page.reader.number(each.customers), link)] if has_worth else [])))
    heads = [say("today.reason"), *([say("people.worth")] if has_worth else []), say("nav.people")]
    name, first = rows[0][0].text, rows[0][1].text
    title = say("today.reasons.title" if has_worth else "today.reasons.title.count", name=name, most=first)
    return Panel(title, say("today.reasons.about"), None, Table(tuple(heads), tuple(rows)))


def _entered(page: Page, sight: Sight, found: Today) -> list[dict[str, str]]:
    persons = persons_of(sight, page.signed_in, [customer_id for customer_id, _ in found.entered])
    return [
        {
            "id": customer_id,
            "name": persons[customer_id].masked.get("name")
            or next(iter(persons[customer_id].party_keys), ""),
            "worth": money(page, sight, worth),
        }
        for customer_id, worth in found.entered
        if customer_id in persons
    ]


def _freshness(page: Page, sight: Sight) -> list[dict[str, object]]:
    """The last fact of each source, for those who may see data of the whole business."""
    viewer = page.signed_in
    if not viewer.may(Permission.SEE_DATA):
        return []
    return [
        {
            "name": each.name,
            "label": sight.plan.label(each.name, page.reader.language, "source"),
            "last": page.reader.moment(each.quality.last_fact_at, sight.plan.settings.zone),
            "waiting": each.waiting,
        }
        for each in sources(sight.plan, sight.lake)
    ]
