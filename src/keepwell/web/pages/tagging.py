"""Tags by hand: of all customers of a list, after saying how many that are; of one; and taken back again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.answers.list_export import count_matching
from keepwell.answers.persons import party_keys_of
from keepwell.answers.sight import Sight
from keepwell.answers.tagging import Change, Meant, change_of, meant_by_conditions
from keepwell.answers.wording import value_text
from keepwell.catalog.tags import canonical_value, typed_value
from keepwell.core.errors import LimitExceeded, NotFound, Problem, Refused
from keepwell.customers.tags import Said, acts_of, last_said, said_of, set_tag, undo_act
from keepwell.lists.model import conditions_of, faults
from keepwell.web.asked import Address, Asked
from keepwell.web.page import Page, SignedIn, form_fits, needs
from keepwell.web.pages.people import shown, title_of
from keepwell.web.pages.standing import nothing_to_show

TAGGED_MAX = 100_000
"""So many customers are tagged at a time from a page; the command line has no such limit."""
VALUE_MAX = 1_000

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS), needs(Permission.TAG)])

TagName = Annotated[str, Form(max_length=100)]
Given = Annotated[str, Form(max_length=VALUE_MAX)]


@dataclass(frozen=True, slots=True)
class Filled:
    """The form of a tag as it was filled in; ``change`` is what it would do, ``customers`` what was said it would."""

    tag: str = ""
    value: str = ""
    remove: bool = False
    change: Change | None = None
    is_other_now: bool = False
    problems: tuple[Problem, ...] = ()


@routes.get("/customers/tag")
def offer(page: SignedIn, asked: Address, tag: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Which tag, and which value of it."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with page.sight() as sight:
        if _is_answerable(sight, asked):
            return _offer(page, sight, asked, Filled(tag if tag in sight.plan.tags else ""))
    return shown(page, asked)


@routes.post("/customers/tag", dependencies=[Depends(form_fits)])
def tag_list(
    page: SignedIn,
    asked: Address,
    tag: TagName = "",
    value: Given = "",
    *,
    remove: Annotated[bool, Form()] = False,
    sure: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Say what would happen; and once that was confirmed and is still so, let it happen.

    ``sure`` is the number of customers of whom it was said that it would be news.
    """
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with page.sight() as sight:
        if not _is_answerable(sight, asked):
            return shown(page, asked)
        try:
            said = _said(sight, tag, value, remove=remove)
            meant = _meant(page, sight, asked)
        except (Refused, LimitExceeded) as error:
            return _offer(page, sight, asked, Filled(tag, value, remove, problems=error.problems))
        keys = [key for of_one in meant.values() for key in of_one]
        with page.web.deployment.store.read() as session:
            change = change_of(meant, last_said(session, tag, among=keys), said)
        if sure != str(change.news) or not change.news:
            filled = Filled(tag, value, remove, change, is_other_now=bool(sure))
            return _offer(page, sight, asked, filled)
    with page.web.deployment.store.write() as session:
        news = set_tag(session, tag, keys, said, actor=page.signed_in.name, now=page.web.clock())
        newest = acts_of(session, page.signed_in.name, limit=1)
    return page.go("/tags", done=newest[0].id if news else None, back=asked.link())


@routes.get("/tags")
def acts(
    page: SignedIn, done: int | None = None, back: Annotated[str, Query(max_length=20_000)] = ""
) -> Response:
    """What the viewer tagged lately, each to be undone."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with page.web.deployment.store.read() as session:
        found = acts_of(session, page.signed_in.name)
    with page.sight() as sight:
        return page.show(
            "tag_acts.html",
            acts=[
                (act, tag_label(page, sight, act.tag), told(page, sight, act.tag, act.value)) for act in found
            ],
            done=next((act for act in found if act.id == done), None),
            back=page.own_path(back, "/customers"),
        )


@routes.post("/tags/{act_id}/undo", dependencies=[Depends(form_fits)])
def undo(page: SignedIn, act_id: int) -> Response:
    """Say again what had been said before."""
    with page.web.deployment.store.write() as session:
        undo_act(session, act_id, actor=page.signed_in.name, now=page.web.clock())
    return page.go("/tags")


@routes.post("/customers/{customer_id}/tag", dependencies=[Depends(form_fits)])
def tag_one(
    page: SignedIn,
    customer_id: str,
    tag: TagName = "",
    value: Given = "",
    *,
    remove: Annotated[bool, Form()] = False,
) -> Response:
    """Set a tag of one customer, or take it back."""
    with page.sight() as sight:
        keys = party_keys_of(sight, page.signed_in, [customer_id]).get(customer_id)
        if keys is None:
            raise NotFound(f"there is no customer `{customer_id}`")
        try:
            said = _said(sight, tag, value, remove=remove)
        except Refused as error:
            return page.show(
                "tag_one.html",
                status=422,
                customer_id=customer_id,
                tag=found_tag(page, sight, tag, value),
                problems=error.problems,
            )
    with page.web.deployment.store.write() as session:
        set_tag(session, tag, keys, said, actor=page.signed_in.name, now=page.web.clock())
    return page.go(f"/customers/{customer_id}#tags")


def tag_label(page: Page, sight: Sight, name: str) -> str:
    """What people call a tag; its name where the plan has none such any more."""
    return sight.plan.label(name, page.reader.language, "tag") if name in sight.plan.tags else name


def told(page: Page, sight: Sight, name: str, canonical: str | None) -> str:
    """A value that was said, in the reader's language; empty where one was taken back."""
    if canonical is None:
        return ""
    found = sight.plan.tags.get(name)
    value = typed_value(found, canonical) if found else None
    return canonical if value is None else value_text(sight.plan, name, value, page.reader.language)


def found_tag(
    page: Page, sight: Sight, name: str, value: str = "", said: Said | None = None
) -> dict[str, object] | None:
    """A tag with what may be said by it; None where there is none such."""
    found = sight.plan.tags.get(name)
    if found is None:
        return None
    language = page.reader.language
    choices = [(each.value, value_text(sight.plan, name, each.value, language)) for each in found.choices]
    if found.type == "flag":
        choices = [(each, page.reader.say(f"conditions.flag.{each}")) for each in ("true", "false")]
    return {
        "name": name,
        "label": tag_label(page, sight, name),
        "about": found.about.in_(language, sight.plan.settings.language) if found.about else "",
        "type": found.type,
        "choices": choices,
        "value": value,
        "is_set": said is not None and said.value is not None,
        "shown": told(page, sight, name, said.value) if said else "",
        "by": said.actor if said else "",
        "at": page.reader.moment(said.said_at, sight.plan.settings.zone) if said else "",
    }


def tags_of(page: Page, sight: Sight, party_keys: list[str]) -> list[dict[str, object]]:
    """Every tag of the plan with what was last said by it of a customer."""
    names = list(sight.plan.tags)
    if not names:
        return []
    with sight.store.read() as session:
        said = said_of(session, names, party_keys)
    found = (found_tag(page, sight, name, said=said.get(name)) for name in names)
    return [each for each in found if each is not None]


def _said(sight: Sight, tag: str, value: str, *, remove: bool) -> str | None:
    """What shall be said by a tag that the plan says is set by hand; None takes back. Raises Refused."""
    if tag not in sight.plan.tags:
        raise Refused("choose a tag", hint="the plan says which there are: those with `tag:`")
    return None if remove else canonical_value(sight.plan, sight.plan.tags[tag], value)


def _is_answerable(sight: Sight, asked: Asked) -> bool:
    return all(each.part in {"sort", "column"} for each in faults(sight.plan, asked.question))


def _meant(page: Page, sight: Sight, asked: Asked) -> Meant:
    conditions = conditions_of(sight.plan, asked.question)
    count = count_matching(sight, page.signed_in, conditions)
    if count > TAGGED_MAX:
        raise LimitExceeded(
            f"at most {TAGGED_MAX:,} customers are tagged at a time, and these are {count:,}",
            hint="narrow the list, or use `keepwell tag`",
        )
    return meant_by_conditions(sight, page.signed_in, *conditions)


def _offer(page: Page, sight: Sight, asked: Asked, filled: Filled) -> Response:
    conditions = conditions_of(sight.plan, asked.question)
    plan = sight.plan
    said = ""
    if filled.change and not filled.remove:
        said = told(page, sight, filled.tag, canonical_value(plan, plan.tags[filled.tag], filled.value))
    return page.show(
        "tag.html",
        status=422 if filled.problems else 200,
        title=page.reader.say("tags.offer"),
        asked=asked,
        segment=title_of(page, sight, asked.segment),
        conditions=conditions,
        customers=count_matching(sight, page.signed_in, conditions),
        tags=[(name, tag_label(page, sight, name)) for name in plan.tags],
        tag=found_tag(page, sight, filled.tag, filled.value),
        filled=filled,
        said=said,
        problems=filled.problems,
    )
