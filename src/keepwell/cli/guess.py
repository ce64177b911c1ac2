"""guess: the source file that a data file suggests, to be looked at and put into sources/."""

from __future__ import annotations

from glob import escape
from pathlib import Path
from typing import Annotated

import typer

from keepwell.cli.terminal import errors, output
from keepwell.core.errors import NotFound, Refused
from keepwell.core.nearest import did_you_mean


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(guess)


def guess(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, .xlsx, JSON lines or Parquet", show_default=False)],
    name: Annotated[
        str, typer.Option(help="name of the source; by the kind of fact when absent", show_default=False)
    ] = "",
    preset: Annotated[
        str | None, typer.Option(help="a known export, such as shopify; found by its headers when absent")
    ] = None,
) -> None:
    """Print the source file that a data file suggests, each column with how sure that is and why.

    Nothing is written: put it into sources/ of a plan and the file into data/, look at each line, and give
    `keepwell check`.
    """
    from keepwell.intake.guess.presets import presets
    from keepwell.intake.guess.proposal import propose
    from keepwell.intake.guess.sniff import ending_of
    from keepwell.intake.guess.source_file import quoted, source_text
    from keepwell.intake.readers import LIMITS
    from keepwell.runs.first_load.add import NAME, NAMES, look_at

    if preset and preset not in presets():
        raise NotFound(
            f"there is no preset `{preset}`",
            hint=did_you_mean(preset, presets()) or f"there are {', '.join(presets())}",
        )
    if name and not NAME.fullmatch(name):
        raise Refused(f"`{name}` is no name", hint="a-z, 0-9 and _, beginning with a letter")
    if file.is_dir():
        raise Refused(f"{file} is a folder", hint="name one file; files of the same columns share a source")
    if not file.is_file():
        raise NotFound(f"there is no file {file}", hint="look at the name and at the folder it is in")
    ending_of(file, file.name)
    header_row, looked = look_at(file, LIMITS)
    found = propose(looked, name or "x", preset=preset, header_row=header_row)
    if not name:
        found = found.model_copy(update={"name": NAMES[found.fact]})
    origin = f"files: {quoted(f'data/{escape(file.name)}')}"
    output.print(source_text(found, origin, made_of=file.name), markup=False, end="", soft_wrap=True)
    for lacking in found.lacks():
        errors.print(f"[yellow]![/yellow] no column was found for `{lacking}`: name one before you publish")
