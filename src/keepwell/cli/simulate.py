"""simulate: a made-up retailer whose truth is known, to try Keepwell on and to score it against."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from keepwell.cli.terminal import output, progress
from keepwell.core.clock import system_clock
from keepwell.core.errors import Refused
from keepwell.runs.place import Progress
from keepwell.simulate.parameters import Period, Simulation, parameters_from
from keepwell.simulate.write import ZONE, write_simulation


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(simulate)


def simulate(
    folder: Annotated[Path, typer.Argument(help="a new or empty folder", show_default=False)],
    customers: Annotated[int, typer.Option(help="how many persons, 100 to 20,000,000")] = 10_000,
    years: Annotated[int, typer.Option(help="how many years, 1 to 10")] = 3,
    seed: Annotated[int, typer.Option(help="what chance starts from; the same gives the same files")] = 1,
    until: Annotated[
        str | None, typer.Option(help="the last day, such as 2026-06-30; yesterday when absent")
    ] = None,
    files_per: Annotated[Period, typer.Option(help="what one data file holds the rows of")] = "month",
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=NUMBER",
            help="a parameter, such as decline_share=0.3; the reference page of the simulator has all",
        ),
    ] = None,
) -> None:
    """Write a made-up Chinese retailer: a plan, its data files, and in truth/ what is true of its customers."""
    asked = Simulation(
        customers=customers,
        years=years,
        seed=seed,
        until=_day(until),
        parameters=parameters_from(set_ or []),
        files_per=files_per,
    )
    with progress() as report:
        made = write_simulation(
            folder,
            asked,
            report=lambda done, of: report(
                Progress(step="simulate", detail=f"{done:,} of {of:,} customers", share=done / of)
            ),
        )
    output.print(
        f"[green]✓[/green] {made.customers:,} customers, {made.rows:,} rows ({made.bad_rows:,} of them bad), "
        f"{asked.first_day} to {asked.until}"
    )
    output.print(f"\n  cd {escape(str(folder))}\n  keepwell push\n  keepwell run\n  keepwell who")


def _day(text: str | None) -> date:
    yesterday = system_clock().astimezone(ZoneInfo(ZONE)).date() - timedelta(days=1)
    if text is None:
        return yesterday
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused(f"`{text}` is no day", hint="write a day such as 2026-06-30") from None
    if day > yesterday:
        raise Refused(f"{text} is not over yet", hint=f"the last day may be {yesterday} at most")
    return day
