"""quarantine: rows that could not be taken in — list, export, mend, replay, drop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from keepwell.cli.terminal import HERE, PlanFolder, errors, language, opened, operator, output, table
from keepwell.core.clock import system_clock
from keepwell.core.errors import Refused
from keepwell.runs import quarantine
from keepwell.runs.place import Place
from keepwell.runs.quarantine import Replayed

app = typer.Typer(
    help="Rows that could not be taken in: list, export, mend, replay, drop.", no_args_is_help=True
)

Source = Annotated[str | None, typer.Option("--source", "-s", help="rows of one source only")]


@contextmanager
def _place(plan: Path) -> Iterator[Place]:
    with opened(plan) as deployment, deployment.place(now=system_clock()) as place:
        yield place


@app.command(name="list")
def list_rows(
    plan: PlanFolder = HERE,
    source: Source = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="how many to show")] = 50,
) -> None:
    """List rows with what is wrong with them; values are masked."""
    with _place(plan) as place:
        waiting = quarantine.waiting_rows(place, source=source, limit=limit)
        rows = table(None, "id", "source", "input", "row", "what is wrong", right=("row",))
        for row in waiting:
            what = "; ".join(row.sentences(place, language()))
            rows.add_row(row.quarantine_id, row.source, escape(row.input), f"{row.row:,}", escape(what))
    output.print(rows if waiting else "The quarantine is empty.")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="a new CSV file", show_default=False)],
    source: Annotated[str, typer.Option("--source", "-s", help="the source whose rows", show_default=False)],
    plan: PlanFolder = HERE,
) -> None:
    """Write a source's rows as they came to a file, to mend them there. The file holds personal values."""
    if file.exists():
        raise Refused(f"{file} exists already", hint="give a new file name")
    with _place(plan) as place:
        count = quarantine.export(place, file, source=source, actor=operator().name, language=language())
    output.print(
        f"[green]✓[/green] {count:,} rows are in {escape(str(file))}; it holds personal values: delete it when done"
    )


@app.command()
def mend(
    identifier: Annotated[str, typer.Argument(help="a row's id", metavar="ID", show_default=False)],
    changes: Annotated[list[str], typer.Argument(help="COLUMN=VALUE …", show_default=False)],
    plan: PlanFolder = HERE,
) -> None:
    """Change values of one row and take it in again."""
    pairs = [change.partition("=") for change in changes]
    if bad := [name for name, equals, _ in pairs if not equals or not name]:
        raise Refused(f"`{bad[0]}` is no change", hint="write COLUMN=VALUE, for instance amount=12.50")
    with _place(plan) as place:
        _show(quarantine.mend(place, identifier, {name: value for name, _, value in pairs}))


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="an exported and mended CSV file", show_default=False)],
    plan: PlanFolder = HERE,
) -> None:
    """Take in the rows of an exported and mended file again."""
    if not file.is_file():
        raise Refused(f"there is no file {file}")
    with _place(plan) as place:
        _show(quarantine.replay(place, file))


@app.command()
def drop(
    identifiers: Annotated[list[str], typer.Argument(help="ids of rows", metavar="ID…", show_default=False)],
    plan: PlanFolder = HERE,
) -> None:
    """Give rows up: they leave the quarantine, and what came is destroyed."""
    with _place(plan) as place:
        count = quarantine.drop(place, identifiers, actor=operator().name)
    output.print(f"[green]✓[/green] {count:,} rows dropped")


def _show(replayed: Replayed) -> None:
    output.print(f"[green]✓[/green] {replayed.accepted:,} rows taken in; the next `keepwell run` counts them")
    for identifier, problems in replayed.still_bad.items():
        what = "; ".join(f"{problem.field}: {problem.reason}" for problem in problems)
        errors.print(f"[red]✗[/red] {identifier} is still bad: {escape(what)}")
    if replayed.still_bad:
        raise typer.Exit(1)
