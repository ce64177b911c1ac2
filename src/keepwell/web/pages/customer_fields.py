"""The fields of one customer: by groups or by what one looks for, each with how new what it rests on is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from keepwell.answers.customer import Profile, Reach
from keepwell.answers.sight import Sight
from keepwell.catalog.graph import sources_of
from keepwell.catalog.kinds import Rhythm
from keepwell.web.page import Page
from keepwell.web.wording import Cell, about, cell, name_of

GROUPS = {
    "library/fields/rhythm.yml": "rhythm",
    "library/fields/lifecycle.yml": "rhythm",
    "library/fields/orders.yml": "orders",
    "library/fields/baskets.yml": "orders",
    "library/fields/returns.yml": "orders",
    "library/fields/prices.yml": "prices",
    "library/fields/habits.yml": "habits",
    "library/fields/products.yml": "products",
    "library/fields/interactions.yml": "touch",
    "library/fields/classes.yml": "classes",
    "library/fields/rfm.yml": "classes",
    "library/fields/signals.yml": "classes",
    "library/fields/value.yml": "classes",
}
"""File of a shipped field → where it stands on the page; all others are the plan's own."""
ORDER = ("rhythm", "classes", "orders", "prices", "habits", "products", "touch", "plan")


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field on the page; ``newest`` is the day of the newest fact it rests on, empty where there is none."""

    name: str
    label: str
    about: str
    cell: Cell
    newest: str
    newest_at: str


def fields_shown(page: Page, sight: Sight, found: Profile, reach: Reach, sought: str) -> dict[str, object]:
    """What the fields' part of the page shows: those that are called as ``sought``, or all of them in groups."""
    groups = _groups(page, sight, found, reach.newest)
    words = sought.casefold().split()
    if words:
        groups = [
            (label, kept)
            for label, rows in groups
            if (kept := [row for row in rows if all(word in _called(row) for word in words)])
        ]
    return {"groups": groups, "sought": sought.strip(), "fields": sum(len(rows) for _, rows in groups)}


def _called(row: FieldRow) -> str:
    return f"{row.label} {row.name}".casefold()


def _groups(
    page: Page, sight: Sight, found: Profile, newest: Mapping[str, datetime]
) -> list[tuple[str, list[FieldRow]]]:
    """Fields at work, by where they are defined. Those no source feeds are missing for everybody: left out."""
    plan = sight.plan
    groups: dict[str, list[FieldRow]] = {name: [] for name in ORDER}
    asleep = {each.name for each in plan.asleep}
    rests_on = sight.memory.recall(
        "sources of fields", lambda: {name: sources_of(plan, name) for name in plan.customer_record().fields}
    )
    for name in plan.customer_record().fields:
        owner = plan.owner(name)
        if owner is None or owner.name in asleep:
            continue
        group = GROUPS.get(plan.origin(owner.name, owner.kind).file, "plan")
        group = "rhythm" if isinstance(owner, Rhythm) else group
        at = max((newest[source] for source in rests_on[name] if source in newest), default=None)
        groups[group].append(
            FieldRow(
                name,
                name_of(page.reader, plan, name),
                about(page.reader, plan, name),
                cell(page.reader, plan, name, found.values.get(name)),
                page.reader.day(at.astimezone(plan.settings.zone).date()) if at else "",
                page.reader.moment(at, plan.settings.zone) if at else "",
            )
        )
    return [(page.reader.say(f"customer.group.{name}"), rows) for name, rows in groups.items() if rows]
