"""Taking a list away as a file: what will be in it, who must approve, and the file itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.answers.list_export import count_matching, list_as_csv
from keepwell.answers.persons import personal_kinds
from keepwell.answers.sight import Sight
from keepwell.catalog.limits import Exports
from keepwell.core.errors import Conflict, Forbidden, KeepwellError, Problem
from keepwell.lists.exports import (
    REASON_MAX,
    Contents,
    ExportRequest,
    approve_export,
    begin_download,
    end_download,
    find_request,
    left_unapproved,
    may_export,
    others_requests,
    refuse_export,
    request_export,
    requests_of,
    withdraw_export,
)
from keepwell.lists.model import Fault, conditions_of, faults
from keepwell.web.asked import Address, Asked, link_of
from keepwell.web.download import Download, one_of_few
from keepwell.web.page import Page, SignedIn, form_fits, needs
from keepwell.web.pages.people import WORTH, shown, shown_columns, title_of
from keepwell.web.pages.standing import nothing_to_show
from keepwell.web.wording import name_of

COLOURS = {
    "waiting": "yellow", "ready": "green", "refused": "red",
    "lapsed": "secondary", "expired": "secondary", "used_up": "secondary", "withdrawn": "secondary",
}  # fmt: skip
"""Colour of each standing; the word always stands beside it."""

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS)])
EXPORT = [needs(Permission.EXPORT)]
DECIDE = [needs(Permission.APPROVE_EXPORT), Depends(form_fits)]

Words = Annotated[str, Form(max_length=5_000)]


@dataclass(frozen=True, slots=True)
class Filled:
    """The form of an export as it was filled in, and what is wrong with it."""

    personal: tuple[str, ...] = ()
    is_unmasked: bool = False
    reason: str = ""
    problems: tuple[Problem, ...] = ()


@routes.get("/customers/export", dependencies=EXPORT)
def offer(page: SignedIn, asked: Address) -> Response:
    """What an export of the list would hold, and what it needs."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with page.sight() as sight:
        names = tuple(name for name, kind in personal_kinds(sight).items() if kind == "name")
        if not _unanswerable(sight, asked):
            return _offer(page, sight, asked, Filled(names))
    return shown(page, asked)


@routes.post("/customers/export", dependencies=[*EXPORT, Depends(form_fits)])
def export(
    page: SignedIn,
    asked: Address,
    personal: Annotated[tuple[str, ...], Form()] = (),
    *,
    unmasked: Annotated[bool, Form()] = False,
    reason: Words = "",
) -> Response:
    """The file at once where nobody need approve; else a request."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with ExitStack() as opened:
        sight = opened.enter_context(page.sight())
        if _unanswerable(sight, asked):
            return shown(page, asked)
        known = tuple(name for name in personal_kinds(sight) if name in personal)
        contents = _contents(page, sight, asked, known, is_unmasked=unmasked and bool(known))
        now = page.web.clock()
        try:
            opened.enter_context(one_of_few())
            with page.web.deployment.store.write() as session:
                made = request_export(session, page.signed_in, contents, reason, _rules(page, sight), now=now)
                if not made.needs_approval:
                    begin_download(session, page.signed_in, made.id, customers=contents.customers, now=now)
        except Forbidden:
            raise
        except KeepwellError as error:
            filled = Filled(known, unmasked, reason, error.problems)
            return _offer(page, sight, asked, filled)
        if made.needs_approval:
            return page.go(f"/exports/{made.id}")
        return _download(page, sight, made, opened.pop_all(), customers=contents.customers)


@routes.get("/exports", dependencies=EXPORT)
def requests(page: SignedIn) -> Response:
    """One's own requests, and those of others that one may decide."""
    with page.web.deployment.store.read() as session:
        mine = requests_of(session, page.signed_in)
        others = others_requests(session, page.signed_in)
    rows = [_row(page, each) for each in others]
    return page.show(
        "exports.html",
        mine=[_row(page, each) for each in mine],
        waiting=[row for row in rows if row["standing"] == "waiting"],
        decided=[row for row in rows if row["standing"] != "waiting"],
        may_decide=page.signed_in.may(Permission.APPROVE_EXPORT),
    )


@routes.get("/exports/{request_id}", dependencies=EXPORT)
def one_request(page: SignedIn, request_id: int) -> Response:
    """What was asked for, by whom and why; and what became of it."""
    return _one(page, request_id)


@routes.post("/exports/{request_id}/approve", dependencies=[*EXPORT, *DECIDE])
def approve(page: SignedIn, request_id: int, because: Words = "") -> Response:
    """Let its owner download it for a while."""
    with page.sight() as sight:
        rules = _rules(page, sight)
    return _decided(page, request_id, because, rules)


@routes.post("/exports/{request_id}/refuse", dependencies=[*EXPORT, *DECIDE])
def refuse(page: SignedIn, request_id: int, because: Words = "") -> Response:
    """Let it not be downloaded, and say why."""
    return _decided(page, request_id, because, None)


@routes.post("/exports/{request_id}/withdraw", dependencies=[*EXPORT, Depends(form_fits)])
def withdraw(page: SignedIn, request_id: int) -> Response:
    """Take one's own request back."""
    with page.web.deployment.store.write() as session:
        withdraw_export(session, page.signed_in, request_id, now=page.web.clock())
    return page.go(f"/exports/{request_id}")


@routes.post("/exports/{request_id}/download", dependencies=[*EXPORT, Depends(form_fits)])
def download(page: SignedIn, request_id: int) -> Response:
    """The file of one's own request that was approved, for whom its owner sees now."""
    with page.web.deployment.store.read() as session:
        asked = find_request(session, page.signed_in, request_id)
    with ExitStack() as opened:
        opened.enter_context(one_of_few())
        sight = opened.enter_context(page.sight())
        _refuse_what_is_gone(sight, asked.contents)
        count = count_matching(sight, page.signed_in, asked.contents.conditions)
        with page.web.deployment.store.write() as session:
            found = begin_download(session, page.signed_in, request_id, customers=count, now=page.web.clock())
        return _download(page, sight, found, opened.pop_all(), customers=count)


def _decided(page: Page, request_id: int, because: str, rules: Exports | None) -> Response:
    """Approve by these rules, or refuse; a reason that says nothing is told beside the form."""
    now = page.web.clock()
    try:
        with page.web.deployment.store.write() as session:
            if rules is None:
                refuse_export(session, page.signed_in, request_id, because, now=now)
            else:
                approve_export(session, page.signed_in, request_id, because, rules, now=now)
    except Forbidden:
        raise
    except KeepwellError as error:
        return _one(page, request_id, because=because, problems=error.problems, status=error.http_status)
    return page.go(f"/exports/{request_id}")


def _rules(page: Page, sight: Sight) -> Exports:
    """Those of the newest published plan: a limit that was tightened holds at once."""
    published = page.web.sights.published()
    return (published[1] if published else sight.plan).settings.exports


def _unanswerable(sight: Sight, asked: Asked) -> list[Fault]:
    return [each for each in faults(sight.plan, asked.question) if each.part not in {"sort", "column"}]


def _refuse_what_is_gone(sight: Sight, contents: Contents) -> None:
    """Raise Conflict where the plan has changed so that this cannot be made any more."""
    fields = sight.plan.customer_record().fields
    named = [*contents.columns, *([contents.sort.removeprefix("-")] if contents.sort else [])]
    gone = [name for name in named if name not in fields]
    gone += [name for name in contents.personal if name not in personal_kinds(sight)]
    if gone:
        raise Conflict(
            f"the plan no longer has {', '.join(f'`{name}`' for name in gone)}", hint="ask for a new export"
        )


def _contents(
    page: Page, sight: Sight, asked: Asked, personal: tuple[str, ...], *, is_unmasked: bool
) -> Contents:
    conditions = conditions_of(sight.plan, asked.question)
    segment = sight.plan.segments.get(asked.segment)
    fields = sight.plan.customer_record().fields
    worth = (segment.worth if segment else None) or WORTH
    wanted = asked.sort if asked.sort and asked.sort.removeprefix("-") in fields else worth
    return Contents(
        question=asked.question,
        conditions=conditions,
        sort=wanted if wanted.removeprefix("-") in fields else None,
        columns=tuple(shown_columns(page, sight, asked, worth=segment.worth if segment else None)),
        personal=personal,
        is_unmasked=is_unmasked,
        customers=count_matching(sight, page.signed_in, conditions),
    )


def _offer(page: Page, sight: Sight, asked: Asked, filled: Filled) -> Response:
    contents = _contents(page, sight, asked, filled.personal, is_unmasked=filled.is_unmasked)
    rules, viewer = _rules(page, sight), page.signed_in
    with page.web.deployment.store.read() as session:
        left = left_unapproved(session, viewer, rules, now=page.web.clock())
    kinds = personal_kinds(sight)
    return page.show(
        "export.html",
        status=422 if filled.problems else 200,
        title=page.reader.say("exports.offer"),
        asked=asked,
        about=_about(page, sight, contents),
        filled=filled,
        personal=[(name, _personal_label(page, kinds, name)) for name in kinds],
        may_unmask=may_export(viewer, unmasked=True),
        left=left,
        is_over=contents.customers > left,
        rules=rules,
        reason_max=REASON_MAX,
        problems=filled.problems,
    )


def _one(
    page: Page, request_id: int, *, because: str = "", problems: tuple[Problem, ...] = (), status: int = 200
) -> Response:
    now = page.web.clock()
    with page.web.deployment.store.read() as session:
        found = find_request(session, page.signed_in, request_id)
    is_mine = found.user_id == page.signed_in.user_id
    standing = found.standing(now)
    with page.sight() as sight:
        return page.show(
            "export_request.html",
            status=status,
            title=page.reader.say("exports.one", number=str(request_id)),
            found=found,
            standing=standing,
            colour=COLOURS[standing],
            about=_about(page, sight, found.contents),
            is_mine=is_mine,
            may_decide=standing == "waiting"
            and not is_mine
            and page.signed_in.may(Permission.APPROVE_EXPORT),
            link=link_of(found.contents.question),
            rules=_rules(page, sight),
            because=because,
            reason_max=REASON_MAX,
            problems=problems,
        )


def _about(page: Page, sight: Sight, contents: Contents) -> dict[str, object]:
    """What is in it, in the reader's words; names that the plan does not have any more as they are."""
    kinds, known = personal_kinds(sight), sight.plan.customer_record().fields
    return {
        "segment": title_of(page, sight, contents.question.segment),
        "conditions": contents.conditions,
        "customers": contents.customers,
        "columns": [
            name_of(page.reader, sight.plan, name) if name in known else name for name in contents.columns
        ],
        "personal": [_personal_label(page, kinds, name) for name in contents.personal],
        "is_unmasked": contents.is_unmasked,
    }


def _row(page: Page, found: ExportRequest) -> dict[str, object]:
    standing = found.standing(page.web.clock())
    return {
        "found": found,
        "at": page.reader.moment(found.asked_at, page.web.deployment.settings.zone),
        "standing": standing,
        "colour": COLOURS[standing],
    }


def _personal_label(page: Page, kinds: dict[str, str], name: str) -> str:
    """The kind of value, and the column where several are of that kind."""
    kind = page.reader.say(f"kind.{kinds.get(name, 'other')}")
    alone = list(kinds.values()).count(kinds.get(name, "other")) == 1
    return kind if alone else f"{kind} ({name})"


def _download(
    page: Page, sight: Sight, found: ExportRequest, opened: ExitStack, *, customers: int
) -> Response:
    """The file. From here on, ``opened`` is closed by the answer."""
    contents, reader = found.contents, page.reader
    kinds = personal_kinds(sight)
    head = [
        reader.say("field.customer_id"),
        reader.say("exports.parties"),
        *(_personal_label(page, kinds, name) for name in contents.personal),
        *(name_of(reader, sight.plan, name) for name in contents.columns if name != "customer_id"),
    ]
    try:
        parts = list_as_csv(sight, page.signed_in, contents, head, reader.language)
    except BaseException:
        opened.close()
        raise

    def whole() -> Iterator[str]:
        yield from parts
        with page.web.deployment.store.write() as session:
            end_download(session, page.signed_in, found.id, customers=customers, now=page.web.clock())

    name = f"customers-{sight.as_of.day:%Y-%m-%d}-{found.id}.csv"
    return Download(whole(), opened, name=name)
