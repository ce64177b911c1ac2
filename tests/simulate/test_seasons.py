"""The seasonal index keeps its mean, knows the feasts, and is found again in what was simulated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from keepwell.simulate.parameters import FIRST_YEAR, LAST_YEAR
from keepwell.simulate.seasons import seasons, spring_festivals
from support.simulations import PLAIN, made

NEW_MOON = date(2000, 1, 6)
SYNODIC_DAYS = 29.530588


def test_the_table_of_spring_festivals() -> None:
    """Each is at a new moon between 21 January and 20 February, 12 or 13 moons after the one before."""
    table = spring_festivals()
    assert list(table) == list(range(FIRST_YEAR, LAST_YEAR + 1))
    for year, day in table.items():
        assert date(year, 1, 21) <= day <= date(year, 2, 20)
        moons = ((day - NEW_MOON).days - 0.5) / SYNODIC_DAYS
        assert abs(moons - round(moons)) * SYNODIC_DAYS < 1.5
    assert {(after - before).days for before, after in pairwise(table.values())} <= {
        353,
        354,
        355,
        383,
        384,
        385,
    }
    assert table[2024] == date(2024, 2, 10)
    assert table[2026] == date(2026, 2, 17)


@pytest.mark.parametrize("year", range(FIRST_YEAR, LAST_YEAR + 1))
def test_the_index_has_mean_one_over_every_year(year: int) -> None:
    found = seasons(date(year, 1, 1), date(year, 12, 31))
    assert found.index.mean() == pytest.approx(1)
    assert found.index.min() > 0.3


def test_the_feasts_stand_out() -> None:
    found = seasons(date(2024, 7, 1), date(2025, 6, 30))
    values = zip(found.index, found.discount, found.promotion, strict=True)
    by_day = dict(zip(found.days.astype(object), values, strict=True))
    assert by_day[date(2024, 11, 11)][0] == max(index for index, _, _ in by_day.values())
    assert by_day[date(2024, 11, 11)][1:] == (0.25, "11.11")
    # Both are Wednesdays: 2.2 and 1.1 by the table.
    assert by_day[date(2025, 6, 18)][0] == pytest.approx(2 * by_day[date(2025, 6, 11)][0])
    # New Year's Day was 29 January 2025, a Wednesday; a week and three weeks before were Wednesdays too.
    assert by_day[date(2025, 1, 29)][0] < 0.6 * by_day[date(2025, 1, 22)][0]
    assert by_day[date(2025, 1, 15)][1:] == (0.10, "new year goods")
    assert len(by_day) == 365


def test_a_flat_year_is_flat() -> None:
    assert set(seasons(date(2024, 1, 1), date(2024, 12, 31), exponent=0).index) == {1.0}


def test_the_index_is_found_again_in_the_orders() -> None:
    """Purchases of a day of the week, divided by what the index has of it, are the same for each within 4 sigma."""
    shop = made(6, replace(PLAIN, seasonality=1), years=1)
    day = shop.each("orders", "day")
    assert len(day) > 30_000
    weekday = (shop.seasons.days.astype("datetime64[D]").astype(int) + 3) % 7  # 1 January 1970 was a Thursday
    counts = np.bincount(weekday[day], minlength=7)
    # Customers come and go within weeks that all have each day of the week, so their number cancels out.
    whole_weeks = len(shop.seasons.days) // 7 * 7
    weights = np.bincount(weekday[:whole_weeks], shop.seasons.index[:whole_weeks], minlength=7)
    share = weights / weights.sum()
    error = np.sqrt(share * (1 - share) / len(day))
    assert np.abs(counts / len(day) - share).max() < 4 * error.max() + 0.004
    # 11.11 was 2025's day of days: against the Tuesdays around it.
    at = (date(2025, 11, 11) - shop.simulation.first_day) // timedelta(days=1)
    around = np.bincount(day)[[at - 14, at - 21, at + 7, at + 14]].mean()
    expected = shop.seasons.index[at] / shop.seasons.index[[at - 14, at - 21, at + 7, at + 14]].mean()
    assert np.bincount(day)[at] / around == pytest.approx(expected, rel=0.25)
