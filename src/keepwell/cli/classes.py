"""classes, migration: how many customers are in each class of a field, and who moved between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from keepwell.answers.classes import Class, Classes, classes
from keepwell.answers.migration import Migration, Move
from keepwell.answers.migration import migration as migration_of
from keepwell.answers.sight import Sight
from keepwell.answers.wording import MISSING, choice_text, day_text, money_text, share_text
from keepwell.cli.terminal import (
    HERE,
    PlanFolder,
    language,
    opened,
    operator,
    output,
    past_instant,
    progress,
    table,
)
from keepwell.cli.words import word
from keepwell.core.clock import AsOf
from keepwell.runs.place import Progress

MOVES_SHOWN = 20

FieldOfClasses = Annotated[
    str, typer.Argument(metavar="FIELD", help="a field with cases, such as rfm_class", show_default=False)
]
Worth = Annotated[
    str | None,
    typer.Option(help="money field that says what customers are worth; the field's own when absent"),
]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(name="classes")(classes_command)
    app.command()(migration)


def classes_command(field: FieldOfClasses, plan: PlanFolder = HERE, worth: Worth = None) -> None:
    """How many customers are in each class of a field, what they are worth, and what one expected."""
    with opened(plan) as deployment, deployment.sight() as sight:
        found = classes(sight, operator(), field, worth=worth)
        title = word("classes", label=sight.plan.label(field, language(), "field"), count=found.customers)
        as_of = word("as_of", moment=f"{sight.snapshot.info.as_of:%Y-%m-%d %H:%M} UTC")
        output.print(f"[bold]{escape(title)}[/bold]  [dim]{as_of}[/dim]")
        columns = _columns(sight, found)
        headings = [heading for heading, _ in columns]
        rows = table(None, word("class"), *headings, right=tuple(headings))
        for each in found.classes:
            cells = [_label(sight, field, each.value), *(tell(each) for _, tell in columns)]
            rows.add_row(*(escape(cell) for cell in cells))
        output.print(rows)
        if found.without:
            output.print(word("without", count=found.without))


def _columns(sight: Sight, found: Classes) -> list[tuple[str, Callable[[Class], str]]]:
    """Heading and what stands beneath: shares, and beside them what is expected, where anything is."""
    columns: list[tuple[str, Callable[[Class], str]]] = [
        (word("customers"), lambda each: f"{each.customers:,}"),
        (word("share"), lambda each: share_text(each.customer_share, language())),
    ]
    if any(each.expected_customers is not None for each in found.classes):
        columns.append((word("expected"), lambda each: _percent(each.expected_customers)))
    if found.worth:
        label = sight.plan.label(found.worth, language())
        columns.append((label, lambda each: _money(sight, each.worth_minor)))
        columns.append((word("share_of"), lambda each: share_text(each.worth_share, language())))
        if any(each.expected_worth is not None for each in found.classes):
            columns.append((word("expected"), lambda each: _percent(each.expected_worth)))
    return columns


def migration(
    field: FieldOfClasses,
    start: Annotated[
        str, typer.Option("--from", help="a past day (2026-06-30) or instant", show_default=False)
    ],
    end: Annotated[
        str | None, typer.Option("--to", help="a later one; when the snapshot was made, when absent")
    ] = None,
    plan: PlanFolder = HERE,
    worth: Worth = None,
) -> None:
    """Who moved from which class of a field to which between two days, by the facts known today."""
    with opened(plan) as deployment, deployment.sight() as sight, progress() as report:
        zone = sight.plan.settings.zone
        found = migration_of(
            sight,
            operator(),
            field,
            AsOf(past_instant(start, zone), zone),
            sight.as_of if end is None else AsOf(past_instant(end, zone), zone),
            worth=worth,
            progress=lambda step: report(Progress(step="computing fields", detail=step)),
        )
        _print_migration(sight, found)


def _print_migration(sight: Sight, found: Migration) -> None:
    changed = [move for move in found.moves if not move.is_new and move.before != move.after]
    new = sum(move.customers for move in found.moves if move.is_new)
    title = word(
        "moved",
        label=sight.plan.label(found.field, language(), "field"),
        start=day_text(found.start.day, language()),
        end=day_text(found.end.day, language()),
        moved=sum(move.customers for move in changed),
        known=found.customers - new,
        new=new,
    )
    output.print(f"[bold]{escape(title)}[/bold]")
    output.print(_matrix(sight, found))
    if found.worth and changed:
        changed.sort(key=lambda move: (-move.customers, move.before or "", move.after or ""))
        output.print(_worths(sight, found.field, found.worth, changed[:MOVES_SHOWN]))


def _matrix(sight: Sight, found: Migration) -> Table:
    """A row for each class before, a column for each after; how many, and their share of the row."""
    values = [case.value for case in sight.plan.fields[found.field].cases]
    after = [*values, *([None] if any(move.after is None for move in found.moves) else [])]
    rows: list[tuple[str | None, bool]] = [(value, False) for value in values]
    rows += [(None, False)] if any(move.before is None and not move.is_new for move in found.moves) else []
    rows += [(None, True)] if any(move.is_new for move in found.moves) else []
    headings = [_label(sight, found.field, value) for value in after]
    made = table(None, word("from_to"), *headings, word("total"), right=(*headings, word("total")))
    counts = {(move.before, move.is_new, move.after): move.customers for move in found.moves}
    for before, is_new in rows:
        line = [counts.get((before, is_new, value), 0) for value in after]
        cells = [f"{count:,} ({count / sum(line):.0%})" if count else "·" for count in line]
        name = word("new") if is_new else _label(sight, found.field, before)
        made.add_row(escape(name), *cells, f"{sum(line):,}")
    totals = [sum(move.customers for move in found.moves if move.after == value) for value in after]
    made.add_row(word("total"), *(f"{total:,}" for total in totals), f"{found.customers:,}")
    return made


def _worths(sight: Sight, field: str, worth: str, moves: Sequence[Move]) -> Table:
    label = sight.plan.label(worth, language())
    figures = (word("customers"), word("before", label=label), word("after", label=label))
    made = table(None, word("from"), word("to"), *figures, right=figures)
    for move in moves:
        cells = [
            _label(sight, field, move.before),
            _label(sight, field, move.after),
            f"{move.customers:,}",
            _money(sight, move.worth_before_minor),
            _money(sight, move.worth_after_minor),
        ]
        made.add_row(*(escape(cell) for cell in cells))
    return made


def _label(sight: Sight, field: str, value: str | None) -> str:
    return word("none") if value is None else choice_text(sight.plan, field, value, language())


def _money(sight: Sight, minor: int | None) -> str:
    return MISSING if minor is None else money_text(sight.plan, minor, language())


def _percent(percent: Decimal | None) -> str:
    return share_text(None if percent is None else percent / 100, language())
