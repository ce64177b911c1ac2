"""backup, restore, upgrade: copies of everything, and formats of older Keepwells."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from keepwell.catalog.settings import FORMAT as PLAN_FORMAT
from keepwell.cli.terminal import HERE, PlanFolder, opened, output
from keepwell.core.clock import system_clock
from keepwell.core.errors import Refused
from keepwell.customers.secret import VARIABLE
from keepwell.exchange.backup import back_up, back_up_keys, refuse_together
from keepwell.exchange.backup import restore as restore_backup
from keepwell.lake.manifest import FORMAT as LAKE_FORMAT
from keepwell.lake.manifest import Versions
from keepwell.store.schema import head
from keepwell.wiring import Deployment, deployment

KEYS_HINT = (
    "give --keys FOLDER with the copy of the keys, or set KEEPWELL_KEYS to the key store that is still there"
)


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (backup, restore, upgrade):
        app.command()(command)


def backup(
    folder: Annotated[Path | None, typer.Argument(help="a new folder for plan, lake and store")] = None,
    keys: Annotated[
        Path | None, typer.Option(help="a new folder, apart from the other, for the keys of personal values")
    ] = None,
    plan: PlanFolder = HERE,
) -> None:
    """Copy everything into a folder, and the keys of personal values into another; a run may go on meanwhile."""
    if folder is None and keys is None:
        raise Refused(
            "there is nowhere to copy to", hint="write `keepwell backup FOLDER --keys OTHER_FOLDER`"
        )
    if folder is not None and keys is not None:
        refuse_together(folder, keys)
    with opened(plan) as found:
        if folder is not None:
            made = back_up(found.folder, found.store, folder, now=system_clock())
            output.print(
                f"[green]✓[/green] plan, store and lake version {made.lake_version} ({made.facts:,} facts) "
                f"are in {escape(str(folder))}"
            )
        if keys is not None:
            count = back_up_keys(found.keys.store, keys)
            output.print(f"[green]✓[/green] {count:,} keys of personal values are in {escape(str(keys))}")
            output.print(
                "  Keep them apart from the rest and for a short time only: they open erased persons too."
            )
        else:
            output.print(
                "[yellow]![/yellow] The keys of personal values are NOT copied: names and phones cannot be"
            )
            output.print("  read without them. Copy them to another disk: keepwell backup --keys FOLDER")
        _tell_of_secret(found)


def _tell_of_secret(found: Deployment) -> None:
    given = found.environment.get(VARIABLE)
    where = f"the environment variable {VARIABLE}" if given else escape(str(found.secret_file))
    output.print(
        f"[yellow]![/yellow] The SECRET IS NOT COPIED, and without it the keys are useless. It is in {where}."
    )
    output.print("  Keep a copy of it in a third place, such as a password safe.")


def restore(
    folder: Annotated[Path, typer.Argument(help="a backup", show_default=False)],
    into: Annotated[Path, typer.Option(help="a new or empty plan folder", show_default=False)],
    keys: Annotated[Path | None, typer.Option(help="the copy of the keys of personal values")] = None,
) -> None:
    """Make a plan folder of a backup. Every file is checked first; nothing is half done."""
    if keys is None and not deployment(into).environment.get("KEEPWELL_KEYS"):
        raise Refused("personal values cannot be read without their keys", hint=KEYS_HINT)
    made = restore_backup(folder, keys, into, addresses=_addresses)
    output.print(
        f"[green]✓[/green] {escape(str(into))} is as it was on {made.made_at[:16].replace('T', ' ')} UTC: "
        f"lake version {made.lake_version}, {made.facts:,} facts"
    )
    there = deployment(into)
    if not there.environment.get(VARIABLE):
        output.print(
            f"[yellow]![/yellow] Put the secret into {escape(str(there.secret_file))} or into {VARIABLE}: "
            "nothing opens without it."
        )
    output.print(
        "  Files that sources read are not part of a backup: put them back where the plan expects them."
    )


def _addresses(folder: Path) -> tuple[str, str]:
    found = deployment(folder)
    return found.store_url, found.keys_url


def upgrade(plan: PlanFolder = HERE) -> None:
    """Bring plan, lake and store of an older Keepwell up to this one; those of a newer one are refused."""
    with opened(plan) as found:
        _ = found.settings  # refuses a plan of another format
        lake = Versions(found.work / "lake" / "versions").current()  # likewise
        _ = found.store  # brings the tables up to date
    told = f"version {lake.version}, format {LAKE_FORMAT}" if lake.version else "empty"
    output.print(f"plan    format {PLAN_FORMAT}\nlake    {told}\nstore   tables of {head()}")
    output.print("[green]✓[/green] everything is of this Keepwell's format; nothing to do")
