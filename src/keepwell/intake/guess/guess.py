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
MOST = 0.99
"""Nothing that was guessed is surer."""
BY_NAME_ALONE = 0.3
"""What a name that fits is worth where no value looks like its meaning; the look of the values makes up the rest."""
WHOLE_NAME = 0.8
"""From so good a fit on, it is the name that tells, and below it a part of the name."""
UNLIKE = 0.2
"""What is left of a fit where the values of a strict meaning look like something else."""
ALONE = {"phone": 0.8, "email": 0.85, "national_id": 0.9}
"""How sure the look of the values alone makes that a column is personal."""
ALONE_LOOK = 0.9
"""The share of values that must look so for that."""
SOMETIMES = 0.6
"""What a time is worth that hardly any row has; one that each row has is worth all of its fit."""
NEAR = 0.08
"""Two columns that fit one meaning so nearly alike are told both."""
DOUBT = 0.7
"""No surer than this is the one of two that fit alike."""
ALIKE = 0.95
"""As good as all."""
HALF = 0.5
"""Of shares: rather so than not. As a look: nothing tells."""
FEW_CHOICES, FEW_SHARE = 60, 0.05
"""As many different values, or as small a share of them, as a list of choices has."""
NO_ID = 0.2
"""How far amounts and clocks look like numbers of something."""
PLAIN_NAME = 0.4
"""How far any text looks like a person's name."""
MASKED = 0.6
"""How far values of a personal meaning look like it at least: exports mask them, and the name alone has to do.

Not where they are numbers: what is masked is none.
"""
STRICT = frozenset({"time", "money", "number", "currency"})
"""Shapes that a value either has or has not."""
LOOSE = frozenset({"text", "short", "id"})
"""Shapes that nearly everything has, so that looking like one is no reason."""

CERTAIN, CLEAR, FAIR, WEAK, NONE = 0.95, 0.85, 0.75, 0.6, 0.1
"""How sure it is what the rows are."""
REPEATED = 0.05
"""The share of rows that a file exported twice in part would repeat; more, and the key tells no row."""
VAGUE = 0.4
"""That rows are people, where little more than a name says so."""
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
        sure, why = by_name * (BY_NAME_ALONE + (1 - BY_NAME_ALONE) * by_look), _by_name(by_name)
        if meaning.shape in STRICT and by_look < HALF:
            sure *= UNLIKE
        elif by_look > HALF and meaning.shape not in LOOSE:
            why.append(f"values: {meaning.shape}")
        if meaning.name in ALONE and by_look >= ALONE_LOOK and shape.filled and ALONE[meaning.name] > sure:
            sure, why = ALONE[meaning.name], [f"values: {meaning.shape}"]
        if meaning.name == "occurred_at":
            sure *= (
                SOMETIMES + (1 - SOMETIMES) * shape.fill
            )  # a time that is missing now and then is another step of the order
        if sure >= LEAST:
            yield Fit(column, meaning.name, min(sure, MOST), tuple(why))


def _by_name(fits: float) -> list[str]:
    return ["name" if fits >= WHOLE_NAME else "part of name"]


def look_fits(meaning: Meaning, shape: Shape) -> float:
    """How far values look like what a meaning has, from 0 to 1; a half where there is no value."""
    if not shape.filled:
        return HALF
    few = shape.distinct <= FEW_CHOICES or shape.uniqueness < FEW_SHARE
    amounts = shape.number if shape.time < ALIKE or shape.decimals else 0.0
    looks: dict[Looks, float] = {
        "id": NO_ID if shape.decimals > HALF or shape.time_form or _is_clock(shape) else 1.0,
        "time": shape.time,
        "money": amounts,
        "number": amounts,
        "text": 1.0,
        "short": 1.0 if few else HALF,
        "phone": shape.phone,
        "email": shape.email,
        "name": 0.0 if shape.number > HALF else PLAIN_NAME + (1 - PLAIN_NAME) * shape.name,
        "national_id": shape.national_id,
        "currency": shape.currency,
    }
    found = looks[meaning.shape]
    may_be_masked = meaning.personal and shape.number <= HALF
    return max(found, MASKED) if may_be_masked else found


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
            doubted = Fit(first.column, first.meaning, min(first.sure, DOUBT), (*first.why, "also"))
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
    if {"occurred_at", "order_id"} <= has and "type" not in has:
        return "order", WEAK, ("order number, no amount",)
    if "party" in has and unique("party") and (about_a_person or not has & {"occurred_at", "type"}):
        return "party", CLEAR, ("a row each person",)
    if "occurred_at" in has and ("party" in has or "type" in has):
        return "interaction", FAIR, ("when and who, no amount",)
    if "party" in has or about_a_person:
        sure = WEAK if "party" in has and "occurred_at" not in has and unique("party") else VAGUE
        return "party", sure, ("no time",)
    return "interaction", NONE, ("nothing tells",)


def _purchase(
    by_meaning: Mapping[str, Fit], shapes: Mapping[str, Shape]
) -> tuple[FactKind, float, tuple[str, ...]]:
    if "order_id" not in by_meaning:
        return "order_line", WEAK, ("no order number",)
    repeats = shapes[by_meaning["order_id"].column].uniqueness < ALIKE
    has_goods = bool(by_meaning.keys() & {"product_id", "product", "line"})
    if repeats and has_goods:
        return "order_line", CERTAIN, ("orders repeat",)
    if repeats:
        return "order", WEAK, ("orders repeat, no product",)
    return "order", CERTAIN, ("a row each order",)


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
    return len(filled) - len(set(filled)) > len(filled) * REPEATED
