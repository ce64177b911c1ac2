"""`keepwell`: the commands, and how any error of ours reads."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.markup import escape

from keepwell import __version__
from keepwell.cli import (
    ask,
    classes,
    cohorts,
    copies,
    export,
    guess,
    keys,
    people,
    plan,
    quarantine,
    runs,
    segments,
    serve,
    simulate,
    tags,
)
from keepwell.cli.terminal import errors
from keepwell.core.errors import KeepwellError, Problem, Unavailable

DISK_HINT = "look at the disk, its free space, and whether you may read and write there; nothing is half done"

app = typer.Typer(
    help="Which customers you are about to lose, why, what to do about it, and whether that worked.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

for room in (plan, runs, people, ask, classes, cohorts, tags, export, guess, serve, copies, simulate):
    room.add_to(app)
app.add_typer(segments.app, name="segments")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(keys.app, name="keys")


def _version(*, asked: bool) -> None:
    if asked:
        typer.echo(f"keepwell {__version__}")
        raise typer.Exit


@app.callback()
def keepwell(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=lambda asked: _version(asked=asked), is_eager=True)
    ] = False,
) -> None:
    """Which customers you are about to lose, why, what to do about it, and whether that worked."""


def main() -> None:
    """Run a command. Errors of ours are sentences on stderr and an exit code, never a stack trace."""
    try:
        app()
    except KeepwellError as error:
        for problem in error.problems:
            errors.print(_sentence(problem))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        errors.print("stopped; nothing is half done")
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:  # what no room expected of its disk
        errors.print(
            _sentence(Problem(error.strerror or str(error), file=_name(error.filename), hint=DISK_HINT))
        )
        sys.exit(Unavailable.exit_code)


def _name(path: object) -> str | None:
    return None if path is None else str(path)


def _sentence(problem: Problem) -> str:
    where = f"[bold]{escape(problem.where())}[/bold]: " if problem.where() else ""
    field = f"{escape(problem.field)}: " if problem.field else ""
    hint = f"\n  [cyan]→ {escape(problem.hint)}[/cyan]" if problem.hint else ""
    return f"[red]✗[/red] {where}{field}{escape(problem.what)}{hint}"


if __name__ == "__main__":
    main()
