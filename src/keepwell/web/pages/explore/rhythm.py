"""Rhythm: customers by stage of their own rhythm, by how far overdue they are, and by category."""

from __future__ import annotations

from dataclasses import replace

from keepwell.answers.overdue import RATIO, Band, Overdue, overdue
from keepwell.web.pages.explore.classes import class_panel, worth_of
from keepwell.web.pages.explore.seen import Seen
from keepwell.web.panels import Bar, Cell, Panel, Table, filled

STAGE = "rhythm_stage"


def rhythm(seen: Seen) -> list[Panel]:
    """How far overdue customers are, in which stage, and in which categories."""
    worth = worth_of(seen.sight.plan)
    found = seen.recall(lambda: overdue(seen.sight, seen.viewer, worth=worth, among=seen.asked.among))
    panels = [_bands(seen, found)]
    if STAGE in seen.sight.plan.fields:
        of_stages = replace(seen.asked, view=STAGE)
        panels.append(class_panel(Seen(seen.page, seen.sight, of_stages), STAGE))
    if found.rhythm:
        panels.append(_items(seen, found))
    return panels


def _bands(seen: Seen, found: Overdue) -> Panel:
    names = [_name(seen, band) for band in found.bands]
    longest = max((band.customers for band in found.bands), default=0) or 1
    rows = [
        (
            Cell(name),
            seen.people(band.customers, band.where),
            Cell(seen.share(band.customers, found.customers), bar=Bar(band.customers / longest)),
            *([Cell(seen.money(band.worth_minor))] if found.worth else []),
        )
        for name, band in zip(names, found.bands, strict=True)
    ]
    heads = [seen.say("explore.overdue.head"), seen.say("explore.customers"), seen.say("explore.share")]
    heads += [seen.label(found.worth)] if found.worth else []
    if found.without:
        missing = [Cell(seen.say("explore.overdue.none")), seen.people(found.without, f"{RATIO} is missing")]
        rows.append(filled(missing, len(heads)))
    title = (
        seen.say("explore.overdue.title", count=found.late, share=seen.share(found.late, found.customers))
        if found.customers
        else seen.say("explore.overdue.nothing")
    )
    return Panel(title, seen.say("explore.overdue.about"), None, Table(tuple(heads), tuple(rows)))


def _name(seen: Seen, band: Band) -> str:
    if band.least is None:
        return seen.say("explore.overdue.below", gaps=seen.number(band.below))
    if band.below is None:
        return seen.say("explore.overdue.from", gaps=seen.number(band.least))
    return seen.say("explore.overdue.between", low=seen.number(band.least), high=seen.number(band.below))


def _items(seen: Seen, found: Overdue) -> Panel:
    longest = max((item.overdue for item in found.items), default=0) or 1
    rows = tuple(
        (
            Cell(item.name),
            Cell(seen.number(item.overdue), bar=Bar(item.overdue / longest)),
            Cell(seen.number(item.customers)),
            Cell(seen.share(item.overdue, item.customers)),
            Cell(seen.number(round(item.gap_days, 1))),
        )
        for item in found.items
    )
    heads = (
        "explore.item",
        "explore.items.overdue",
        "explore.customers",
        "explore.share",
        "explore.items.gap",
    )
    title = seen.say("explore.items.nothing")
    if found.items:
        first = found.items[0]
        title = seen.say("explore.items.title", name=first.name, count=first.overdue)
    return Panel(
        title,
        seen.say("explore.items.about", shown=len(found.items)),
        None,
        Table(tuple(map(seen.say, heads)), rows),
    )
