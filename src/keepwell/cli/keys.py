"""keys: keys of programs — make one, list them, revoke one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.markup import escape

from keepwell.access.keys import Key, add_key, all_keys, owner_named, revoke_key
from keepwell.access.model import Permission
from keepwell.cli.terminal import HERE, PlanFolder, errors, opened, operator, output, table
from keepwell.core.clock import system_clock

app = typer.Typer(help="Keys of programs: make one, list them, revoke one.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="what the key is for", show_default=False)],
    plan: PlanFolder = HERE,
    *,
    owner: Annotated[str, typer.Option(help="the user it belongs to; it never may more than they")],
    may: Annotated[list[Permission], typer.Option(help="what it may do; may be given again")],
    days: Annotated[
        int | None, typer.Option(min=1, max=3_650, help="how many days it lasts; without, until revoked")
    ] = None,
) -> None:
    """Make a key and print it, once: it is kept only hashed."""
    now = system_clock()
    expires_at = None if days is None else now + timedelta(days=days)
    with opened(plan) as deployment, deployment.store.write() as session:
        whose = owner_named(session, owner)
        actor = operator().name
        text = add_key(session, whose, name, set(may), now=now, expires_at=expires_at, actor=actor)
    errors.print("Keep it safe; it is not shown again.")
    output.print(text, soft_wrap=True, highlight=False)


@app.command(name="list")
def list_keys(plan: PlanFolder = HERE) -> None:
    """List the keys of everybody, the newest first."""
    now = system_clock()
    with opened(plan) as deployment, deployment.store.read() as session:
        found = all_keys(session)
    rows = table(None, "id", "name", "begins with", "owner", "may", "last used", "state", right=("id",))
    for key in found:
        may = ", ".join(sorted(key.permissions))
        told = (key.name, key.beginning, key.owner, may, _day(key.used_at), _state(key, now))
        rows.add_row(str(key.id), *map(escape, told))
    output.print(rows if found else "There are no keys.")


@app.command()
def revoke(
    key_id: Annotated[
        int, typer.Argument(help="its id, as `keepwell keys list` shows it", show_default=False)
    ],
    plan: PlanFolder = HERE,
) -> None:
    """End a key for good, at once. Done twice, done once."""
    with opened(plan) as deployment, deployment.store.write() as session:
        revoke_key(session, key_id, now=system_clock(), actor=operator().name)
    output.print(f"Key {key_id} is revoked.")


def _day(at: datetime | None) -> str:
    return "never" if at is None else at.date().isoformat()


def _state(key: Key, now: datetime) -> str:
    state = key.state(now)
    if state == "disabled":
        return "owner disabled"
    if state != "alive":
        return state
    return "lives" if key.expires_at is None else f"until {_day(key.expires_at)}"
