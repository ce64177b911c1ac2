"""The seasonal index of each day, and the promotions with their discounts.

The index multiplies everybody's purchase rate. It has mean 1 over every calendar year, so that a rate keeps its
meaning: purchases per average day.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import numpy as np

from keepwell.simulate.types import Days, Floats, Texts

WEEKDAYS = (0.88, 0.86, 0.90, 0.95, 1.10, 1.22, 1.09)
"""Monday to Sunday; mean 1."""

MONTHS = (1.05, 0.90, 0.95, 0.97, 1.02, 1.03, 0.96, 0.97, 1.02, 1.04, 1.05, 1.04)

SPRING_FESTIVAL = ((-21, -4, 1.35), (-3, -1, 0.90), (0, 6, 0.50), (7, 14, 0.85))
"""Days from the first day of the lunar year: first, last, factor. Stocking up, then closed shops."""

SHOPPING_DAYS = (
    (6, 1, 15, 1.10), (6, 16, 17, 1.40), (6, 18, 18, 2.20), (6, 19, 20, 1.20),
    (11, 1, 8, 1.10), (11, 9, 10, 1.30), (11, 11, 11, 2.80), (11, 12, 13, 1.20),
)  # fmt: skip
"""618 and 11.11: month, first day, last day, factor."""

PROMOTIONS = (
    ("women's day", 3, 6, 8, 0.15), ("618", 6, 16, 20, 0.20), ("members' days", 9, 9, 11, 0.12),
    ("11.11", 11, 9, 12, 0.25),
)  # fmt: skip
"""Name, month, first day, last day, discount; fixed days of the year."""

NEW_YEAR_GOODS = ("new year goods", -21, -8, 0.10)
"""A promotion before Spring Festival: name, first and last day from the new year, discount."""


@dataclass(frozen=True, slots=True)
class Seasons:
    """For each simulated day: its date, index (mean 1 a year), discount (0.2 is 20 %), promotion (empty: none)."""

    days: Days
    index: Floats
    discount: Floats
    promotion: Texts


@cache
def spring_festivals() -> dict[int, date]:
    """Year → first day of its lunar year, from the table shipped beside this file."""
    text = (files("keepwell.simulate") / "spring_festival.csv").read_text("utf-8")
    return {
        int(row["year"]): date.fromisoformat(row["first_day"]) for row in csv.DictReader(text.splitlines())
    }


def seasons(first: date, last: date, *, exponent: float = 1.0) -> Seasons:
    """The seasons from ``first`` to ``last``; ``exponent`` 0 flattens the index, 1 leaves it."""
    years = range(first.year, last.year + 1)
    index = np.concatenate([_index_of(year, exponent) for year in years])
    deals = [_promotions_of(year) for year in years]
    cut = slice((first - date(first.year, 1, 1)).days, (last - date(first.year, 1, 1)).days + 1)
    return Seasons(
        days=np.arange(np.datetime64(first), np.datetime64(last) + 1),
        index=index[cut],
        discount=np.concatenate([discount for discount, _ in deals])[cut],
        promotion=np.concatenate([names for _, names in deals])[cut],
    )


def _index_of(year: int, exponent: float) -> Floats:
    """The index of each day of a calendar year; its mean is 1."""
    days = [date(year, 1, 1) + timedelta(days=offset) for offset in range(_length(year))]
    raw = np.array([WEEKDAYS[day.weekday()] * MONTHS[day.month - 1] for day in days])
    for first, last, factor in SPRING_FESTIVAL:
        raw[_around_new_year(year, first, last)] *= factor
    for month, first, last, factor in SHOPPING_DAYS:
        raw[_within(year, month, first, last)] *= factor
    raw = raw**exponent
    index: Floats = raw / raw.mean()
    return index


def _promotions_of(year: int) -> tuple[Floats, Texts]:
    discount, names = np.zeros(_length(year)), np.full(_length(year), "", dtype=object)
    spans = [
        (name, _within(year, month, first, last), share) for name, month, first, last, share in PROMOTIONS
    ]
    name, first, last, share = NEW_YEAR_GOODS
    for label, days, off in [*spans, (name, _around_new_year(year, first, last), share)]:
        discount[days], names[days] = off, label
    return discount, names


def _within(year: int, month: int, first: int, last: int) -> slice:
    start = date(year, 1, 1)
    return slice((date(year, month, first) - start).days, (date(year, month, last) - start).days + 1)


def _around_new_year(year: int, first: int, last: int) -> slice:
    """Days of the year from ``first`` to ``last`` after its lunar new year; none lies before 1 January."""
    new_year = (spring_festivals()[year] - date(year, 1, 1)).days
    return slice(max(0, new_year + first), max(0, new_year + last + 1))


def _length(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days
