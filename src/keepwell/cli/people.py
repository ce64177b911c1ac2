"""who, customer, forget: the customers and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.markup import escape

from keepwell.answers.ask import Answer, Found, members
from keepwell.answers.customer import Item, Profile, profile, time_line
from keepwell.answers.persons import find_customers
from keepwell.answers.sight import Sight
from keepwell.answers.wording import MISSING, day_text, money_text, reason_text, value_text
from keepwell.cli.seeing import seen, sight_of
from keepwell.cli.terminal import HERE, PlanFolder, language, opened, operator, output, table
from keepwell.cli.words import word
from keepwell.core.clock import system_clock
from keepwell.core.errors import NotFound
from keepwell.customers.vault import erase
from keepwell.store.audit import record

ABOUT_TO_LEAVE = "about_to_leave"
LEAVING_COLUMNS = ("rhythm_stage", "purchase_last_on", "purchase_overdue_ratio")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (who, customer, forget):
        app.command()(command)


def who(
    segment: Annotated[str, typer.Argument(help="a segment of the plan")] = ABOUT_TO_LEAVE,
    plan: PlanFolder = HERE,
    limit: Annotated[int, typer.Option(min=1, max=500, help="how many to show")] = 20,
) -> None:
    """List the customers of a segment, those about to leave by default: with the reason and what is at stake."""
    with sight_of(plan) as sight:
        columns = [name for name in LEAVING_COLUMNS if name in sight.plan.customer_record().fields]
        answer = members(sight, operator(), segment, fields=columns, limit=limit)
        print_answer(sight, answer, sight.plan.label(segment, language(), "segment"), columns)
        for reason in sight.plan.segments[segment].reasons:
            label = (
                reason.label.in_(language(), sight.plan.settings.language) if reason.label else reason.name
            )
            output.print(f"  {answer.by_reason[reason.name]:>8,}  {escape(label)}")


def print_answer(sight: Sight, answer: Answer, title: str, columns: Sequence[str] = ()) -> None:
    """How many, and a table of those found; ``columns`` are fields to show."""
    as_of = word("as_of", moment=f"{sight.snapshot.info.as_of:%Y-%m-%d %H:%M} UTC")
    count = word("count", count=answer.count, of=answer.of) + share_text(answer.share)
    worth = ""
    if answer.worth_minor is not None:
        worth = word("worth", worth=money_text(sight.plan, answer.worth_minor, language()))
        worth += share_text(answer.worth_share)
    output.print(f"[bold]{escape(title)}[/bold]: {count}{worth}  [dim]{as_of}[/dim]")
    if not answer.found:
        return
    labels = [sight.plan.label(name, language()) for name in columns]
    if answer.worth:
        columns, labels = [*columns, answer.worth], [*labels, word("at_stake")]
    rows = table(None, word("customer"), word("name"), *labels, word("why"), right=(word("at_stake"),))
    for found in answer.found:
        rows.add_row(*(escape(cell) for cell in _cells(sight, found, columns)))
    output.print(rows)
    if answer.next_after is not None:
        output.print(word("more", more=answer.count - answer.next_after))


def share_text(share: float | None) -> str:
    """A share in brackets; nothing where there is none."""
    return "" if share is None else word("in_brackets", share=f"{share:.1%}")


def _cells(sight: Sight, found: Found, columns: Sequence[str]) -> list[str]:
    figures = [value_text(sight.plan, name, found.values.get(name), language()) for name in columns]
    why = [reason_text(sight.plan, reason, found.values, language()) for reason in found.reasons]
    name = found.person.masked.get("name", "")
    return [found.customer_id, name, *figures, "; ".join(why or found.because)]


def customer(
    who_is_it: Annotated[
        str,
        typer.Argument(
            metavar="WHO",
            help="customer id, or exactly: phone, e-mail, full name, own id",
            show_default=False,
        ),
    ],
    plan: PlanFolder = HERE,
    events: Annotated[int, typer.Option(min=0, max=500, help="how much of the time line")] = 10,
) -> None:
    """One customer: fields, segments with reasons, time line. Personal values are masked."""
    with sight_of(plan) as sight:
        for customer_id in _found(sight, who_is_it):
            _print_customer(sight, customer_id, events)


def _found(sight: Sight, text: str) -> list[str]:
    found = find_customers(sight, operator(), text)
    if not found:
        raise NotFound(
            f"nobody is found by `{text}`", hint="search is exact: the whole phone, name, e-mail or id"
        )
    return found


def _print_customer(sight: Sight, customer_id: str, events: int) -> None:
    found = profile(sight, operator(), customer_id)
    shown = "  ".join(f"{name}: {value}" for name, value in sorted(found.person.masked.items()))
    output.print(f"[bold]{customer_id}[/bold]  {escape(shown)}")
    output.print(f"  {escape(', '.join(found.person.party_keys))}")
    for membership in found.memberships:
        output.print(
            f"  [yellow]{escape(sight.plan.label(membership.segment, language(), 'segment'))}[/yellow]"
        )
        for reason in membership.reasons:
            output.print(f"    · {escape(reason_text(sight.plan, reason, found.values, language()))}")
    rows = table(None, word("field"), "", word("value"), word("why"), right=(word("value"),))
    for name, value in found.values.items():
        if name != "customer_id":
            rows.add_row(
                name,
                escape(sight.plan.label(name, language())),
                escape(value_text(sight.plan, name, value, language())),
                escape(", ".join(found.decided_by.get(name, ()))),
            )
    output.print(rows)
    _print_items(sight, found)
    if events:
        line = table(word("time_line"), word("when"), word("what"), word("source"), "")
        for event in time_line(sight, operator(), customer_id, limit=events).events:
            told = "  ".join(f"{name}={value}" for name, value in event.values.items())
            when = event.occurred_at.astimezone(sight.plan.settings.zone)
            line.add_row(f"{when:%Y-%m-%d %H:%M}", event.kind, event.source, escape(told))
        output.print(line)


def _print_items(sight: Sight, found: Profile) -> None:
    """What the customer has a rhythm of: a table for each rhythm that goes by a column."""
    for rhythm in dict.fromkeys(item.rhythm for item in found.items):
        figures = ("usual_gap", "last_day", "expected_day", "overdue")
        columns = [word(name) for name in figures]
        rows = table(None, sight.plan.label(rhythm, language()), *columns, right=tuple(columns))
        for item in found.items:
            if item.rhythm == rhythm:
                rows.add_row(*(escape(cell) for cell in _item_cells(item)))
        output.print(rows)


def _item_cells(item: Item) -> list[str]:
    days = [day_text(day, language()) for day in (item.last_on, item.expected_on)]
    overdue = f"{item.overdue_days or MISSING}" if item.is_live else word("given_up")
    return [item.item, f"{item.gap_days:,.1f}", *days, overdue]


def forget(
    who_is_it: Annotated[
        str,
        typer.Argument(
            metavar="WHO", help="customer id, or exactly: phone, e-mail, name, own id", show_default=False
        ),
    ],
    plan: PlanFolder = HERE,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Erase a customer's personal values everywhere, in old backups too, by destroying their key. Facts stay."""
    with opened(plan) as deployment, seen(deployment) as sight:
        found = _found(sight, who_is_it)
        if len(found) > 1:
            raise NotFound(
                f"`{who_is_it}` fits {len(found)} customers", hint=f"give one id: {', '.join(found[:10])}"
            )
        parties = profile(sight, operator(), found[0]).person.party_keys
        if not yes:
            typer.confirm(f"Erase the personal values of {found[0]}? This cannot be undone", abort=True)
        with deployment.store.write() as session:
            erase(session, deployment.keys, parties)
            record(
                session,
                at=system_clock(),
                actor=operator().name,
                action="erase",
                subject_kind="customer",
                subject_id=found[0],
            )
    output.print(f"[green]✓[/green] the personal values of {found[0]} are gone")
