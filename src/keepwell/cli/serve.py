"""serve, demo: the pages, the worker and the schedule in one process."""

from __future__ import annotations

import contextlib
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from keepwell.catalog.files import read_folder
from keepwell.catalog.init import init_bare
from keepwell.cli.terminal import HERE, PlanFolder, errors, opened, operator, output, progress
from keepwell.core.clock import system_clock
from keepwell.demo.install import write_demo
from keepwell.publishing.commands import publish
from keepwell.publishing.folder import mark, marked
from keepwell.runs.run import run
from keepwell.web.serve import serve
from keepwell.wiring import Deployment

HOST, PORT = "127.0.0.1", 8765

Host = Annotated[
    str, typer.Option(help="address to answer at; beyond this machine put a TLS proxy before it")
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="port to answer at; 0 takes a free one")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(name="serve")(serve_command)
    app.command()(demo)


def serve_command(plan: PlanFolder = HERE, host: Host = HOST, port: Port = PORT) -> None:
    """Answer pages, carry out jobs, and run the plan as often as `run_every` says, until stopped.

    An empty folder becomes a plan without definitions: its first page leads to loading a file of your own.
    """
    if init_bare(plan):
        output.print(f"{escape(str(plan.resolve()))} was empty: a new plan begins there.")
    with opened(plan) as deployment:
        serve(deployment, host=host, port=port, clock=system_clock, tell=_tell)


def demo(
    folder: Annotated[Path, typer.Option(help="where the demo's plan and data go")] = Path("demo"),
    host: Host = HOST,
    port: Port = PORT,
    *,
    browser: Annotated[bool, typer.Option(help="open the page in the browser")] = True,
) -> None:
    """A year of a grocer's real customers: write the plan, run it, open the page. The second start takes seconds."""
    write_demo(folder, now=system_clock())
    with opened(folder) as deployment:
        _publish(deployment, folder)
        with progress() as report, deployment.place(now=system_clock(), report=report) as place:
            ran = run(place)
        for problem in ran.problems:
            errors.print(f"[red]✗[/red] {escape(str(problem))}")
        if ran.snapshot:
            output.print(
                f"[green]✓[/green] {ran.snapshot.customers:,} households are ready in {escape(str(folder))}"
            )

        def tell(address: str, first_run: str | None) -> None:
            _tell(address, first_run)
            if browser and sys.stdout.isatty():
                with contextlib.suppress(webbrowser.Error):
                    webbrowser.open(first_run or address)

        serve(deployment, host=host, port=port, clock=system_clock, tell=tell)


def _publish(deployment: Deployment, folder: Path) -> None:
    known = marked(folder)
    with deployment.store.write() as session:
        version = publish(
            session,
            read_folder(folder),
            author=operator().name,
            reason="demo",
            now=system_clock(),
            expected_version=known.number if known else None,
        )
    mark(folder, version)


def _tell(address: str, first_run: str | None) -> None:
    output.print(f"\nKeepwell answers at [bold]{address}[/bold]  (Ctrl-C stops it)")
    if first_run:
        output.print(
            "To sign in the first time, choose a name and a password here (the link works once, for a day):"
        )
        output.print(f"  {first_run}", soft_wrap=True)
    else:
        output.print("Sign in with the name and password you chose.")
