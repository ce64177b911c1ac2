"""One customer: stage, value and reasons; every figure; what happened; who they are, masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.answers.customer import (
    SEGMENT,
    Event,
    Place,
    Profile,
    Reach,
    Wanted,
    profile,
    reach_of_line,
    time_line,
)
from keepwell.answers.months import Month, orders_by_month
from keepwell.answers.persons import Party, personal_kinds
from keepwell.answers.reveal import REASONS
from keepwell.answers.sight import Sight
from keepwell.answers.wording import money_text, reason_text
from keepwell.language.types import Type, Value
from keepwell.web.asked import LIST
from keepwell.web.charts import as_text, columns
from keepwell.web.locale.texts import TEXTS
from keepwell.web.page import Page, SignedIn, needs
from keepwell.web.pages.customer_fields import fields_shown
from keepwell.web.pages.people import STAGE, WORTH
from keepwell.web.pages.standing import nothing_to_show
from keepwell.web.pages.tagging import tags_of
from keepwell.web.reader import Reader
from keepwell.web.wording import Cell, cell, name_of, stage_colour

MONTHS_SHOWN_MIN = 12
YEARS_SHOWN_MAX = 30
EVENT_KINDS = ("order", "order_line", "interaction")

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS)])


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happened, in the reader's language."""

    at: str
    instant: str
    kind: str
    is_return: bool
    amount: str
    source: str
    values: tuple[tuple[str, str], ...]


def _wanted(
    kind: Annotated[str, Query(max_length=40)] = "",
    source: Annotated[str, Query(max_length=100)] = "",
    year: Annotated[str, Query(pattern="^([12][0-9]{3})?$")] = "",
) -> Wanted:
    """What of the time line is asked for, as the address says it."""
    return Wanted(kind or None, source or None, int(year) if year else None)


Asked = Annotated[Wanted, Depends(_wanted)]
Sought = Annotated[str, Query(max_length=200)]


@routes.get("/customers/{customer_id}")
def customer(
    page: SignedIn,
    customer_id: str,
    wanted: Asked,
    field: Sought = "",
    back: Annotated[str, Query(max_length=2_000)] = "",
) -> Response:
    """The page. ``field`` leaves the fields that are called so; ``back`` is the list one came from."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with page.sight() as sight:
        found = profile(sight, page.signed_in, customer_id)
        months = orders_by_month(sight, page.signed_in, customer_id)
        reach = reach_of_line(sight, page.signed_in, customer_id)
        back = page.own_path(back, LIST)
        return page.show(
            "customer.html",
            _line(page, sight, customer_id, wanted, before=None)
            | fields_shown(page, sight, found, reach, field),
            line=_filters(page, sight, customer_id, wanted, reach, back),
            found=found,
            title=found.person.masked.get("name") or customer_id,
            stage=_cell(page, sight, found, STAGE),
            stage_colour=stage_colour(found.values.get(STAGE)),
            worth=_cell(page, sight, found, WORTH),
            worth_label=name_of(page.reader, sight.plan, WORTH)
            if WORTH in sight.plan.customer_record().fields
            else "",
            memberships=_memberships(page, sight, found),
            tags=tags_of(page, sight, list(found.person.party_keys)),
            back=back,
            carried=_carried(wanted, back),
            parties=_parties(page, sight, found.person.parties),
            months=_months(page, sight, found, months),
            zone=sight.plan.settings.zone,
            info=sight.snapshot.info,
            reasons=REASONS,
            reason="",
            words="",
        )


@routes.get("/customers/{customer_id}/fields")
def fields(page: SignedIn, customer_id: str, field: Sought = "") -> Response:
    """The fields that are called so: a page of its own, from which htmx takes them while one types."""
    with page.sight() as sight:
        found = profile(sight, page.signed_in, customer_id)
        reach = reach_of_line(sight, page.signed_in, customer_id)
        shown = fields_shown(page, sight, found, reach, field)
        return page.show("customer_fields.html", shown, found=found, info=sight.snapshot.info)


@routes.get("/customers/{customer_id}/time-line")
def earlier(
    page: SignedIn,
    customer_id: str,
    before: datetime,
    wanted: Asked,
    at_source: Annotated[str, Query(max_length=200)] = "",
    at_key: Annotated[str, Query(max_length=2_000)] = "",
) -> Response:
    """An earlier part of the time line: a page of its own, from which htmx takes the rows."""
    with page.sight() as sight:
        before = before.replace(tzinfo=UTC) if before.tzinfo is None else before
        place = Place(before, at_source, at_key)
        return page.show("time_line.html", _line(page, sight, customer_id, wanted, before=place))


def _filters(
    page: Page, sight: Sight, customer_id: str, wanted: Wanted, reach: Reach, back: str
) -> dict[str, object]:
    """What the time line may be narrowed to; a choice of one is no choice."""
    say, language = page.reader.say, page.reader.language
    kinds = [
        (kind, say("customer.line.segment" if kind == SEGMENT else f"fact.{kind}")) for kind in reach.kinds
    ]
    sources = [(name, sight.plan.label(name, language, "source")) for name in reach.sources]
    last = sight.as_of.day.year
    years = range(last, max(reach.first_year, last - YEARS_SHOWN_MAX) - 1, -1) if reach.first_year else []
    return {
        "kinds": kinds if len(kinds) > 1 else [],
        "sources": sources if len(sources) > 1 else [],
        "years": [(year, _line_address(customer_id, replace(wanted, year=year), back)) for year in years],
        "wanted": wanted,
        "all_years": _line_address(customer_id, replace(wanted, year=None), back),
    }


def _line_address(customer_id: str, wanted: Wanted, back: str) -> str:
    query = urlencode(_carried(wanted, back))
    return f"/customers/{customer_id}{f'?{query}' if query else ''}#line"


def _carried(wanted: Wanted, back: str = LIST) -> dict[str, str]:
    """What of the page's address stays when something else of it changes."""
    given = {
        "kind": wanted.kind,
        "source": wanted.source,
        "year": wanted.year,
        "back": back if back != LIST else None,
    }
    return {name: str(value) for name, value in given.items() if value}


def _line(
    page: Page, sight: Sight, customer_id: str, wanted: Wanted, *, before: Place | None
) -> dict[str, object]:
    line = time_line(sight, page.signed_in, customer_id, wanted=wanted, before=before)
    next_link = None
    if line.before is not None:
        moment = line.before.at.astimezone(UTC).replace(tzinfo=None).isoformat()
        place = {"before": f"{moment}Z", "at_source": line.before.source, "at_key": line.before.key}
        next_link = f"/customers/{customer_id}/time-line?{urlencode(place | _carried(wanted))}"
    return {
        "customer_id": customer_id,
        "events": [_event(page, sight, event) for event in line.events],
        "next_link": next_link,
        "is_first_part": before is None,
    }


def _event(page: Page, sight: Sight, event: Event) -> EventRow:
    if event.kind == "segment":
        return _segment_event(page, sight, event)
    amount = event.values.get("amount")
    is_return = event.kind in {"order", "order_line"} and isinstance(amount, int) and amount < 0
    kind = event.kind if event.kind in EVENT_KINDS else "interaction"
    told = [(name, value) for name, value in event.values.items() if name != "amount"]
    return EventRow(
        at=page.reader.moment(event.occurred_at, sight.plan.settings.zone),
        instant=event.occurred_at.isoformat(),
        kind=page.reader.say("fact.return" if is_return else f"fact.{kind}"),
        is_return=is_return,
        amount=money_text(sight.plan, amount, page.reader.language) if isinstance(amount, int) else "",
        source=sight.plan.label(event.source, page.reader.language, "source"),
        values=tuple(
            (column_name(page.reader, name), _plain(page.reader, sight, event.source, name, value))
            for name, value in told
        ),
    )


def _segment_event(page: Page, sight: Sight, event: Event) -> EventRow:
    is_known = event.source in sight.plan.segments
    say = page.reader.say
    return EventRow(
        at=page.reader.moment(event.occurred_at, sight.plan.settings.zone),
        instant=event.occurred_at.isoformat(),
        kind=say(f"segment.{event.values['change']}"),
        is_return=False,
        amount="",
        source=sight.plan.label(event.source, page.reader.language, "segment") if is_known else event.source,
        values=((say("segment.cause"), say(f"segment.{event.values['cause']}")),),
    )


def column_name(reader: Reader, name: str) -> str:
    """What people call a standard column of facts; a column of the plan's own as it is written there."""
    key = f"column.{name}"
    return reader.say(key) if key in TEXTS else name


def _plain(reader: Reader, sight: Sight, source: str, name: str, value: Value) -> str:
    field = sight.plan.source_columns(source).get(name)
    if field is not None and field.type is Type.MONEY and isinstance(value, int):
        return money_text(sight.plan, value, reader.language)
    if isinstance(value, datetime):
        return reader.moment(value, sight.plan.settings.zone)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return reader.number(value)
    return str(value)


def _cell(page: Page, sight: Sight, found: Profile, name: str) -> Cell | None:
    if name not in sight.plan.customer_record().fields:
        return None
    return cell(page.reader, sight.plan, name, found.values.get(name))


def _memberships(page: Page, sight: Sight, found: Profile) -> list[tuple[str, str, list[str]]]:
    language = page.reader.language
    return [
        (
            each.segment,
            sight.plan.label(each.segment, language, "segment"),
            [reason_text(sight.plan, reason, found.values, language) for reason in each.reasons],
        )
        for each in found.memberships
    ]


def _parties(page: Page, sight: Sight, parties: Sequence[Party]) -> list[dict[str, object]]:
    kinds, language = personal_kinds(sight), page.reader.language
    return [
        {
            "key": party.party_key,
            "sources": [sight.plan.label(name, language, "source") for name in party.sources],
            "masked": [
                (page.reader.say(f"kind.{kinds.get(name, 'other')}"), name, value)
                for name, value in sorted(party.masked.items())
            ],
        }
        for party in parties
    ]


def _months(page: Page, sight: Sight, found: Profile, months: list[Month]) -> dict[str, object] | None:
    """The chart's title says what it shows; the table beneath has the same figures."""
    first = next((number for number, month in enumerate(months) if month.orders), None)
    if first is None:
        return None
    months = months[min(first, len(months) - MONTHS_SHOWN_MIN) :]
    reader, language = page.reader, page.reader.language
    before, now = found.values.get("orders_prev_90d"), found.values.get("orders_90d")
    title = reader.say("customer.months")
    if isinstance(before, int) and isinstance(now, int):
        trend = "same" if before == now else "fell" if now < before else "rose"
        title = reader.say(f"customer.months.{trend}", before=before, now=now, count=now)
    names = [reader.month(month.first_day) for month in months]
    chart = columns(names, [month.orders for month in months], unit=reader.say("customer.months.orders"))
    rows = [
        (name, reader.number(month.orders), money_text(sight.plan, month.spend_minor, language))
        for name, month in zip(names, months, strict=True)
    ]
    return {"title": title, "chart": as_text(chart), "rows": rows[::-1]}
