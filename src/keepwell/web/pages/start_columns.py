"""The first load, step two: what the rows are and what each column is, guessed and corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.catalog.settings import check_currency, check_zone
from keepwell.catalog.sources import FactKind
from keepwell.core.errors import KeepwellError, Problem
from keepwell.intake.guess.presets import presets
from keepwell.intake.guess.proposal import Proposal, propose, uses_of, with_uses
from keepwell.runs.first_load.add import NAME, again, of_kind
from keepwell.runs.first_load.draft import Desk, Draft, Input
from keepwell.web.page import Page, SignedIn, form_fits, needs
from keepwell.web.pages.start import desk_of, limits_of, shell

FACTS: tuple[FactKind, ...] = tuple(fact for fact in get_args(FactKind) if fact != "unit")
"""What a first load may be of; a tree of units narrows who sees whom and comes later."""
SURE, LIKELY = 0.8, 0.5
FIELDS_MAX = 600
"""A source has at most 500 columns, each one field of the form."""
GROUPS = ("skip", "who", "when", "what", "personal", "own")

routes = APIRouter(dependencies=[needs(Permission.EDIT_PLAN), needs(Permission.RUN)])


@routes.get("/start/columns/{input_id}")
def columns(page: SignedIn, input_id: str) -> Response:
    """What is proposed for one input."""
    draft = desk_of(page).read(page.web.clock())
    return _show(page, draft, draft.input(input_id))


async def sent(request: Request) -> Mapping[str, str]:
    """The fields of the form, each once."""
    form = await request.form(max_files=0, max_fields=FIELDS_MAX)
    return {name: value for name, value in form.items() if isinstance(value, str)}


@routes.post("/start/columns/{input_id}", dependencies=[Depends(form_fits)])
def correct(
    page: SignedIn,
    input_id: str,
    given: Annotated[Mapping[str, str], Depends(sent)],
    go: Annotated[str, Form(max_length=20)] = "next",
) -> Response:
    """Keep what a person chose; guess anew where the kind, the preset or the header was changed."""
    desk, now = desk_of(page), page.web.clock()
    with desk.changing():
        draft = desk.read(now)
        found = draft.input(input_id)
        try:
            found, is_new = _corrected(page, desk, found, given)
        except KeepwellError as error:
            return _show(page, draft, found, problems=list(error.problems), status=422)
        problems = _problems(page, draft, found)
        found = found.model_copy(update={"seen": not problems and not is_new})
        draft = draft.with_input(found)
        desk.write(draft, now)
    if problems:
        return _show(page, draft, found, problems=problems, status=422)
    if is_new or go == "again" or found.proposal.lacks():
        return page.go(f"/start/columns/{input_id}")
    unseen = next((each for each in draft.inputs if not each.seen), None)
    return page.go(f"/start/columns/{unseen.id}" if unseen else "/start/preview")


def _corrected(page: Page, desk: Desk, found: Input, given: Mapping[str, str]) -> tuple[Input, bool]:
    """The input as the form says; whether it was guessed anew, so that a person should look again."""
    before = found.proposal
    header_row = int(given["header_row"]) if given.get("header_row", "").isdecimal() else before.header_row
    header_row = min(max(header_row, 1), 100)
    sheet = given.get("sheet", "").strip() or None
    preset = given.get("preset", before.preset or "")
    if (header_row, sheet, preset) != (before.header_row, before.sheet, before.preset or ""):
        limits = limits_of(page)
        return again(desk, found, limits=limits, header_row=header_row, sheet=sheet, preset=preset), True
    sample = desk.sample(found.id)
    fact = given.get("fact", before.fact)
    if fact in FACTS and fact != before.fact:
        made = propose(sample, before.name, fact=fact, preset="", header_row=header_row, sheet=sheet)
        return found.model_copy(update={"proposal": of_kind(before, made)}), True
    uses = {
        each.column: given[f"use-{place}"]
        for place, each in enumerate(before.columns)
        if f"use-{place}" in given
    }
    key = tuple(given["key"].split(",")) if given.get("key") else ()
    corrected = with_uses(before, sample, uses, fact=before.fact, key=key if "key" in given else None)
    changes: dict[str, object] = {
        "name": given.get("name", before.name).strip(),
        "system": given.get("system", before.system or "").strip() or None,
        "time_zone": given.get("time_zone", "").strip() or None,
        "currency": given.get("currency", "").strip().upper() or None,
        "minor": given.get("minor", "") == "minor",
    }
    return found.model_copy(update={"proposal": corrected.model_copy(update=changes)}), False


def _problems(page: Page, draft: Draft, found: Input) -> list[Problem]:
    proposal, say = found.proposal, page.reader.say
    problems = [Problem(say(f"start.lacks.{name}")) for name in proposal.lacks()]
    names = [name for name in (proposal.name, proposal.system) if name is not None]
    problems += [Problem(say("start.bad_name", name=name)) for name in names if not NAME.fullmatch(name)]
    if any(each.id != found.id and each.proposal.name == proposal.name for each in draft.inputs):
        problems.append(Problem(say("start.name_taken", name=proposal.name)))
    for value, check in ((proposal.time_zone, check_zone), (proposal.currency, check_currency)):
        if value:
            try:
                check(value)
            except ValueError as error:
                problems.append(Problem(str(error)))
    return problems


def _show(
    page: Page, draft: Draft, found: Input, *, problems: list[Problem] | None = None, status: int = 200
) -> Response:
    proposal = found.proposal
    language = page.reader.language
    return page.show(
        "start_columns.html",
        shell(draft, "columns"),
        status=status,
        found=found,
        proposal=proposal,
        facts=FACTS,
        presets=[(name, each.label[language]) for name, each in presets().items()],
        preset=presets().get(proposal.preset or ""),
        groups=_groups(proposal),
        use_text=lambda use: use_text(page, use),
        why_text=lambda why: page.reader.say(f"start.why.{why.replace(' ', '_').replace(':', '')}"),
        mark=lambda column: _mark(page, column),
        lacks=proposal.lacks(),
        problems=problems or [],
        keys=[(",".join(key), " + ".join(key)) for key in proposal.keys],
        key=",".join(proposal.key),
        is_table=found.table is not None,
        has_sheets=bool(found.files) and found.files[0].stored.endswith(".xlsx"),
    )


def use_text(page: Page, use: str) -> str:
    """What a column is used as, in words."""
    kind, _, rest = use.partition(":")
    if not rest:
        return page.reader.say(f"start.use.{kind}")
    return page.reader.say(f"start.use.{kind}.of", what=page.reader.say(f"start.kind.{rest}"))


def _groups(proposal: Proposal) -> list[tuple[str, list[str]]]:
    """Uses for the lists, by what people look for."""
    groups: dict[str, list[str]] = {name: [] for name in GROUPS}
    times = {"occurred_at", "recorded_at", "revision", "contract_end"}
    for use in uses_of(proposal.fact):
        kind = use.split(":")[0]
        group = (
            "who"
            if kind == "party"
            else "when"
            if kind in times
            else "personal"
            if kind in {"personal", "free_text"}
            else kind
            if kind in {"own", "skip"}
            else "what"
        )
        groups[group].append(use)
    return [(name, uses) for name, uses in groups.items() if uses]


def _mark(page: Page, column: Any) -> tuple[str, str]:  # noqa: ANN401 (a column of the proposal, from the template)
    """A colour with its word: how sure a column's use is."""
    if column.why == ("told",):
        return "azure", page.reader.say("start.sure.told")
    if column.use == "skip" and column.why == ("unknown",):
        return "secondary", page.reader.say("start.sure.unknown")
    colour, word = (
        ("green", "sure")
        if column.sure >= SURE
        else ("yellow", "likely")
        if column.sure >= LIKELY
        else ("orange", "look")
    )
    return colour, page.reader.say(f"start.sure.{word}", share=page.reader.share(round(column.sure, 2)))
