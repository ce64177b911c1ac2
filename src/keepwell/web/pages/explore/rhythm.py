"""Rhythm: customers by stage of their own rhythm, by how far overdue they are, and by category."""

from __future__ import annotations

from dataclasses import replace

from keepwell.answers.overdue import RATIO, Band, Overdue, overdue
from keepwell.web.charts import Bars, bars
from keepwell.web.pages.explore.classes import class_panel, worth_of
from keepwell.web.pages.explore.panel import Cell, Panel, Table, height_of
from keepwell.web.pages.explore.seen import Seen

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
    links = [seen.asked.customers(band.where) for band in found.bands]
    rows = [
        (
            Cell(name),
            seen.people(band.customers, band.where),
            Cell(seen.share(band.customers, found.customers)),
            *([Cell(seen.money(band.worth_minor))] if found.worth else []),
        )
        for name, band in zip(names, found.bands, strict=True)
    ]
    heads = [seen.say("explore.overdue.head"), seen.say("explore.customers"), seen.say("explore.share")]
    heads += [seen.label(found.worth)] if found.worth else []
    if found.without:
        missing = [Cell(seen.say("explore.overdue.none")), seen.people(found.without, f"{RATIO} is missing")]
        rows.append((*missing, *[Cell("")] * (len(heads) - len(missing))))
    title = (
        seen.say("explore.overdue.title", count=found.late, share=seen.share(found.late, found.customers))
        if found.customers
        else seen.say("explore.overdue.nothing")
    )
    counts = Bars(seen.say("explore.customers"), [band.customers for band in found.bands], links)
    return Panel(
        title,
        seen.say("explore.overdue.about"),
        bars(names, [counts]) if found.customers else None,
        Table(tuple(heads), tuple(rows)),
        height=height_of(len(names)),
    )


def _name(seen: Seen, band: Band) -> str:
    if band.least is None:
        return seen.say("explore.overdue.below", gaps=seen.number(band.below))
    if band.below is None:
        return seen.say("explore.overdue.from", gaps=seen.number(band.least))
    return seen.say("explore.overdue.between", low=seen.number(band.least), high=seen.number(band.below))


def _items(seen: Seen, found: Overdue) -> Panel:
    rows = tuple(
        (
            Cell(item.name),
            Cell(seen.number(item.customers)),
            Cell(seen.number(item.overdue)),
            Cell(seen.share(item.overdue, item.customers)),
            Cell(seen.number(round(item.gap_days, 1))),
        )
        for item in found.items
    )
    heads = (
        "explore.item",
        "explore.customers",
        "explore.items.overdue",
        "explore.share",
        "explore.items.gap",
    )
    title = seen.say("explore.items.nothing")
    if found.items:
        first = found.items[0]
        title = seen.say("explore.items.title", name=first.name, count=first.overdue)
    overdue_ones = Bars(seen.say("explore.items.overdue"), [item.overdue for item in found.items])
    return Panel(
        title,
        seen.say("explore.items.about", shown=len(found.items)),
        bars([item.name for item in found.items], [overdue_ones]) if found.items else None,
        Table(tuple(map(seen.say, heads)), rows),
        height=height_of(len(found.items)),
    )
