"""Where a series began to fall: planted falls are found, flat series are left alone, few data say so.

The series are drawn with fixed seeds. docs/concepts/cohorts.md has more of these figures, from
`make bench NAME=change_point`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from keepwell.cohorts.change import Fall, Finding, NoFall, NotEnoughData, find_fall

SERIES = 50


def findings(
    shares: Sequence[float], customers: int, *, dispersion: float = 1.0, seed: int = 7, series: int = SERIES
) -> list[Finding]:
    """What is found in many series drawn from the same shares, with so many customers in each period."""
    random = np.random.default_rng(seed)
    chances = np.broadcast_to(np.asarray(shares), (series, len(shares)))
    if dispersion > 1:
        correlation = (dispersion - 1) / (customers - 1)
        weight = (1 - correlation) / correlation
        chances = random.beta(chances * weight, (1 - chances) * weight)
    months = [month % 12 for month in range(len(shares))]
    return [
        find_fall(kept.tolist(), [customers] * len(shares), seasons=months)
        for kept in random.binomial(customers, chances)
    ]


def step(periods: int, at: int, before: float, change: float) -> list[float]:
    return [before] * at + [before * (1 + change)] * (periods - at)


@pytest.mark.parametrize(
    ("periods", "at", "before", "change", "customers"),
    [
        (12, 8, 0.30, -0.25, 500),
        (18, 9, 0.30, -0.30, 250),
        (24, 12, 0.30, -0.20, 1000),
        (24, 20, 0.30, -0.30, 1000),
        (36, 18, 0.15, -0.30, 1000),
        (36, 30, 0.15, -0.20, 2000),
    ],
)
def test_a_planted_fall_is_found_within_one_period(
    periods: int, at: int, before: float, change: float, customers: int
) -> None:
    found = findings(step(periods, at, before, change), customers)
    falls = [each for each in found if isinstance(each, Fall)]
    near = sum(abs(fall.at - at) <= 1 for fall in falls) / SERIES
    assert near >= 0.90
    # Intervals promise 90 %; of 50 series 77 % is three standard errors below.
    assert sum(fall.earliest <= at <= fall.latest for fall in falls) / len(falls) >= 0.77
    assert sum(fall.low <= change <= fall.high for fall in falls) / len(falls) >= 0.77


@pytest.mark.parametrize(
    ("periods", "customers", "dispersion"),
    [(8, 200, 1), (12, 500, 1), (24, 100, 1), (36, 1000, 1), (24, 1000, 5)],
)
def test_flat_series_raise_few_alarms(periods: int, customers: int, dispersion: float) -> None:
    found = findings([0.3] * periods, customers, dispersion=dispersion, series=150)
    alarms = sum(isinstance(each, Fall) for each in found) / 150
    # Nominally 5 %; of 150 series 10 % is three standard errors above.
    assert alarms <= 0.10


def test_a_rise_is_no_fall() -> None:
    assert all(isinstance(each, NoFall) for each in findings(step(24, 12, 0.2, 0.5), 500, series=30))


@pytest.mark.parametrize("lasting", [3, 6, 12])
def test_a_gradual_fall_is_dated_to_its_beginning(lasting: int) -> None:
    """From the 16th of 36 months on, by 30 % in the end."""
    shares = [0.3 * (1 - 0.3 * min(max(month - 14, 0) / lasting, 1)) for month in range(36)]
    falls = [each for each in findings(shares, 2000) if isinstance(each, Fall)]
    assert len(falls) == SERIES
    assert sum(abs(fall.at - 15) <= 2 for fall in falls) / SERIES >= 0.90
    assert sum(fall.earliest <= 15 <= fall.latest for fall in falls) / SERIES >= 0.50
    assert sum(fall.low <= -0.3 <= fall.high for fall in falls) / SERIES >= 0.80
    assert sum(fall.lasting == lasting for fall in falls) / SERIES >= 0.50


def wave(periods: int, height: float) -> list[float]:
    """A season of a year: higher in the first half of it, lower in the second."""
    return [0.3 * (1 + height * np.sin(2 * np.pi * month / 12)) for month in range(periods)]


@pytest.mark.parametrize("periods", [24, 36])
def test_seasons_are_no_falls_from_two_years_on(periods: int) -> None:
    found = findings(wave(periods, 0.2), 2000, series=150)
    alarms = sum(isinstance(each, Fall) for each in found) / 150
    assert alarms <= 0.10
    assert {each.seasons for each in found if isinstance(each, Fall | NoFall)} == {12}


def test_in_less_than_two_years_a_season_looks_like_a_fall_and_is_said_to_be_one() -> None:
    found = findings(wave(12, 0.2), 2000, series=30)
    assert all(isinstance(each, Fall) and each.seasons == 1 for each in found)


def test_a_fall_is_found_among_seasons() -> None:
    shares = [share * factor for share, factor in zip(wave(36, 0.2), [1.0] * 20 + [0.8] * 16, strict=True)]
    found = findings(shares, 2000)
    falls = [each for each in found if isinstance(each, Fall)]
    near = sum(abs(fall.at - 20) <= 1 for fall in falls) / SERIES
    assert near >= 0.90
    assert sum(fall.low <= -0.2 <= fall.high for fall in falls) / len(falls) >= 0.77


def test_a_fall_in_numbers() -> None:
    """Eight periods of 60 in 200, then eight of 30 in 200: the best change is the true one, its shares exact."""
    found = find_fall([60] * 8 + [30] * 8, [200] * 16)
    assert isinstance(found, Fall)
    assert (found.at, round(found.before, 12), found.after, round(found.change, 12)) == (8, 0.3, 0.15, -0.5)
    assert (found.earliest, found.latest, found.lasting) == (8, 8, 1)
    assert -0.65 < found.low < -0.5 < found.high < -0.35
    assert found.p_value == 1 / 500  # none of 499 draws was as clear
    assert find_fall([60] * 8 + [30] * 8, [200] * 16) == found


def test_periods_of_any_size_have_their_weight() -> None:
    """One customer who stays away is no fall, however low that period's share."""
    assert isinstance(find_fall([60] * 10 + [0, 0], [200] * 10 + [1, 2]), NoFall)


def test_a_fall_to_nothing() -> None:
    found = find_fall([50] * 8 + [0] * 4, [100] * 12)
    assert isinstance(found, Fall)
    assert (found.at, found.after, found.change, found.high) == (8, 0.0, -1.0, -1.0)


@pytest.mark.parametrize(
    ("kept", "of", "expected"),
    [
        ([], [], NotEnoughData("periods", 0, 8)),
        ([30] * 7, [100] * 7, NotEnoughData("periods", 7, 8)),
        ([1] * 12, [100] * 12, NotEnoughData("kept", 12, 20)),
        ([0] * 12, [100] * 12, NotEnoughData("kept", 0, 20)),
        ([100] * 12, [100] * 12, NotEnoughData("lost", 0, 20)),
    ],
)
def test_too_few_data_say_so(kept: list[int], of: list[int], expected: NotEnoughData) -> None:
    assert find_fall(kept, of) == expected


def test_millions_of_customers_are_no_problem() -> None:
    found = find_fall([300_000] * 12 + [290_000] * 12, [1_000_000] * 24)
    assert isinstance(found, Fall)
    assert (found.at, round(found.change, 4)) == (12, -0.0333)
