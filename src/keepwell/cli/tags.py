"""tag: say by hand what a tag's value is for some customers, or take it back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from keepwell.answers.sight import Sight
from keepwell.answers.tagging import Meant, meant_by_conditions, meant_by_ids
from keepwell.catalog.kinds import Tag
from keepwell.catalog.plan import Plan
from keepwell.catalog.tags import canonical_value
from keepwell.cli.seeing import seen
from keepwell.cli.terminal import HERE, PlanFolder, opened, operator, output
from keepwell.cli.words import word
from keepwell.core.clock import system_clock
from keepwell.core.errors import InputRefused, LimitExceeded, NotFound, Problem, Refused
from keepwell.core.nearest import did_you_mean
from keepwell.customers.tags import last_said, set_tag

MAX_FILE_BYTES = 100_000_000
HEADINGS = {"customer_id", "party_key", "id"}


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(tag)


def tag(
    name: Annotated[str, typer.Argument(help="a tag of the plan", show_default=False)],
    value: Annotated[
        str | None, typer.Argument(help="its value, as the tag's type is written", show_default=False)
    ] = None,
    plan: PlanFolder = HERE,
    where: Annotated[str | None, typer.Option(help="for all customers who meet this condition now")] = None,
    customer: Annotated[
        list[str] | None, typer.Option(help="for this customer: an id or a party key; may be given again")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="for the customers of a UTF-8 file, an id or party key on each line")
    ] = None,
    *,
    unset: Annotated[bool, typer.Option("--unset", help="take back what was said")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Set a tag by hand for some customers, or take it back; says how many before it does. Done twice, done once."""
    if (value is None) != unset:
        raise Refused("what shall be said?", hint="give a VALUE, or --unset to take back what was said")
    if [where is not None, bool(customer), file is not None].count(True) != 1:
        raise Refused("of whom shall it be said?", hint="give one of --where, --customer and --file")
    with opened(plan) as deployment:
        published, _ = deployment.plan()
        found = _tag(published, name)
        said = None if value is None else canonical_value(published, found, value)
        with seen(deployment) as sight:
            meant = _meant(sight, where, customer or (_ids_in(file) if file else []))
            of = sight.snapshot.info.customers
        with deployment.store.read() as session:
            known = last_said(session, name, among=[key for keys in meant.values() for key in keys])
        news = [each for each, keys in meant.items() if any(known.get(key) != said for key in keys)]
        told = word("tag_unset", tag=name) if value is None else word("tag_value", tag=name, value=value)
        output.print(escape(f"{told}: {word('tag_whom', customers=len(meant), of=of, news=len(news))}"))
        if not news:
            output.print(word("tag_same"))
            return
        if not yes:
            typer.confirm(word("tag_sure"), abort=True)
        with deployment.store.write() as session:
            keys = [key for each in news for key in meant[each]]
            set_tag(session, name, keys, said, actor=operator().name, now=system_clock())
        output.print(f"[green]✓[/green] {word('tag_said', customers=len(news))}")


def _tag(plan: Plan, name: str) -> Tag:
    if name not in plan.tags:
        hint = (
            did_you_mean(name, plan.tags) or f"define it in fields/ with `tag: {name}`, then `keepwell push`"
        )
        raise NotFound(f"the plan has no tag `{name}`", hint=hint)
    return plan.tags[name]


def _meant(sight: Sight, where: str | None, ids: Sequence[str]) -> Meant:
    return (
        meant_by_ids(sight, operator(), ids)
        if where is None
        else meant_by_conditions(sight, operator(), where)
    )


def _ids_in(file: Path) -> list[str]:
    if not file.is_file():
        raise InputRefused(Problem("there is no such file", file=str(file)))
    if file.stat().st_size > MAX_FILE_BYTES:
        raise LimitExceeded(f"{file} is larger than {MAX_FILE_BYTES:,} bytes", hint="give it in parts")
    try:
        lines = [line.strip() for line in file.read_text("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        hint = "save it as UTF-8, one id on each line"
        raise InputRefused(Problem("this is not UTF-8 text", file=str(file), hint=hint)) from None
    has_heading = bool(lines) and lines[0] in HEADINGS
    ids = [line for line in lines[has_heading:] if line]
    if not ids:
        raise InputRefused(Problem("no id stands in it", file=str(file), hint="write one on each line"))
    return ids
