"""export, dictionary: everything open to BI tools, and what every column means."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from keepwell.answers.export import DATABASE
from keepwell.answers.export import export as write_export
from keepwell.catalog.dictionary import as_csv, as_json, as_markdown, data_dictionary
from keepwell.catalog.files import read_folder
from keepwell.catalog.load import load
from keepwell.cli.seeing import sight_of
from keepwell.cli.terminal import HERE, PlanFolder, operator, output


class Form(StrEnum):
    """How the dictionary is written."""

    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (export, dictionary):
        app.command()(command)


def export(
    folder: Annotated[
        Path, typer.Argument(help="a new folder, or that of an earlier export", show_default=False)
    ],
    plan: PlanFolder = HERE,
) -> None:
    """Write customers, segments over time and facts as Parquet with views and a data dictionary, for BI tools."""
    with sight_of(plan) as sight:
        done = write_export(sight, operator(), folder)
    for name, rows in done.rows.items():
        output.print(f"  {rows:>12,}  {name}")
    output.print(
        f"[green]✓[/green] {escape(str(folder))}: open {DATABASE}, or the Parquet files; see dictionary.md"
    )


def dictionary(
    plan: PlanFolder = HERE,
    form: Annotated[Form, typer.Option("--format", help="markdown, csv or json")] = Form.MARKDOWN,
) -> None:
    """What every column of customers, segments and facts means, from the definitions of the plan folder."""
    found = load(read_folder(plan))
    entries, money = data_dictionary(found), found.settings.money
    if form is Form.CSV:
        text = as_csv(entries)
    elif form is Form.JSON:
        text = as_json(entries)
    else:
        text = as_markdown(entries, currency=money.code, decimals=money.exponent)
    typer.echo(text, nl=False)
