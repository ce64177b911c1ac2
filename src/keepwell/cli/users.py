"""users: who may sign in, what they may do, and whose customers they see. audit: who did what."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from keepwell.access import users
from keepwell.access.model import ROLES, Scope, User
from keepwell.access.queries import all_users
from keepwell.answers.units import check_scope
from keepwell.cli.terminal import HERE, PlanFolder, errors, opened, operator, output, table
from keepwell.core.clock import system_clock
from keepwell.core.errors import Refused
from keepwell.store.audit import entries
from keepwell.wiring import Deployment

ADDRESS = "http://127.0.0.1:8765"

app = typer.Typer(
    help="Users: make one, list them, say what they may do and whose customers they see.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(help="the name they sign in with", show_default=False)]
Roles = Annotated[
    list[str], typer.Option("--role", help=f"{', '.join(ROLES)}; may be given again", show_default=False)
]
Address = Annotated[
    str | None, typer.Option(help=f"where people open Keepwell; [sign_in] says it, else {ADDRESS}")
]


def add_to(program: typer.Typer) -> None:
    """Add the command that is not of users."""
    program.command()(audit)


@app.command(name="list")
def list_users(plan: PlanFolder = HERE) -> None:
    """List all users with what they may do and see."""
    with opened(plan) as deployment, deployment.store.read() as session:
        found = all_users(session, now=system_clock())
    rows = table(None, "name", "roles", "sees", "last here", "state")
    for user in found:
        seen = "" if user.seen_at is None else user.seen_at.isoformat(timespec="minutes")
        told = (user.name, ", ".join(sorted(user.roles)), _sees(user.scope), seen, _state(user))
        rows.add_row(*map(escape, told))
    output.print(rows if found else "There is no user yet; `keepwell serve` prints a link to make the first.")


@app.command()
def make(name: Name, roles: Roles, plan: PlanFolder = HERE, address: Address = None) -> None:
    """Make a user and print the link by which they set a password: it works once, for a day."""
    now, actor = system_clock(), operator().name
    with opened(plan) as deployment:
        takes_passwords = deployment.settings.sign_in.password
        with deployment.store.write() as session:
            users.create_user(session, name, roles, None, actor=actor, now=now)
            token = users.make_password_link(session, name, actor=actor, now=now) if takes_passwords else None
        if token is not None:
            _print_link(deployment, address, token)
        else:
            output.print(f"[green]✓[/green] {escape(name)} signs in with an account of the other service")


@app.command()
def link(name: Name, plan: PlanFolder = HERE, address: Address = None) -> None:
    """Print a link by which a user sets a new password: it works once, for a day, and replaces the one before."""
    with opened(plan) as deployment:
        if not deployment.settings.sign_in.password:
            raise Refused("nobody signs in by a password", hint="keepwell.toml says so under [sign_in]")
        with deployment.store.write() as session:
            token = users.make_password_link(session, name, actor=operator().name, now=system_clock())
        _print_link(deployment, address, token)


@app.command(name="roles")
def set_roles(name: Name, roles: Roles, plan: PlanFolder = HERE) -> None:
    """Give a user exactly these roles; they hold from the next click on."""
    with opened(plan) as deployment, deployment.store.write() as session:
        users.set_roles(session, name, roles, actor=operator().name, now=system_clock())
    output.print(f"[green]✓[/green] {escape(name)}: {', '.join(users.check_roles(roles))}")


@app.command(name="scope")
def set_scope(
    name: Name,
    plan: PlanFolder = HERE,
    *,
    unit: Annotated[
        list[str] | None, typer.Option(help="only customers of this unit and all beneath; may be given again")
    ] = None,
    condition: Annotated[
        str | None, typer.Option(help="only customers who meet this condition; with --unit, both must hold")
    ] = None,
    everybody: Annotated[bool, typer.Option("--everybody", help="all customers")] = False,
    nobody: Annotated[bool, typer.Option("--nobody", help="no customer, for now")] = False,
) -> None:
    """Say whose customers a user sees."""
    if [bool(unit or condition), everybody, nobody].count(True) != 1:
        raise Refused(
            "whose customers shall they see?",
            hint="give --unit or --condition or both, or --everybody, or --nobody",
        )
    units = frozenset() if nobody else frozenset(unit) if unit else None
    scope = None if everybody else Scope(condition, units)
    with opened(plan) as deployment:
        if unit or condition:
            with deployment.sight() as sight:
                check_scope(sight, scope)
        with deployment.store.write() as session:
            users.set_scope(session, name, scope, actor=operator().name, now=system_clock())
    output.print(f"[green]✓[/green] {escape(name)} sees {escape(_sees(scope))}")


@app.command()
def disable(name: Name, plan: PlanFolder = HERE) -> None:
    """Let a user in no more and end their sessions. Nothing of what they did is lost."""
    with opened(plan) as deployment, deployment.store.write() as session:
        users.disable_user(session, name, actor=operator().name, now=system_clock())
    output.print(f"[green]✓[/green] {escape(name)} is disabled")


@app.command()
def enable(name: Name, plan: PlanFolder = HERE) -> None:
    """Let a disabled user in again."""
    with opened(plan) as deployment, deployment.store.write() as session:
        users.enable_user(session, name, actor=operator().name, now=system_clock())
    output.print(f"[green]✓[/green] {escape(name)} is enabled")


def audit(
    plan: PlanFolder = HERE,
    actor: Annotated[str | None, typer.Option(help="only what this user did")] = None,
    action: Annotated[str | None, typer.Option(help="only this action, such as reveal_values")] = None,
    subject: Annotated[str | None, typer.Option(help="only what was done to this id or name")] = None,
    since: Annotated[str | None, typer.Option(help="from this day or instant on")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="how many to show")] = 50,
) -> None:
    """Show who did what to whom, the newest first."""
    with opened(plan) as deployment:
        zone = deployment.settings.zone
        first = _beginning(since, zone) if since else None
        with deployment.store.read() as session:
            found = entries(
                session, actor=actor, action=action, subject_id=subject, between=(first, None), limit=limit
            )
    rows = table(None, "when", "who", "what", "to", "details")
    for entry in found.entries:
        details = json.dumps(entry.details, ensure_ascii=False)[1:-1] if entry.details else ""
        at = entry.at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
        told = (at, entry.actor, entry.action, f"{entry.subject_kind} {entry.subject_id}", details)
        rows.add_row(*map(escape, told))
    output.print(rows if found.entries else "No entry fits.")
    if found.cursor is not None:
        errors.print(
            f"there are more; --limit shows up to 10,000, --since and the others narrow ({limit} shown)"
        )


def _beginning(text: str, zone: ZoneInfo) -> datetime:
    """The first instant that counts: of a day, its beginning."""
    try:
        given = datetime.fromisoformat(text)
        return (given.replace(tzinfo=zone) if given.tzinfo is None else given).astimezone(UTC)
    except (ValueError, OverflowError):
        hint = "write 2026-06-30 or 2026-06-30T18:00+08:00"
        raise Refused(f"`{text}` is no day and no instant", hint=hint) from None


def _print_link(deployment: Deployment, address: str | None, token: str) -> None:
    base = (address or deployment.settings.sign_in.address or ADDRESS).rstrip("/")
    errors.print("It works once, for a day; whoever has it can set the password:")
    output.print(f"{base}/password?token={token}", soft_wrap=True, highlight=False)


def _sees(scope: Scope | None) -> str:
    if scope is None:
        return "everybody"
    parts = (
        [f"units {', '.join(sorted(scope.units))}" if scope.units else "nobody"]
        if scope.units is not None
        else []
    )
    return " and ".join([*parts, *([scope.condition] if scope.condition else [])]) or "everybody"


def _state(user: User) -> str:
    if user.disabled_at is not None:
        return "disabled"
    return "active" if user.has_password or user.issuers else "has no password yet"
