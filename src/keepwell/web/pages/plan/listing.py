"""Everything that is defined, by kind: found by name or label, narrowed to what is own, off or asleep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from fastapi import APIRouter
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.catalog.kinds import KINDS
from keepwell.catalog.plan import Key, Plan
from keepwell.publishing.queries import history
from keepwell.web.page import Page, SignedIn, needs

NEWEST_SHOWN = 5
ASKED_MAX = 100

Standing = Literal["own", "shipped", "off", "asleep"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS)])


@dataclass(frozen=True, slots=True)
class Row:
    """A definition in the list. A shipped one that is at work has the file it ships in."""

    kind: str
    name: str
    label: str
    file: str
    standings: tuple[Standing, ...]


@routes.get("/plan")
def whole(page: SignedIn, text: str = "", kind: str = "", standing: str = "", published: int = 0) -> Response:
    """Everything that is defined, by kind, the plan's own first; and the newest versions."""
    known = page.web.sights.published()
    if known is None:
        title, hint = page.reader.say("empty.no_plan"), page.reader.say("empty.no_plan.hint")
        return page.show("empty.html", title=title, hint=hint, can_run=False)
    every = _rows(page, known[1])
    asked = text.casefold().strip()[:ASKED_MAX]
    found = [
        row
        for row in every
        if asked in f"{row.name} {row.label}".casefold()
        and kind in {"", row.kind}
        and (not standing or standing in row.standings)
    ]
    with page.web.deployment.store.read() as session:
        versions = history(session)[:NEWEST_SHOWN]
    return page.show(
        "plan.html",
        groups=_groups(found),
        counts={each: sum(row.kind == each for row in every) for each in KINDS},
        standings=STANDINGS,
        versions=versions,
        asked={"text": text[:ASKED_MAX], "kind": kind, "standing": standing},
        found=len(found),
        is_narrowed=bool(asked or kind or standing),
        just_published=published == known[0],
        can_run=page.signed_in.may(Permission.RUN),
        may_edit=page.signed_in.may(Permission.EDIT_PLAN),
    )


def _groups(rows: Sequence[Row]) -> list[tuple[str, list[Row], list[Row]]]:
    """Kind → its own and switched-off definitions, and the shipped ones, which are many."""
    groups = []
    for kind in KINDS:
        of_kind = sorted((row for row in rows if row.kind == kind), key=lambda row: row.name)
        own = [row for row in of_kind if row.standings[0] != "shipped"]
        shipped = [row for row in of_kind if row.standings[0] == "shipped"]
        if of_kind:
            groups.append((kind, own, shipped))
    return groups


def _rows(page: Page, plan: Plan) -> list[Row]:
    asleep: set[Key] = {(each.kind, each.name) for each in plan.asleep}
    rows = []
    for each in (*plan.definitions(), *plan.asleep):
        key, origin = (each.kind, each.name), plan.origin(each.name, each.kind)
        standings: tuple[Standing, ...] = ("shipped",) if origin.shipped else ("own",)
        if key in asleep:
            standings = (*standings, "asleep")
        label = plan.label(each.name, page.reader.language, each.kind)
        rows.append(Row(*key, label, origin.file, standings))
    rows += [Row(*key, key[1], origin.file, ("off",)) for key, origin in plan.off.items()]
    return rows
