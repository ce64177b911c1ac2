"""The list: who is about to leave, why, and what is at stake; any other segment; search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.answers.ask import Answer, Found, ask, members
from keepwell.answers.customer import profile
from keepwell.answers.persons import find_customers
from keepwell.answers.sight import Sight
from keepwell.answers.wording import money_text, reason_text
from keepwell.core.errors import Problem
from keepwell.language.types import Type
from keepwell.lists.model import EVERYBODY, Fault, Question, condition_of, faults
from keepwell.lists.saved import kept_columns, lists_of
from keepwell.web.asked import LEAVING, LIST, Address, Asked, link_of
from keepwell.web.page import Page, SignedIn, form_fits, needs
from keepwell.web.pages.conditions import editor, names_of_fields
from keepwell.web.pages.standing import nothing_to_show, outdated_by
from keepwell.web.wording import Cell, cell, name_of, stage_colour

ROWS = 50
FIGURES = frozenset({Type.WHOLE, Type.NUMBER, Type.MONEY, Type.DAY, Type.MOMENT})
"""Types whose values stand to the right of their column."""
STAGE = "rhythm_stage"
WORTH = "spend_365d"
SHORT = frozenset({STAGE, WORTH, "purchase_last_on", "purchase_gap_days", "purchase_overdue_days"})
"""Columns with a shorter name for the head of a table."""
COLUMNS_MAX = 20
UNKNOWN_SHOWN = 5
WHERE_MAX = 5_000
"""Longest condition that a link carries to where a segment is begun."""
COLUMNS = (STAGE, "purchase_last_on", "purchase_gap_days", "purchase_overdue_days")

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS)])


@dataclass(frozen=True, slots=True)
class Row:
    """One customer of the list."""

    customer_id: str
    name: str
    known_by: str
    reasons: tuple[str, ...]
    because: tuple[str, ...]
    cells: tuple[tuple[Cell, str], ...]
    """Values of the columns; beside a stage the colour of its zone, beside others nothing."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved list as the page shows it; ``owner`` is empty for one's own."""

    id: int
    name: str
    owner: str
    is_shared: bool
    link: str
    is_open: bool
    is_changed: bool
    is_faulty: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """A form on the list that was refused: which one, what was entered, and why."""

    form: str = ""
    name: str = ""
    is_shared: bool = False
    problems: tuple[Problem, ...] = ()


NOTHING_TRIED = Trial()


@routes.get(LIST)
def people(page: SignedIn, asked: Address, add: Annotated[str, Query(max_length=300)] = "") -> Response:
    """The list. ``add`` is one more column, by name or as people call it."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    if not add.strip():
        return shown(page, asked)
    with page.sight() as sight:
        name = names_of_fields(page, sight).name_of(add)
        if name in sight.plan.customer_record().fields:
            return page.go(asked.link(columns=",".join(_with_column(page, sight, asked, name))))
        columns = (*shown_columns(page, sight, asked), add.strip())
    return shown(page, replace(asked, columns=columns))


def shown(page: Page, asked: Asked, *, trial: Trial = NOTHING_TRIED) -> Response:
    """The list that an address asks for, as far as the plan has what it names, with what it has not."""
    with page.sight() as sight:
        missing = faults(sight.plan, asked.question)
        unanswerable = {fault.part for fault in missing} & {"segment", "reason", "condition"}
        known = _known(asked, missing)
        answer = None if unanswerable else _answer(page, sight, known)
        status = 200
        if unanswerable:
            status = 422 if unanswerable == {"condition"} else 404
        elif trial.problems:
            status = 422
        return _show(page, sight, known, answer=answer, missing=missing, trial=trial, status=status)


def _known(asked: Asked, missing: Sequence[Fault]) -> Asked:
    """What is asked, without a sorting and columns that the plan does not have."""
    gone = {fault.name for fault in missing if fault.part == "column"}
    columns = tuple(name for name in asked.columns if name not in gone)[:COLUMNS_MAX]
    has_sort = all(fault.part != "sort" for fault in missing)
    return replace(asked, columns=columns, sort=asked.sort if has_sort else None)


@routes.post("/search", dependencies=[Depends(form_fits)])
def search(page: SignedIn, text: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Find customers exactly. By POST, so that a phone number stands in no address, history or log."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with page.sight() as sight:
        found = find_customers(sight, page.signed_in, text) if text.strip() else []
        if len(found) == 1:
            return page.go(f"/customers/{found[0]}")
        rows, columns = [], shown_columns(page, sight)
        for customer_id in found:
            one = profile(sight, page.signed_in, customer_id)
            plain = Found(customer_id, one.person, one.values, (), ())
            rows.append(_row(page, sight, plain, columns))
        return page.show("found.html", rows=rows, heads=_heads(page, sight, columns), plan=sight.plan)


def _answer(page: Page, sight: Sight, asked: Asked) -> Answer:
    fields = shown_columns(page, sight, asked)
    if asked.segment == EVERYBODY:
        worth = WORTH if WORTH in sight.plan.customer_record().fields else None
        return ask(
            sight,
            page.signed_in,
            asked.where or "true",
            fields=fields,
            worth=worth,
            sort=asked.sort,
            limit=ROWS,
            after=asked.after,
        )
    return members(
        sight,
        page.signed_in,
        asked.segment,
        fields=fields,
        narrowed_by=asked.where or None,
        reason=asked.reason,
        sort=asked.sort,
        limit=ROWS,
        after=asked.after,
    )


def _show(
    page: Page,
    sight: Sight,
    asked: Asked,
    *,
    answer: Answer | None,
    missing: Sequence[Fault],
    trial: Trial,
    status: int,
) -> Response:
    columns = shown_columns(page, sight, asked, worth=answer.worth if answer else None)
    info = sight.snapshot.info
    return page.show(
        "people.html",
        status=status,
        asked=asked,
        answer=answer,
        editor=editor(page, sight, asked.where),
        missing=_missing(page, missing),
        unknown_columns=[fault.name for fault in missing if fault.part == "column"][:UNKNOWN_SHOWN],
        columns=_columns_without(page, sight, asked, columns),
        shown_columns=columns,
        has_own_columns=_has_own_columns(page, sight),
        may_add=len(columns) < COLUMNS_MAX,
        segments=_segments(page, sight),
        kept=_kept(page, sight, asked),
        has_tags=bool(sight.plan.tags),
        as_segment=_as_segment(page, sight, asked) if answer else None,
        trial=trial,
        title=title_of(page, sight, asked.segment),
        about=_about(page, sight, asked.segment),
        heads=_heads(page, sight, columns),
        rows=[_row(page, sight, found, columns) for found in answer.found] if answer else [],
        reasons=_reasons(page, sight, asked, answer),
        worth=_worth(page, sight, answer),
        info=info,
        zone=sight.plan.settings.zone,
        outdated=outdated_by(page, info),
        page_rows=ROWS,
        leaving=asked.segment == LEAVING,
    )


def shown_columns(
    page: Page, sight: Sight, question: Question | None = None, *, worth: str | None = None
) -> list[str]:
    """The columns that are shown: those chosen in the address, else the viewer's own, else the usual ones."""
    known = sight.plan.customer_record().fields
    with sight.store.read() as session:
        chosen = (question.columns if question else ()) or kept_columns(session, page.signed_in)
    if found := [name for name in chosen if name in known][:COLUMNS_MAX]:
        return found
    worth = worth or WORTH
    return [name for name in (*COLUMNS, worth) if name in known]


def _as_segment(page: Page, sight: Sight, asked: Asked) -> str | None:
    """Where a segment of the list is begun, for who may: not of everybody, and not of a segment as it is."""
    if not page.signed_in.may(Permission.EDIT_PLAN) or not (asked.where or asked.reason):
        return None
    where = condition_of(sight.plan, asked.question)
    return f"/plan/new?{urlencode({'kind': 'segment', 'where': where})}" if len(where) <= WHERE_MAX else None


def _has_own_columns(page: Page, sight: Sight) -> bool:
    with sight.store.read() as session:
        return bool(kept_columns(session, page.signed_in))


def _with_column(page: Page, sight: Sight, asked: Asked, name: str) -> tuple[str, ...]:
    """The columns shown and one more."""
    return tuple(dict.fromkeys((*shown_columns(page, sight, asked)[: COLUMNS_MAX - 1], name)))


def _columns_without(page: Page, sight: Sight, asked: Asked, columns: list[str]) -> list[tuple[str, str]]:
    """What each column is called, and the address of the list without it; the last one stays."""
    return [
        (
            name_of(page.reader, sight.plan, name),
            asked.link(columns=",".join(each for each in columns if each != name))
            if len(columns) > 1
            else "",
        )
        for name in columns
    ]


def _kept(page: Page, sight: Sight, asked: Asked) -> list[Kept]:
    """The saved lists, one's own first."""
    viewer, known = page.signed_in, sight.memory
    with sight.store.read() as session:
        found = lists_of(session, viewer)
    return [
        Kept(
            id=each.id,
            name=each.name,
            owner="" if each.user_id == viewer.user_id else each.owner,
            is_shared=each.is_shared,
            link=link_of(each.question, each.id),
            is_open=each.id == asked.saved,
            is_changed=each.id == asked.saved and each.question != asked.question,
            is_faulty=bool(
                known.recall(("faults", each.question), partial(faults, sight.plan, each.question))
            ),
        )
        for each in found
    ]


def _missing(page: Page, missing: Sequence[Fault]) -> list[str]:
    """What the plan does not have, but for columns and the condition, which are told where they are changed."""
    return [
        page.reader.say(f"people.gone.{fault.part}", name=fault.name)
        for fault in missing
        if fault.part in {"sort", "reason"}
    ]


def _heads(page: Page, sight: Sight, columns: list[str]) -> list[dict[str, object]]:
    fields = sight.plan.customer_record().fields
    return [
        {
            "name": name,
            "label": page.reader.say(f"people.column.{name}")
            if name in SHORT
            else name_of(page.reader, sight.plan, name),
            "full": name_of(page.reader, sight.plan, name),
            "figure": fields[name].type in FIGURES,
        }
        for name in columns
    ]


def _row(page: Page, sight: Sight, found: Found, columns: list[str]) -> Row:
    plan, language = sight.plan, page.reader.language
    return Row(
        customer_id=found.customer_id,
        name=found.person.masked.get("name", ""),
        known_by=found.person.party_keys[0] if found.person.party_keys else "",
        reasons=tuple(reason_text(plan, reason, found.values, language) for reason in found.reasons),
        because=tuple(part for part in found.because if part != "true"),
        cells=tuple(
            (
                cell(page.reader, plan, name, found.values.get(name)),
                stage_colour(found.values.get(name)) if name == STAGE else "",
            )
            for name in columns
        ),
    )


def _segments(page: Page, sight: Sight) -> list[tuple[str, str]]:
    language = page.reader.language
    named = [(name, sight.plan.label(name, language, "segment")) for name in sight.plan.segments]
    return [*named, (EVERYBODY, page.reader.say("people.everybody"))]


def title_of(page: Page, sight: Sight, segment: str) -> str:
    """What a segment is called, or that all customers are meant."""
    if segment in sight.plan.segments:
        return sight.plan.label(segment, page.reader.language, "segment")
    return page.reader.say("people.everybody") if segment == EVERYBODY else segment


def _about(page: Page, sight: Sight, segment: str) -> str | None:
    definition = sight.plan.segments.get(segment)
    if definition is None or definition.about is None:
        return None
    return definition.about.in_(page.reader.language, sight.plan.settings.language)


def _reasons(page: Page, sight: Sight, asked: Asked, answer: Answer | None) -> list[dict[str, object]]:
    """Each reason without its figures, how many have it, and the link that leaves those."""
    definition = sight.plan.segments.get(asked.segment)
    if definition is None or answer is None:
        return []
    most = max(answer.by_reason.values(), default=0)
    return [
        {
            "label": reason_label(page, sight, reason.name, asked.segment),
            "count": answer.by_reason[reason.name],
            "share": answer.by_reason[reason.name] / most if most else 0,
            "chosen": asked.reason == reason.name,
            "link": asked.link(reason=None if asked.reason == reason.name else reason.name),
        }
        for reason in definition.reasons
    ]


def reason_label(page: Page, sight: Sight, reason: str, segment: str) -> str:
    """What a reason is called where it stands for many customers: its label, else its sentence without figures."""
    found = next(each for each in sight.plan.segments[segment].reasons if each.name == reason)
    if found.label is not None:
        return found.label.in_(page.reader.language, sight.plan.settings.language)
    return reason_text(sight.plan, found, _dots(found.placeholders()), page.reader.language)


def _dots(names: frozenset[str]) -> Mapping[str, str]:
    return dict.fromkeys(names, "…")


def _worth(page: Page, sight: Sight, answer: Answer | None) -> str | None:
    if answer is None or answer.worth is None or answer.worth_minor is None:
        return None
    return money_text(sight.plan, answer.worth_minor, page.reader.language)
