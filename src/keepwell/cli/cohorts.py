"""retention, newcomers, silence, funnel, matrix: what cohorts of customers did, and where it began to fall."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated

import typer

from keepwell.answers.among import YEARS, Among
from keepwell.answers.funnel import BUY_WITHIN_DAYS, TOUCH_WITHIN_DAYS, Step, funnel
from keepwell.answers.matrix import MONTHS, Matrix, matrix
from keepwell.answers.newcomers import DAYS, newcomers
from keepwell.answers.retention import Retention, retention
from keepwell.answers.silence import LIMITS, STAGES, silence
from keepwell.answers.wording import MISSING, money_text, share_text
from keepwell.catalog.plan import Plan
from keepwell.cli.findings import period_text, print_finding
from keepwell.cli.seeing import sight_of
from keepwell.cli.terminal import HERE, PlanFolder, language, operator, output, table
from keepwell.cli.words import word
from keepwell.core.errors import Refused

SHADES = " ░▒▓█"
OPEN = "…"
"""Follows a figure of a period that is not over."""

Segment = Annotated[str | None, typer.Option(help="only customers in this segment of the plan")]
Where = Annotated[
    str | None, typer.Option(help='only customers who meet a condition, such as "orders_365d > 2"')
]
Years = Annotated[int, typer.Option(min=1, max=50, help="how many years back")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (retention_command, newcomers_command, silence_command, funnel_command, matrix_command):
        app.command(name=command.__name__.removesuffix("_command"))(command)


def _among(segment: str | None, where: str | None, years: int = YEARS) -> Among:
    return Among((segment,) if segment else (), where, years)


def retention_command(
    plan: PlanFolder = HERE,
    by: Annotated[str, typer.Option(help="period of a cohort: month, quarter or year")] = "month",
    level: Annotated[
        str, typer.Option(help="whose cohorts: new, returning, vip (the plan's segment of that name) or all")
    ] = "new",
    segment: Segment = None,
    where: Where = None,
    years: Years = YEARS,
    columns: Annotated[int, typer.Option(min=1, max=600, help="how many later periods to show")] = 12,
) -> None:
    """Of those who bought in a period, the share that buys again in each later one; and where that began to fall."""
    with sight_of(plan) as sight:
        found = retention(sight, operator(), by=by, level=level, among=_among(segment, where, years))
    what = word("repurchase", by=word(f"next_{found.by}"), level=word(f"level_{found.level}"))
    print_finding(what, found.trend, found.by)
    _print_cohorts(found, columns)
    output.print(word("retention_legend", by=word(found.by)))


def _print_cohorts(found: Retention, columns: int) -> None:
    most = min(columns, max((len(cohort.cells) for cohort in found.cohorts), default=0))
    later = [f"+{number}" for number in range(1, most + 1)]
    rows = table(None, word("cohort"), word("customers"), *later, right=(word("customers"), *later))
    highest = max(
        (cell.bought / cohort.size for cohort in found.cohorts for cell in cohort.cells if cell.complete),
        default=0,
    )
    for cohort in found.cohorts:
        cells = [_heat(cell.bought / cohort.size, highest, cell.complete) for cell in cohort.cells[:most]]
        size = f"{cohort.size:,}" + ("" if cohort.complete else OPEN)
        rows.add_row(period_text(cohort.start, found.by), size, *cells)
    output.print(rows)


def _heat(share: float, highest: float, complete: bool) -> str:
    """A share in per cent, shaded by how near it is to the highest; one that may still change has a mark instead."""
    if not complete:
        return f"{share:.0%}{OPEN}"
    shade = SHADES[min(int(share / highest * len(SHADES)), len(SHADES) - 1)] if highest else SHADES[0]
    return f"{shade}{share:.0%}"


def newcomers_command(
    plan: PlanFolder = HERE,
    contacts: Annotated[
        bool, typer.Option("--contacts", help="coming back is any interaction, not only a purchase")
    ] = False,
    segment: Segment = None,
    where: Where = None,
    years: Years = YEARS,
) -> None:
    """New customers by month: the share that is back within 1, 7 and 30 days, and on exactly that day."""
    with sight_of(plan) as sight:
        found = newcomers(sight, operator(), any_contact=contacts, among=_among(segment, where, years))
    print_finding(word("back_within", days=max(DAYS)), found.trend, "month")
    figures = [word("back_within", days=days) for days in DAYS] + [
        word("back_on", days=days) for days in DAYS[1:]
    ]
    rows = table(None, word("month"), word("customers"), *figures, right=(word("customers"), *figures))
    for month in found.months:
        cells = [(month.back[days].within, month.back[days].complete) for days in DAYS]
        cells += [(month.back[days].on, month.back[days].complete) for days in DAYS[1:]]
        shown = [share_text(count / month.size, language()) + ("" if over else OPEN) for count, over in cells]
        rows.add_row(period_text(month.start, "month"), f"{month.size:,}", *shown)
    output.print(rows)
    output.print(word("open_legend"))


def silence_command(
    plan: PlanFolder = HERE,
    limits: Annotated[
        str, typer.Option(help="days of silence from which a customer is silent, at risk, dormant, lost")
    ] = ",".join(map(str, LIMITS)),
    segment: Segment = None,
    where: Where = None,
    years: Years = YEARS,
) -> None:
    """How many customers were silent at the end of each month; and whether fewer and fewer are heard from again."""
    with sight_of(plan) as sight:
        asked = _numbers(limits, example="30,60,180,365")
        found = silence(sight, operator(), limits=asked, among=_among(segment, where, years))
    print_finding(word("heard_again"), found.trend, "month")
    stages = [word(f"stage_{stage}") for stage in STAGES]
    rows = table(None, word("month"), *stages, word("silent_share"), right=(*stages, word("silent_share")))
    for month in found.months:
        share = share_text(month.silent / month.known, language()) if month.known else MISSING
        rows.add_row(period_text(month.start, "month"), *(f"{count:,}" for count in month.stages), share)
    output.print(rows)
    output.print(word("silence_legend"))


def _numbers(text: str, *, example: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise Refused(f"`{text}` is no list of whole numbers", hint=f"write {example}") from None


def funnel_command(
    plan: PlanFolder = HERE,
    interact_within: Annotated[
        int, typer.Option(min=0, max=3650, help="days from the first purchase to an interaction")
    ] = TOUCH_WITHIN_DAYS,
    buy_within: Annotated[
        int, typer.Option(min=0, max=3650, help="days from that interaction to the next purchase")
    ] = BUY_WITHIN_DAYS,
    segment: Segment = None,
    where: Where = None,
    years: Years = YEARS,
) -> None:
    """New customers: they buy, they interact, they buy again. How many get how far, and how soon."""
    with sight_of(plan) as sight:
        found = funnel(
            sight,
            operator(),
            touch_within=interact_within,
            buy_within=buy_within,
            among=_among(segment, where, years),
        )
        has_interactions = bool(sight.plan.fact_columns("interaction"))
    title = word("funnel", count=found.bought, since=period_text(found.since, "month"))
    output.print(f"[bold]{title}[/bold]")
    figures = [word("customers"), word("of_all"), word("of_step"), word("median_days")]
    rows = table(None, word("step"), *figures, right=tuple(figures))
    begun = Step(found.bought, None)
    steps = {"step_bought": begun, "step_touched": found.touched, "step_again": found.bought_again}
    for (name, step), before in zip(steps.items(), [begun, begun, found.touched], strict=True):
        days = MISSING if step.median_days is None else f"{step.median_days:g}"
        of = (_share(step.customers, total) for total in (found.bought, before.customers))
        rows.add_row(word(name, touch=interact_within, buy=buy_within), f"{step.customers:,}", *of, days)
    output.print(rows)
    if not has_interactions:
        output.print(word("no_interactions"))
    output.print(word("directly", count=found.directly, days=interact_within + buy_within))
    output.print(word("too_recent", count=found.too_recent, days=interact_within + buy_within))


def _share(count: int, of: int) -> str:
    return share_text(count / of, language()) if of else MISSING


def matrix_command(
    plan: PlanFolder = HERE,
    months: Annotated[
        int, typer.Option(min=1, max=600, help="calendar months, the running one included")
    ] = MONTHS,
    baskets: Annotated[
        str | None,
        typer.Option(
            help="limits of the average basket, such as 100,200,500; the customers' quartiles when absent"
        ),
    ] = None,
    segment: Segment = None,
    where: Where = None,
) -> None:
    """Customers by how often they bought and how large their baskets were, with what they spent."""
    with sight_of(plan) as sight:
        given = None if baskets is None else _numbers(baskets, example="100,200,500")
        per_major = sight.plan.settings.money.minor_per_major
        limits = None if given is None else [limit * per_major for limit in given]
        found = matrix(sight, operator(), months=months, baskets_to=limits, among=_among(segment, where))
        _print_matrix(sight.plan, found)


def _print_matrix(plan: Plan, found: Matrix) -> None:
    title = word("matrix", count=found.customers, since=period_text(found.since, "month"))
    output.print(f"[bold]{title}[/bold]")
    columns = _bands(plan, found.baskets_to)
    rows = table(None, word("purchases"), *columns, right=tuple(columns))
    for name, cells in zip(_often(found.purchases_from), found.rows, strict=True):
        shown = [
            f"{cell.customers:,} · {MISSING if cell.spend is None else money_text(plan, cell.spend, language())}"
            for cell in cells
        ]
        rows.add_row(name, *shown)
    output.print(rows)
    output.print(word("matrix_legend"))


def _bands(plan: Plan, limits: Sequence[int]) -> list[str]:
    texts = [money_text(plan, limit, language()) for limit in limits]
    if not texts:
        return [word("any_basket")]
    between = [f"{low} – {high}" for low, high in pairwise(texts)]
    return [f"≤ {texts[0]}", *between, f"> {texts[-1]}"]


def _often(starts: Sequence[int]) -> list[str]:
    names = [
        f"{start}" if following == start + 1 else f"{start}–{following - 1}"
        for start, following in pairwise(starts)
    ]
    return [*names, f"{starts[-1]}+"]
