"""Customers by two scores, by the classes of a scheme, by baskets, and by their own rhythm."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from keepwell.answers.classes import Class, Classes, classes
from keepwell.answers.grid import SCORES, Grid, dimensions, grid
from keepwell.answers.matrix import MONTHS, Matrix, matrix
from keepwell.catalog.plan import Plan
from keepwell.core.errors import NotFound
from keepwell.web.pages.explore.asked import Choice, Whole
from keepwell.web.pages.explore.seen import Seen, is_class
from keepwell.web.pages.people import WORTH
from keepwell.web.panels import Bar, Cell, Panel, Table, filled

HIGH = 4
"""Scores from here on are high."""


def schemes(plan: Plan) -> list[str]:
    """The fields that have classes, those first that the plan says a worth for."""
    return [
        each.name for each in sorted(plan.fields.values(), key=lambda each: each.worth is None) if each.cases
    ]


GRID_OPTIONS = (
    Choice("down", dimensions, "recency_score", of_plan=True),
    Choice("across", dimensions, "frequency_score", of_plan=True),
)
CLASS_OPTIONS = (Choice("field", schemes, "rfm_class", of_plan=True),)
MATRIX_OPTIONS = (Whole("months", MONTHS, 1, 600),)


def worth_of(plan: Plan) -> str | None:
    """The shipped field that says what customers are worth, where the plan has it."""
    return WORTH if WORTH in plan.customer_record().fields else None


def squares(seen: Seen) -> list[Panel]:
    """The grid of two scores."""
    down, across = seen.asked.text("down"), seen.asked.text("across")
    worth = worth_of(seen.sight.plan)
    found = seen.recall(
        lambda: grid(seen.sight, seen.viewer, down, across, worth=worth, among=seen.asked.among)
    )
    down_label, across_label = seen.label(down), seen.label(across)
    most = max((square.customers for square in found.squares.values()), default=0) or 1
    scores = SCORES[::-1]
    rows = []
    for first in scores:
        told = [Cell(str(first), seen.asked.customers(f"{down} = {first}"))]
        for second in SCORES:
            square = found.squares.get((first, second))
            if square is None:
                told.append(Cell("·"))
                continue
            told.append(
                Cell(
                    seen.number(square.customers),
                    seen.asked.customers(f"{down} = {first}", f"{across} = {second}"),
                    note=seen.money(square.worth_minor) if worth else "",
                    strength=square.customers / most,
                )
            )
        rows.append(tuple(told))
    about = seen.say(
        "explore.grid.about",
        down=down_label,
        across=across_label,
        worth=seen.label(worth) if worth else "—",
    )
    table = Table((down_label, *map(str, SCORES)), tuple(rows), across=across_label)
    return [Panel(_grid_title(seen, found), about, None, table, notes=_without(seen, found.without))]


def _grid_title(seen: Seen, found: Grid) -> str:
    if not found.customers:
        return seen.say("explore.grid.nothing")
    best = [square for place, square in found.squares.items() if min(place) >= HIGH]
    customers = sum(square.customers for square in best)
    given = {
        "share": seen.share(customers, found.customers),
        "down": seen.label(found.down),
        "across": seen.label(found.across),
    }
    total = found.worth_minor
    if total is None or total <= 0 or any(square.worth_minor is None for square in best):
        return seen.say("explore.grid.title", **given)
    worth = sum(square.worth_minor or 0 for square in best)
    return seen.say("explore.grid.title.worth", worth=seen.share(worth, total), **given)


def _without(seen: Seen, count: int) -> list[str]:
    return [seen.say("explore.without", count=count)] if count else []


def by_class(seen: Seen) -> list[Panel]:
    """The classes of a scheme, with what one expects of them beside what they are."""
    field = seen.asked.text("field")
    if not field:
        raise NotFound("the plan has no field with classes", hint="a field with `cases` has them")
    return [class_panel(seen, field)]


def class_panel(seen: Seen, field: str) -> Panel:
    """One scheme."""
    found = seen.recall(lambda: classes(seen.sight, seen.viewer, field, among=seen.asked.among))
    names = [seen.choice(field, each.value) for each in found.classes]
    expects = any(each.expected_customers is not None for each in found.classes)
    heads, rows = [seen.label(field)], [[Cell(name)] for name in names]

    def column(head: str, cells: Sequence[Cell]) -> None:
        heads.append(head)
        for row, cell in zip(rows, cells, strict=True):
            row.append(cell)

    longest = max([_share(each.customer_share, each.expected_customers) for each in found.classes] or [0])
    column(
        seen.say("explore.customers"),
        [seen.people(each.customers, is_class(field, each.value)) for each in found.classes],
    )
    column(seen.say("explore.share"), [_barred(seen, each, longest) for each in found.classes])
    if expects:
        told = [Cell(_expected(seen, each.expected_customers)) for each in found.classes]
        column(seen.say("explore.expected"), told)
    if found.worth:
        column(seen.label(found.worth), [Cell(seen.money(each.worth_minor)) for each in found.classes])
        shares = [Cell(seen.share(each.worth_share)) for each in found.classes]
        column(seen.say("explore.share_of_worth"), shares)
        if any(each.expected_worth is not None for each in found.classes):
            told = [Cell(_expected(seen, each.expected_worth)) for each in found.classes]
            column(seen.say("explore.expected"), told)
    told_rows = [tuple(row) for row in rows]
    if found.without:
        missing = [Cell(seen.say("explore.no_class")), seen.people(found.without, is_class(field, None))]
        told_rows.append(filled(missing, len(heads)))
    return Panel(
        _class_title(seen, found, names, expects=expects),
        seen.say("explore.classes.about", field=seen.label(field)),
        None,
        Table(tuple(heads), tuple(told_rows)),
        notes=[seen.say("explore.classes.mark")] if expects else [],
    )


def _barred(seen: Seen, each: Class, longest: float) -> Cell:
    """The share of a class as a bar, with a mark where one expects it to end."""
    if each.customer_share is None:
        return Cell(seen.share(None))
    expected = None if each.expected_customers is None else float(each.expected_customers) / 100
    mark = None if expected is None else expected / longest
    return Cell(seen.share(each.customer_share), bar=Bar(each.customer_share / longest, mark))


def _share(share: float | None, expected: Decimal | None) -> float:
    """The greater of both."""
    return max(share or 0, float(expected or 0) / 100) or 1 / 100


def _expected(seen: Seen, percentage: object) -> str:
    return "—" if percentage is None else seen.share(float(str(percentage)) / 100)


def _class_title(seen: Seen, found: Classes, names: list[str], *, expects: bool) -> str:
    """The class that is furthest from what one expects; of schemes that expect nothing, the largest."""
    if not found.customers:
        return seen.say("explore.classes.nothing")

    def off(each: Class) -> float:
        if each.expected_customers is None or each.customer_share is None:
            return 0
        return abs(each.customer_share - float(each.expected_customers) / 100)

    named = list(zip(names, found.classes, strict=True))
    if expects:
        name, each = max(named, key=lambda one: off(one[1]))
        return seen.say(
            "explore.classes.off",
            name=name,
            share=seen.share(each.customer_share),
            expected=_expected(seen, each.expected_customers),
        )
    name, each = max(named, key=lambda one: one[1].customers)
    if each.worth_share is None:
        return seen.say("explore.classes.largest", name=name, share=seen.share(each.customer_share))
    return seen.say(
        "explore.classes.largest.worth",
        name=name,
        share=seen.share(each.customer_share),
        worth=seen.share(each.worth_share),
    )


def by_basket(seen: Seen) -> list[Panel]:
    """Repurchase × basket."""
    found = seen.recall(
        lambda: matrix(seen.sight, seen.viewer, months=seen.asked.whole("months"), among=seen.asked.among)
    )
    columns, names = _baskets(seen, found), _often(found)
    most = max((cell.customers for row in found.rows for cell in row), default=0) or 1
    rows = tuple(
        (
            Cell(seen.say("explore.times", times=name)),
            *(
                Cell(
                    seen.number(cell.customers),
                    note=seen.money(cell.spend),
                    strength=cell.customers / most,
                )
                if cell.customers
                else Cell("·")
                for cell in of_row
            ),
        )
        for name, of_row in zip(names, found.rows, strict=True)
    )
    once = sum(cell.customers for cell in found.rows[0])
    return [
        Panel(
            seen.say("explore.matrix.title", count=found.customers, share=seen.share(once, found.customers))
            if found.customers
            else seen.say("explore.matrix.nothing"),
            seen.say("explore.matrix.about", since=seen.period(found.since, "month")),
            None,
            Table((seen.say("explore.purchases"), *columns), rows, across=seen.say("explore.basket")),
        )
    ]


def _baskets(seen: Seen, found: Matrix) -> list[str]:
    texts = [seen.money(limit) for limit in found.baskets_to]
    if not texts:
        return [seen.say("explore.any_basket")]
    return [f"≤ {texts[0]}", *(f"{low} – {high}" for low, high in pairwise(texts)), f"> {texts[-1]}"]


def _often(found: Matrix) -> list[str]:
    starts = found.purchases_from
    between = [
        f"{start}" if following == start + 1 else f"{start}–{following - 1}"
        for start, following in pairwise(starts)
    ]
    return [*between, f"{starts[-1]}+"]
