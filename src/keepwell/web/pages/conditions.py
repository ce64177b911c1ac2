"""The form of conditions: what stands beside a text, and the text beside a form. Nothing is changed here."""

from __future__ import annotations

import re

from fastapi import APIRouter
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.answers.sight import Sight
from keepwell.language.parse import MAX_LENGTH
from keepwell.web.conditions import (
    Editor,
    changed,
    editor_of_rows,
    editor_of_text,
    read_rows,
)
from keepwell.web.field_names import FieldNames, field_names
from keepwell.web.page import Page, SignedIn, needs
from keepwell.web.pages.standing import nothing_to_show

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS)])


@routes.get("/conditions")
def conditions(page: SignedIn) -> Response:
    """A text with its form: of ``where`` where the text was changed, of the rows where the form was."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    query = page.request.query_params
    posted = {name: query.getlist(name) for name in query}
    belongs = query.get("for", "list")
    with page.sight() as sight:
        names = names_of_fields(page, sight)
        if "do" in posted or "r0.field" in posted:
            every, drafts = read_rows(sight.plan, names, posted)
            drafts = changed(drafts, query.get("do", ""))
            editor = editor_of_rows(page.reader, sight.plan, names, every=every, drafts=drafts)
        else:
            editor = editor_of_text(page.reader, sight.plan, names, query.get("where", "")[:MAX_LENGTH])
        partial = page.request.headers.get("hx-request") == "true"
        return page.show(
            "conditions_part.html" if partial else "conditions.html",
            editor=editor,
            belongs=belongs if re.fullmatch("[a-z-]{1,40}", belongs) else "list",
            fields=[] if partial else suggested(sight, names),
        )


@routes.get("/conditions/fields")
def fields(page: SignedIn) -> Response:
    """What may be chosen as a field."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with page.sight() as sight:
        return page.show("condition_fields.html", fields=suggested(sight, names_of_fields(page, sight)))


def names_of_fields(page: Page, sight: Sight) -> FieldNames:
    """The fields in the reader's language."""
    return sight.memory.recall(
        ("names of fields", page.reader.language), lambda: field_names(page.reader, sight.plan)
    )


def suggested(sight: Sight, names: FieldNames) -> list[tuple[str, str]]:
    """What people call each field, and its name; the plan's own first, those nobody has a value of left out."""
    plan = sight.plan
    known = [(name, shown) for name, shown in names.shown.items() if plan.owner(name) not in plan.asleep]
    shipped = {
        name
        for name, _ in known
        if (owner := plan.owner(name)) and plan.origin(owner.name, owner.kind).shipped
    }
    return [(shown, name) for name, shown in sorted(known, key=lambda each: (each[0] in shipped, each[1]))]


def editor(page: Page, sight: Sight, where: str) -> Editor:
    """The form beside a text, for pages that show one."""
    return editor_of_text(page.reader, sight.plan, names_of_fields(page, sight), where)
