"""Segments: how many are in each, what is at stake, how that changed; one of them run by run."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.answers.segments import history
from keepwell.answers.today import segments_now
from keepwell.core.errors import NotFound
from keepwell.web.page import SignedIn, needs
from keepwell.web.pages.standing import nothing_to_show
from keepwell.web.pages.today import money, signed

RUNS_SHOWN = 60

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS)])


@routes.get("/segments")
def all_segments(page: SignedIn) -> Response:
    """Every segment, greatest stake first."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with page.sight() as sight:
        rows = [
            {
                "name": each.name,
                "label": sight.plan.label(each.name, page.reader.language, "segment"),
                "size": each.size,
                "share": page.reader.share(each.size / each.of if each.of else None),
                "worth": money(page, sight, each.worth_minor),
                "change": signed(page, each.since_last_run),
                "redefined": each.is_redefined,
            }
            for each in segments_now(sight, page.signed_in)
        ]
        as_of = page.reader.moment(sight.snapshot.info.as_of, sight.plan.settings.zone)
        return page.show("segments.html", rows=rows, as_of=as_of)


@routes.get("/segments/{name}")
def one_segment(page: SignedIn, name: str) -> Response:
    """One segment: its definition, and its size, entries and exits at each run, newest first."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with page.sight() as sight:
        definition = sight.plan.segments.get(name)
        if definition is None:
            raise NotFound(f"the plan has no segment `{name}`")
        language, default = page.reader.language, sight.plan.settings.language
        points = history(sight, page.signed_in, name)[-RUNS_SHOWN:]
        return page.show(
            "segment.html",
            name=name,
            title=sight.plan.label(name, language, "segment"),
            about=definition.about.in_(language, default) if definition.about else None,
            where=definition.where,
            points=[(each, money(page, sight, each.worth_minor)) for each in reversed(points)],
            zone=sight.plan.settings.zone,
        )
