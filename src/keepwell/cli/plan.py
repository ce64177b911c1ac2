"""init, check, push, pull, show: the plan folder and its published version."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from keepwell.catalog.files import read_folder
from keepwell.catalog.graph import as_mermaid, as_tree
from keepwell.catalog.init import init_folder
from keepwell.catalog.kinds import Definition, Rhythm
from keepwell.catalog.load import load
from keepwell.catalog.plan import Plan
from keepwell.cli.terminal import HERE, PlanFolder, language, opened, operator, output, table
from keepwell.core.clock import system_clock
from keepwell.publishing.commands import publish, pull
from keepwell.publishing.folder import mark, marked


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (init, check, push, pull_command, show):
        app.command(name="pull" if command is pull_command else None)(command)


def init(
    folder: Annotated[Path, typer.Argument(help="a new or empty folder", show_default=False)],
) -> None:
    """Write a commented plan that works on a sample order file."""
    init_folder(folder, now=system_clock())
    output.print(f"A plan is in [bold]{escape(str(folder))}[/bold]. Next:\n")
    output.print(f"  cd {escape(str(folder))}\n  keepwell push\n  keepwell run\n  keepwell who")


def check(plan: PlanFolder = HERE) -> None:
    """Check all files of the plan folder and report everything that is wrong, with file and line."""
    found = load(read_folder(plan))
    output.print(f"[green]✓[/green] {_summary(found)}")
    if found.asleep:
        names = ", ".join(sorted(definition.name for definition in found.asleep))
        count = len(found.asleep)
        output.print(
            f"  · {count} shipped definitions are asleep, for no source gives what they rest on: {names}"
        )


def push(
    plan: PlanFolder = HERE,
    reason: Annotated[str, typer.Option("--reason", "-m", help="why, for the history")] = "",
) -> None:
    """Publish the plan folder: what run, serve and the pages use from now on."""
    with opened(plan) as deployment:
        files = read_folder(plan)
        known = marked(plan)
        with deployment.store.write() as session:
            version = publish(
                session,
                files,
                author=operator().name,
                reason=reason,
                now=system_clock(),
                expected_version=known.number if known else None,
            )
        mark(plan, version)
    output.print(f"[green]✓[/green] version {version.number} is published ({_summary(load(files))})")


def pull_command(
    plan: PlanFolder = HERE,
    *,
    overwrite: Annotated[bool, typer.Option(help="give up local changes that are not published")] = False,
) -> None:
    """Write the published version, with the edits made on pages, back into the folder."""
    with opened(plan) as deployment, deployment.store.read() as session:
        version = pull(session, plan, overwrite=overwrite)
    if version is None:
        output.print("Nothing is published yet; `keepwell push` publishes this folder.")
    else:
        output.print(f"[green]✓[/green] the folder holds version {version.number}")


def show(
    name: Annotated[str | None, typer.Argument(help="a definition; all of them when absent")] = None,
    plan: PlanFolder = HERE,
    *,
    graph: Annotated[bool, typer.Option("--graph", help="what depends on what, as a tree")] = False,
    mermaid: Annotated[bool, typer.Option("--mermaid", help="the same as a Mermaid picture")] = False,
) -> None:
    """Show the definitions of the plan folder, shipped ones included, or one of them."""
    found = load(read_folder(plan))
    if mermaid:
        output.print(as_mermaid(found), markup=False)
    elif graph:
        output.print(as_tree(found), markup=False)
    elif name:
        _show_one(found, name)
    else:
        _show_all(found)


def _show_all(plan: Plan) -> None:
    rows = table(None, "kind", "name", "label", "type", "from")
    for definition in plan.definitions():
        origin = plan.origin(definition.name, definition.kind)
        rows.add_row(
            definition.kind,
            definition.name,
            escape(plan.label(definition.name, language(), definition.kind)),
            _type(plan, definition),
            "shipped" if origin.shipped else f"{origin.file}:{origin.line}",
        )
    output.print(rows)


def _type(plan: Plan, definition: Definition) -> str:
    if isinstance(definition, Rhythm):
        return f"{len(definition.field_names())} fields"
    field = plan.customer_record().fields.get(definition.name)
    return field.type.value if field and definition.kind in {"measure", "field", "ranking", "tag"} else ""


def _show_one(plan: Plan, name: str) -> None:
    definition = plan.definition(name)
    origin = plan.origin(name)
    output.print(f"[bold]{definition.kind} {definition.name}[/bold]  {escape(plan.label(name, language()))}")
    output.print(f"  from {'the shipped library, ' if origin.shipped else ''}{origin.file}:{origin.line}")
    for key, value in definition.model_dump(mode="json", exclude_defaults=True, exclude={"name"}).items():
        output.print(f"  {key}: {value}", markup=False)
    if used := sorted(plan.depends_on(name)):
        output.print(f"  uses: {', '.join(used)}", markup=False)


def _summary(plan: Plan) -> str:
    counts = {
        "source": len(plan.sources),
        "field": len(plan.customer_record().fields),
        "segment": len(plan.segments),
    }
    return ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for word, count in counts.items())
