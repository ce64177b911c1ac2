"""segments: how many are in each, how that changed, who entered and left, how far they overlap."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from keepwell.answers.segments import Point, Standing, history, overlap, standings
from keepwell.answers.sight import Sight
from keepwell.answers.wording import MISSING, money_text
from keepwell.cli.seeing import sight_of
from keepwell.cli.terminal import HERE, PlanFolder, language, operator, output, table
from keepwell.cli.words import word

app = typer.Typer(
    help="Segments: sizes, what is at stake, entries and exits over time, overlap.", no_args_is_help=True
)


@app.command(name="list")
def list_segments(
    plan: PlanFolder = HERE,
    days: Annotated[int, typer.Option(min=1, max=3650, help="compare with the size so many days ago")] = 30,
) -> None:
    """List every segment: how many are in it, what is at stake, and the change since the run before and since days."""
    with sight_of(plan) as sight:
        figures = [word("customers"), word("of_all"), word("at_stake"), word("since_run")]
        figures.append(word("since_days", days=days))
        rows = table(None, word("segment"), word("name"), *figures, word("note"), right=tuple(figures))
        for each in standings(sight, operator(), days=days):
            rows.add_row(*(escape(cell) for cell in _standing(sight, each)))
        output.print(rows)


def _standing(sight: Sight, each: Standing) -> list[str]:
    return [
        sight.plan.label(each.name, language(), "segment"),
        each.name,
        f"{each.size:,}",
        f"{each.size / each.of:.1%}" if each.of else MISSING,
        _money(sight, each.worth_minor),
        _change(each.since_last_run),
        _change(each.since_days),
        word("redefined") if each.is_redefined else "",
    ]


@app.command(name="history")
def show_history(
    segment: Annotated[str, typer.Argument(help="a segment of the plan", show_default=False)],
    plan: PlanFolder = HERE,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="how many runs to show, the latest")] = 30,
) -> None:
    """A segment at each run: its size, what was at stake, and how many customers entered and left."""
    with sight_of(plan) as sight:
        figures = (word("customers"), word("at_stake"), word("entered"), word("left"))
        rows = table(None, word("day"), *figures, word("note"), right=figures)
        for point in history(sight, operator(), segment)[-limit:]:
            when = point.as_of.astimezone(sight.plan.settings.zone)
            rows.add_row(
                f"{when:%Y-%m-%d %H:%M}",
                f"{point.size:,}",
                _money(sight, point.worth_minor),
                f"{point.entries:,}",
                f"{point.exits:,}",
                _note(point),
            )
        output.print(rows)


def _note(point: Point) -> str:
    told = [
        f"{word(cause)}: {many:,} {word(change)}" for (change, cause), many in sorted(point.others.items())
    ]
    if point.is_redefined and not told:
        told = [word("redefined")]
    return "; ".join(told)


@app.command(name="overlap")
def show_overlap(
    segments: Annotated[
        list[str], typer.Argument(help="segments of the plan, two or more", show_default=False)
    ],
    plan: PlanFolder = HERE,
) -> None:
    """How many customers segments share: of each pair how many, as shares of both and as Jaccard's index."""
    with sight_of(plan) as sight:
        found = overlap(sight, operator(), segments)
        columns = (
            word("both"),
            f"{word('part_of', segment='A')}",
            f"{word('part_of', segment='B')}",
            word("jaccard"),
        )
        rows = table(None, "A", "", "B", "", *columns, right=("", *columns))
        for pair in found.pairs:
            one, other = found.sizes[pair.one], found.sizes[pair.other]
            rows.add_row(
                pair.one,
                f"{one:,}",
                pair.other,
                f"{other:,}",
                f"{pair.both:,}",
                f"{pair.both / one:.1%}" if one else MISSING,
                f"{pair.both / other:.1%}" if other else MISSING,
                MISSING if pair.jaccard is None else f"{pair.jaccard:.3f}",
            )
        output.print(rows)
        output.print(word("in_all", all=found.in_all, any=found.in_any, of=found.of))


def _money(sight: Sight, minor: int | None) -> str:
    return MISSING if minor is None else money_text(sight.plan, minor, language())


def _change(change: int | None) -> str:
    return MISSING if change is None else f"{change:+,}"
