"""Which kind of fact a file's rows are and what each column is, from names and values alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from keepwell.catalog.sources import FactKind
from keepwell.intake.guess.shape import Shape
from keepwell.intake.guess.words import NOTHING, Meaning, meanings, name_fits, plain
from keepwell.intake.guess.words import Shape as Looks

LEAST = 0.35
"""A fit below it is no guess."""
ALONE = {"phone": 0.8, "email": 0.85, "national_id": 0.9}
"""How sure the look of the values alone makes that a column is personal."""
NEAR = 0.08
"""Two columns that fit one meaning so nearly alike are told both."""
ALIKE = 0.95
"""As good as all."""
SEVERAL = frozenset(
    {
        NOTHING,
        "name",
        "phone",
        "address",
        "account",
        "note",
        "region",
        "household",
        "city",
        "promotion",
        "refunded",
    }
)
"""Meanings that several columns of a file may have."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A column, a meaning it may have, and how sure that is, from 0 to 1. ``why`` has codes for people's words."""

    column: str
    meaning: str
    sure: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guessed:
    """What a file's rows and columns are taken for. ``fits`` has a line for each column that is taken for something."""

    fact: FactKind
    sure: float
    why: tuple[str, ...]
    fits: Mapping[str, Fit]

    def column(self, meaning: str) -> str | None:
        """The column of a meaning."""
        return next((fit.column for fit in self.fits.values() if fit.meaning == meaning), None)


def guess(shapes: Mapping[str, Shape], fact: FactKind | None = None) -> Guessed:
    """The likeliest kind of fact (or the one given) and the likeliest meaning of each column of it."""
    every = [fit for column, shape in shapes.items() for fit in _fits(column, shape)]
    if fact is None:
        fact, sure, why = _fact(_chosen(every), shapes)
    else:
        sure, why = 1.0, ("told",)
    mine = [fit for fit in every if meanings()[fit.meaning].is_of(fact)]
    return Guessed(fact, sure, why, _chosen(mine))


def _fits(column: str, shape: Shape) -> Iterable[Fit]:
    name = plain(column)
    for meaning in meanings().values():
        by_name = name_fits(name, meaning)
        by_look = look_fits(meaning, shape)
        sure, why = by_name * (0.3 + 0.7 * by_look), ["name" if by_name >= ALIKE - 0.15 else "part of name"]
        if meaning.shape in {"time", "money", "number", "currency"} and by_look < 0.5:  # noqa: PLR2004 (rather not)
            sure *= 0.2
        elif by_look > 0.5 and meaning.shape not in {"text", "short", "id"}:  # noqa: PLR2004 (rather so)
            why.append(f"values: {meaning.shape}")
        if meaning.name in ALONE and by_look >= ALIKE - 0.05 and shape.filled and ALONE[meaning.name] > sure:
            sure, why = ALONE[meaning.name], [f"values: {meaning.shape}"]
        if meaning.name == "occurred_at":
            sure *= 0.6 + 0.4 * shape.fill  # a time that is missing now and then is another step of the order
        if sure >= LEAST:
            yield Fit(column, meaning.name, min(sure, 0.99), tuple(why))


def look_fits(meaning: Meaning, shape: Shape) -> float:
    """How far values look like what a meaning has, from 0 to 1; a half where there is no value."""
    if not shape.filled:
        return 0.5
    few = shape.distinct <= 60 or shape.uniqueness < 0.05  # noqa: PLR2004 (as many as a list of choices holds)
    amounts = shape.number if shape.time < ALIKE or shape.decimals else 0.0
    looks: dict[Looks, float] = {
        "id": 0.2 if shape.decimals > 0.5 or shape.time_form or _is_clock(shape) else 1.0,  # noqa: PLR2004 (mostly)
        "time": shape.time,
        "money": amounts,
        "number": amounts,
        "text": 1.0,
        "short": 1.0 if few else 0.5,
        "phone": shape.phone,
        "email": shape.email,
        "name": 0.4 + 0.6 * shape.name,
        "national_id": shape.national_id,
        "currency": shape.currency,
    }
    found = looks[meaning.shape]
    # Exports mask phones and numbers of identity cards: the name alone has to do.
    return max(found, 0.6) if meaning.personal else found


def _is_clock(shape: Shape) -> bool:
    return shape.time >= ALIKE and not shape.day_only


def _chosen(fits: Iterable[Fit]) -> dict[str, Fit]:
    """Each column its likeliest meaning, each meaning its likeliest column; the surest fit chooses first."""
    chosen: dict[str, Fit] = {}
    taken: dict[str, Fit] = {}
    for fit in sorted(fits, key=lambda fit: -fit.sure):
        if fit.column in chosen:
            continue
        first = taken.get(fit.meaning)
        if first is None or fit.meaning in SEVERAL:
            chosen[fit.column] = taken[fit.meaning] = fit
        elif first.sure - fit.sure < NEAR and "also" not in first.why:
            doubted = Fit(first.column, first.meaning, min(first.sure, 0.7), (*first.why, "also"))
            chosen[first.column] = taken[fit.meaning] = doubted
    return chosen


def _fact(fits: Mapping[str, Fit], shapes: Mapping[str, Shape]) -> tuple[FactKind, float, tuple[str, ...]]:
    """The kind of fact, by what there is among the columns."""
    by_meaning = {fit.meaning: fit for fit in fits.values()}
    has = by_meaning.keys()

    def unique(meaning: str) -> bool:
        return shapes[by_meaning[meaning].column].uniqueness >= ALIKE

    is_paid = "amount" in has or {"unit_price", "quantity"} <= has
    about_a_person = has & {
        "joined_on",
        "birthday",
        "gender",
        "level",
        "age",
        "phone",
        "email",
        "name",
        "household",
    }
    if "occurred_at" in has and is_paid and ("order_id" in has or "type" not in has):
        return _purchase(by_meaning, shapes)
    if "party" in has and unique("party") and (about_a_person or not has & {"occurred_at", "type"}):
        return "party", 0.85, ("a row each person",)
    if "occurred_at" in has and ("party" in has or "type" in has):
        return "interaction", 0.75, ("when and who, no amount",)
    if "party" in has or about_a_person:
        sure = 0.6 if "party" in has and "occurred_at" not in has and unique("party") else 0.4
        return "party", sure, ("no time",)
    return "interaction", 0.1, ("nothing tells",)


def _purchase(
    by_meaning: Mapping[str, Fit], shapes: Mapping[str, Shape]
) -> tuple[FactKind, float, tuple[str, ...]]:
    if "order_id" not in by_meaning:
        return "order_line", 0.6, ("no order number",)
    repeats = shapes[by_meaning["order_id"].column].uniqueness < ALIKE
    has_goods = bool(by_meaning.keys() & {"product_id", "product", "line"})
    if repeats and has_goods:
        return "order_line", 0.95, ("orders repeat",)
    if repeats:
        return "order", 0.6, ("orders repeat, no product",)
    return "order", 0.95, ("a row each order",)


def key_choices(
    guessed: Guessed, rows: Sequence[Mapping[str, str | None]], columns: Mapping[str, str]
) -> tuple[tuple[str, ...], ...]:
    """Keys worth offering, by lake names, the likeliest first; one that repeats in the rows comes after ``()``.

    ``columns`` gives the file's column of each lake name.
    """
    wanted: dict[str, list[tuple[str, ...]]] = {
        "order": [("order_id",)],
        "order_line": [("order_id", "line"), ("order_id", "product_id")],
        "interaction": [("row_id",)],
        "party": [("party",), ("party", "occurred_at")],
    }
    there = [key for key in wanted[guessed.fact] if all(name in columns for name in key)]
    good = [key for key in there if key == ("party",) or not _repeats(rows, [columns[name] for name in key])]
    # One product scanned twice on one receipt is two real lines, so product numbers come second.
    sure = [key for key in good if key != ("order_id", "product_id")]
    return (*sure, (), *(key for key in there if key not in sure))


def _repeats(rows: Sequence[Mapping[str, str | None]], columns: Sequence[str]) -> bool:
    """Whether values that identify a row come again, more often than a file that was exported twice would show."""
    values = [tuple(row.get(column) for column in columns) for row in rows]
    filled = [value for value in values if all(value)]
    return len(filled) - len(set(filled)) > len(filled) / 20
