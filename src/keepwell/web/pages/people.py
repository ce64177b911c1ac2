"""The list: who is about to leave, why, and what is at stake; any other segment; search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
from keepwell.core.errors import ExpressionRefused
from keepwell.language.types import Type
from keepwell.web.page import Page, SignedIn, form_fits, needs
from keepwell.web.pages.conditions import editor, names_of_fields
from keepwell.web.pages.standing import nothing_to_show, outdated_by
from keepwell.web.wording import Cell, cell, name_of, stage_colour

LIST = "/customers"
ROWS = 50
FIGURES = frozenset({Type.WHOLE, Type.NUMBER, Type.MONEY, Type.DAY, Type.MOMENT})
"""Types whose values stand to the right of their column."""
LEAVING = "about_to_leave"
EVERYBODY = "everybody"
"""No name of a segment can be the same: it stands for no condition at all."""
STAGE = "rhythm_stage"
WORTH = "spend_365d"
SHORT = frozenset({STAGE, WORTH, "purchase_last_on", "purchase_gap_days", "purchase_overdue_days"})
"""Columns with a shorter name for the head of a table."""
COLUMNS_MAX = 20
UNKNOWN_SHOWN = 5
COLUMNS = (STAGE, "purchase_last_on", "purchase_gap_days", "purchase_overdue_days")

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS)])


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list shows, as its address says it."""

    segment: str
    where: str
    reason: str | None
    sort: str | None
    after: int
    columns: tuple[str, ...] = ()
    """Chosen ones; the usual ones where there are none."""

    def given(self) -> dict[str, object]:
        """What its address says, but for the page."""
        mine = {
            "segment": self.segment,
            "where": self.where,
            "reason": self.reason,
            "sort": self.sort,
            "columns": ",".join(self.columns),
        }
        return {name: value for name, value in mine.items() if value}

    def link(self, **changes: object) -> str:
        """The address of the list with something changed; a change starts at the first row again."""
        given = {name: value for name, value in {**self.given(), **changes}.items() if value}
        if given.get("segment") == LEAVING:
            del given["segment"]
        return f"{LIST}?{urlencode(given)}" if given else LIST


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


@routes.get(LIST)
def people(
    page: SignedIn,
    segment: str = LEAVING,
    where: Annotated[str, Query(max_length=10_000)] = "",
    reason: str | None = None,
    sort: str | None = None,
    after: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    columns: Annotated[str, Query(max_length=5_000)] = "",
    add: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """The list. ``columns`` are names of fields between commas; ``add`` is one more, by name or as people call it."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with page.sight() as sight:
        chosen, unknown = chosen_columns(sight, columns)
        asked = Asked(segment, where.strip(), reason or None, sort or None, after, chosen)
        if add.strip():
            name = names_of_fields(page, sight).name_of(add)
            if name in sight.plan.customer_record().fields:
                return page.go(asked.link(columns=",".join(with_column(sight, asked, name))))
            unknown = (*unknown, add.strip())
        if segment != EVERYBODY and segment not in sight.plan.segments:
            return _show(page, sight, asked, answer=None, unknown=unknown, status=404)
        try:
            answer = _answer(page, sight, asked)
        except ExpressionRefused:
            return _show(page, sight, asked, answer=None, unknown=unknown, status=422)
        return _show(page, sight, asked, answer=answer, unknown=unknown)


@routes.post("/search", dependencies=[Depends(form_fits)])
def search(page: SignedIn, text: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Find customers exactly. By POST, so that a phone number stands in no address, history or log."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with page.sight() as sight:
        found = find_customers(sight, page.signed_in, text) if text.strip() else []
        if len(found) == 1:
            return page.go(f"/customers/{found[0]}")
        rows = []
        for customer_id in found:
            one = profile(sight, page.signed_in, customer_id)
            plain = Found(customer_id, one.person, one.values, (), ())
            rows.append(_row(page, sight, plain, _columns(sight, None)))
        return page.show(
            "found.html", rows=rows, heads=_heads(page, sight, _columns(sight, None)), plan=sight.plan
        )


def _answer(page: Page, sight: Sight, asked: Asked) -> Answer:
    fields = asked.columns or _columns(sight, None)
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
    unknown: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    columns = list(asked.columns) or _columns(sight, answer.worth if answer else None)
    info = sight.snapshot.info
    return page.show(
        "people.html",
        status=status,
        asked=asked,
        answer=answer,
        editor=editor(page, sight, asked.where),
        unknown_columns=unknown,
        columns=_shown_columns(page, sight, asked, columns),
        may_add=len(columns) < COLUMNS_MAX,
        segments=_segments(page, sight),
        title=_title(page, sight, asked.segment),
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


def _columns(sight: Sight, worth: str | None) -> list[str]:
    known = sight.plan.customer_record().fields
    worth = worth or (WORTH if WORTH in known else None)
    return [name for name in (*COLUMNS, worth) if name is not None and name in known]


def chosen_columns(sight: Sight, given: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields that an address names as columns, each once; and those that the plan does not have (any more)."""
    names = tuple(dict.fromkeys(name for each in given.split(",") if (name := each.strip())))
    known = sight.plan.customer_record().fields
    return (
        tuple(name for name in names if name in known)[:COLUMNS_MAX],
        tuple(name for name in names if name not in known)[:UNKNOWN_SHOWN],
    )


def with_column(sight: Sight, asked: Asked, name: str) -> tuple[str, ...]:
    """The columns shown and one more."""
    shown = asked.columns or tuple(_columns(sight, None))
    return tuple(dict.fromkeys((*shown[: COLUMNS_MAX - 1], name)))


def _shown_columns(page: Page, sight: Sight, asked: Asked, columns: list[str]) -> list[tuple[str, str]]:
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


def _title(page: Page, sight: Sight, segment: str) -> str:
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
