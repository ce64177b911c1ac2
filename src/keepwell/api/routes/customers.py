"""Customers: a list, a search, one of them, and their time line."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from keepwell.access.model import Permission
from keepwell.answers.ask import Answer, Found, ask, members
from keepwell.answers.customer import EVENTS_PER_PAGE, Wanted, profile, time_line
from keepwell.answers.persons import find_customers
from keepwell.answers.sight import Sight
from keepwell.api.asking import AnyKey, needs
from keepwell.api.cursors import Paged
from keepwell.api.filling.customers import customer, customer_list, customer_profile
from keepwell.api.filling.shared import as_of
from keepwell.api.shapes.customers import (
    CustomerList,
    CustomerProfile,
    FoundCustomers,
    TimeLine,
    TimeLineEvent,
)
from keepwell.api.writes import Sent
from keepwell.core.errors import NotFound, Refused
from keepwell.core.nearest import did_you_mean

WHERE_LENGTH_MAX = 10_000
FIELDS_MAX = 100
WORTH = "spend_365d"

routes = APIRouter(tags=["customers"], dependencies=[needs(Permission.SEE_CUSTOMERS)])


class CustomersAsked(Paged):
    """Whom a list shows."""

    segment: str | None = Field(None, max_length=63, description="a segment; everybody without one")
    where: str | None = Field(
        None,
        max_length=WHERE_LENGTH_MAX,
        description="an expression they meet too",
        examples=["orders_90d > 1"],
    )
    reason: str | None = Field(None, max_length=63, description="a reason of the segment that holds")
    sort: str | None = Field(
        None,
        max_length=64,
        description="a field, greatest first; `-field`: smallest first; worth without one",
    )
    fields: str | None = Field(
        None,
        max_length=7_000,
        description=f"names of at most {FIELDS_MAX} fields between commas; all without",
    )
    worth: str | None = Field(
        None,
        max_length=63,
        description="a money field to add up where there is no segment, which names its own",
    )


class TimeLineAsked(Paged):
    """What of a time line is asked for."""

    limit: int = Field(EVENTS_PER_PAGE, ge=1, le=500)
    kind: str | None = Field(None, max_length=63, description="a kind of fact, or `segment`")
    source: str | None = Field(None, max_length=63)
    year: int | None = Field(None, ge=1, le=9998, description="of the plan's time zone")


class SearchFor(Sent):
    """What to find exactly."""

    text: str = Field(
        min_length=1, max_length=200, description="a whole phone, e-mail, name or id, or the last four digits"
    )


@routes.get("/customers")
def list_customers(asking: AnyKey, asked: Annotated[CustomersAsked, Query()]) -> CustomerList:
    """Customers of a segment, or who meet a condition, or all; with what is at stake and why each is among them."""
    with asking.paged(asked) as (sight, pages):
        fields = _fields(sight, asked.fields)
        answer = _answer(asking, sight, asked, fields, after=pages.begin())
        return customer_list(sight, answer, fields, asked.segment, pages.next(answer.next_after))


@routes.post("/search")
def search_customers(asking: AnyKey, wanted: SearchFor) -> FoundCustomers:
    """Find customers exactly, with all their fields. By POST, so that a phone number stands in no address or log."""
    with asking.sight() as sight:
        found = [
            profile(sight, asking.viewer, each) for each in find_customers(sight, asking.viewer, wanted.text)
        ]
        plain = [Found(each.customer_id, each.person, each.values, (), ()) for each in found]
        return FoundCustomers(as_of=as_of(sight), customers=[customer(sight, each, None) for each in plain])


@routes.get("/customers/{customer_id}")
def get_customer(asking: AnyKey, customer_id: str) -> CustomerProfile:
    """One customer: identities, segments with reasons, every field."""
    with asking.sight() as sight:
        found = profile(sight, asking.viewer, customer_id)
        return customer_profile(sight, found)


@routes.get("/customers/{customer_id}/time-line")
def get_time_line(asking: AnyKey, customer_id: str, asked: Annotated[TimeLineAsked, Query()]) -> TimeLine:
    """What happened to a customer, the newest first."""
    with asking.paged(asked) as (sight, pages):
        found = time_line(
            sight,
            asking.viewer,
            customer_id,
            wanted=Wanted(asked.kind, asked.source, asked.year),
            before=pages.before(),
            limit=asked.limit,
        )
        return TimeLine(
            as_of=as_of(sight),
            events=[TimeLineEvent.model_validate(each) for each in found.events],
            next_cursor=pages.next(found.before),
        )


def worth_of(sight: Sight) -> str | None:
    """The shipped field that says what customers are worth, where the plan has it."""
    return WORTH if WORTH in sight.plan.customer_record().fields else None


def _answer(
    asking: AnyKey, sight: Sight, asked: CustomersAsked, fields: frozenset[str], *, after: int
) -> Answer:
    if asked.segment is not None:
        if asked.worth is not None:
            raise Refused("a segment names its own worth", hint="leave out `worth`, or `segment`")
        return members(
            sight,
            asking.viewer,
            asked.segment,
            fields=fields,
            narrowed_by=asked.where,
            reason=asked.reason,
            sort=asked.sort,
            limit=asked.limit,
            after=after,
        )
    if asked.reason is not None:
        raise Refused("reasons belong to a segment", hint="name the segment, or leave out `reason`")
    worth = asked.worth or worth_of(sight)
    return ask(
        sight,
        asking.viewer,
        asked.where or "true",
        fields=fields,
        worth=worth,
        sort=asked.sort,
        limit=asked.limit,
        after=after,
    )


def _fields(sight: Sight, given: str | None) -> frozenset[str]:
    """The fields named, all where none are. Raises NotFound, Refused."""
    known = sight.plan.customer_record().fields
    if given is None:
        return frozenset(known)
    names = [name for each in given.split(",") if (name := each.strip())]
    if len(names) > FIELDS_MAX:
        raise Refused(f"at most {FIELDS_MAX} fields can be chosen", hint="leave out `fields` to have all")
    for name in names:
        if name not in known:
            raise NotFound(f"customers have no field `{name}`", hint=did_you_mean(name, known))
    return frozenset(names)
