"""run, status: bring everything up to date, and see how it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape

from keepwell.cli.terminal import HERE, PlanFolder, errors, opened, output, past_instant, progress, table
from keepwell.core.clock import system_clock
from keepwell.core.errors import Problem, Refused
from keepwell.intake.quality import KEY_ERROR_RATE_GOAL, Quality, quality_of
from keepwell.intake.quarantine import open_rows
from keepwell.runs.place import Report
from keepwell.runs.run import Ran, run
from keepwell.store.process import serving
from keepwell.store.types import JsonObject
from keepwell.wiring import Deployment
from keepwell.worker.handover import run_there


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(name="run")(run_command)
    app.command()(status)


def run_command(
    plan: PlanFolder = HERE,
    as_of: Annotated[
        str | None,
        typer.Option(help="a past day (2026-06-30) or instant to compute the fields for; now when absent"),
    ] = None,
) -> None:
    """Take in what sources have that is new, compute every field, publish a snapshot."""
    with opened(plan) as deployment, progress() as report:
        if (holder := serving(deployment.store)) is not None:
            errors.print(f"{holder} has the store; the run is handed to it")
            if as_of is not None:
                raise Refused("a run as of a past day cannot be handed over", hint="stop the server for it")
            result = run_there(deployment, clock=system_clock, report=report).result
            problems = _show_handed_over(result if isinstance(result, dict) else {})
        else:
            problems = _run_here(deployment, as_of, report)
    if problems:
        raise typer.Exit(1)


def _run_here(deployment: Deployment, as_of: str | None, report: Report) -> bool:
    """Run, and show what was done; whether there were problems."""
    with deployment.place(now=system_clock(), report=report) as place:
        moment = None if as_of is None else past_instant(as_of, deployment.settings.zone)
        done = run(place, as_of=moment)
    _show_run(done)
    return bool(done.problems)


def _show_handed_over(result: JsonObject) -> bool:
    """Show what the serving process did; whether there were problems."""
    taken, problems = result.get("taken"), result.get("problems")
    for one in taken if isinstance(taken, list) else []:
        if isinstance(one, dict):
            output.print(f"{one['source']}: {one['input']}, {one['rows']:,} rows, {one['new']:,} new")
    for problem in problems if isinstance(problems, list) else []:
        if isinstance(problem, dict):
            what, field, hint = (str(problem.get(name) or "") for name in ("what", "field", "hint"))
            _print_problem(Problem(what, field=field or None, hint=hint or None))
    output.print(f"[green]✓[/green] {result.get('customers') or 0:,} customers")
    return bool(problems)


def _show_run(ran: Ran) -> None:
    if ran.taken:
        rows = table(None, "source", "input", *COUNTED, right=COUNTED)
        for one in ran.taken:
            counts = one.counts.model_dump()
            rows.add_row(one.source, escape(one.name), *(f"{counts[name]:,}" for name in COUNTED))
        output.print(rows)
    for problem in ran.problems:
        _print_problem(problem)
    if ran.snapshot is None:
        output.print("No facts yet: nothing to compute.")
    elif ran.is_new:
        output.print(
            f"[green]✓[/green] {ran.snapshot.customers:,} customers, as of {_moment(ran.snapshot.as_of)}"
        )
    elif ran.problems:
        output.print("Nothing else is new.")
    else:
        output.print("[green]✓[/green] everything was up to date")


COUNTED = ("rows", "new", "corrected", "unchanged", "outdated", "duplicate", "quarantined")


def _print_problem(problem: Problem) -> None:
    errors.print(f"[red]✗[/red] {escape(str(problem))}")


def status(plan: PlanFolder = HERE) -> None:
    """How it stands: versions, sources and their quality, quarantine, the last snapshot."""
    with opened(plan) as deployment:
        version = deployment.published()
        snapshot = deployment.snapshots.current()
        lake = deployment.lake()
        manifest = lake.current()
        facts = sum(state.fact_count for state in manifest.sources.values())
        waiting = lake.engine.count(open_rows(lake, manifest))
        lines = {
            "plan": f"version {version.number}, published {_moment(version.at)} by {version.author}",
            "lake": f"version {manifest.version}, {facts:,} facts{_shift(deployment)}",
            "snapshot": f"{snapshot.customers:,} customers as of {_moment(snapshot.as_of)}"
            if snapshot
            else "none yet; run `keepwell run`",
            "serving": str(serving(deployment.store) or "no"),
            "quarantine": f"{waiting:,} rows" + ("; see `keepwell quarantine list`" if waiting else ""),
        }
        for name, text in lines.items():
            output.print(f"{name:<11}{escape(text)}")
        _show_quality([quality_of(name, state) for name, state in manifest.sources.items()])
        lake.engine.close()


def _moment(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"


def _shift(deployment: Deployment) -> str:
    weeks = deployment.settings.shift_weeks
    return f", their times moved by {weeks} weeks" if weeks else ""


def _show_quality(sources: list[Quality]) -> None:
    columns = ("facts", *COUNTED[3:], "key errors", "anonymous", "late", "outliers")
    rows = table(None, "source", "rows", *columns, "last fact", right=("rows", *columns))
    for source in sources:
        counts = source.counts
        rate = source.key_error_rate
        mark = "[red]" if rate is not None and rate > KEY_ERROR_RATE_GOAL else "[green]"
        rows.add_row(
            source.source,
            f"{counts.rows:,}",
            f"{counts.accepted:,}",
            *(f"{getattr(counts, name):,}" for name in COUNTED[3:]),
            "—" if rate is None else f"{mark}{rate:.2%}[/]",
            f"{counts.anonymous:,}",
            f"{counts.late:,}",
            f"{counts.outlier:,}",
            f"{source.last_fact_at:%Y-%m-%d}" if source.last_fact_at else "—",
        )
    if sources:
        output.print(rows)
        output.print(
            "key errors: share of rows with an error in who, when or which; "
            f"the goal is {KEY_ERROR_RATE_GOAL:.1%} at most"
        )
