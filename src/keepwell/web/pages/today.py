"""The first page: what changed, and who is about to leave."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.answers.persons import persons_of
from keepwell.answers.sight import Sight
from keepwell.answers.sources import sources
from keepwell.answers.today import COUNTED, LEAVING, SUMMED, Figure, Today, today
from keepwell.answers.wording import MISSING, money_text
from keepwell.lists.model import EVERYBODY
from keepwell.web.asked import LIST
from keepwell.web.page import Page, SignedIn, needs
from keepwell.web.pages.people import reason_label
from keepwell.web.pages.standing import nothing_to_show, outdated_by

FIGURES = (*COUNTED, *SUMMED)
SEGMENTS_SHOWN = 6

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
            figures=[_figure(page, sight, each) for each in found.figures],
            reasons=[
                {
                    "label": reason_label(page, sight, each.name, LEAVING),
                    "customers": each.customers,
                    "worth": money(page, sight, each.worth_minor),
                    "link": f"{LIST}?{urlencode({'reason': each.name})}",
                }
                for each in found.reasons
                if each.customers
            ],
            entered=_entered(page, sight, found),
            segments=[
                (each.name, sight.plan.label(each.name, page.reader.language, "segment"), each.size,
                 signed(page, each.since_last_run))
                for each in found.segments[:SEGMENTS_SHOWN]
            ],
            fresh=_freshness(page, sight),
            info=info,
            zone=sight.plan.settings.zone,
            outdated=outdated_by(page, info),
        )  # fmt: skip


def money(page: Page, sight: Sight, minor: int | None) -> str:
    """An amount as the reader writes it, a dash for none."""
    return MISSING if minor is None else money_text(sight.plan, minor, page.reader.language)


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


def _figure(page: Page, sight: Sight, figure: Figure) -> dict[str, str]:
    def shown(value: int) -> str:
        return money(page, sight, value) if figure.is_money else page.reader.number(value)

    before, change = "", ""
    if figure.before is not None:
        before = page.reader.say("today.before", value=shown(figure.before))
    if figure.before:
        share = (figure.value - figure.before) / figure.before
        change = f"{'+' if share > 0 else ''}{page.reader.share(round(share, 3))}"
    return {
        "label": page.reader.say(f"today.figure.{figure.name}"),
        "value": shown(figure.value),
        "before": before,
        "change": change,
        "link": f"{LIST}?{urlencode({'segment': EVERYBODY, 'where': figure.where})}",
    }


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
