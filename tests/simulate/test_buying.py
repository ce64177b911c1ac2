"""Simulated buying agrees with the theory of BG/NBD within Monte Carlo error, on any clock."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from keepwell.simulate.buying import Purchases, arrivals, buy, draw_buyers
from keepwell.simulate.clock import Clocks, clocks
from keepwell.simulate.parameters import Parameters
from keepwell.simulate.seasons import seasons
from support.bg_nbd import BgNbd, hypergeometric
from support.simulations import UNTIL

CUSTOMERS, DAYS = 20_000, 365
THEORY = BgNbd(r=0.8, alpha=40, a=1.2, b=8.8)
SIGMAS = 4
"""A right simulator fails such a test once in 16,000 seeds; the seeds are fixed."""


def bought(pace: NDArray[np.float64], seed: int = 3) -> tuple[Purchases, Clocks]:
    random = np.random.default_rng(seed)
    clock = clocks(np.broadcast_to(pace, (CUSTOMERS, len(pace))).copy())
    buyers = draw_buyers(random, Parameters(), CUSTOMERS)
    never = np.full(CUSTOMERS, np.inf)
    return buy(random, buyers, clock, first=np.zeros(CUSTOMERS), onset=never, dropout_factor=1), clock


def summary(purchases: Purchases) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Repeats and the time of the last purchase, for each customer."""
    counts = np.bincount(purchases.customer, minlength=CUSTOMERS)
    return (counts - 1).astype(float), purchases.at[np.cumsum(counts) - 1]


def test_the_series_of_the_theory() -> None:
    # 2F1(1, 1; 2; z) = -ln(1 - z) / z
    assert hypergeometric(1, 1, 2, 0.5) == pytest.approx(2 * np.log(2), rel=1e-12)


@pytest.mark.parametrize("pace", [np.ones(DAYS), np.full(DAYS, 0.5)], ids=["even", "slow"])
def test_as_many_purchases_as_expected(pace: NDArray[np.float64]) -> None:
    purchases, clock = bought(pace)
    repeats, _ = summary(purchases)
    error = repeats.std() / np.sqrt(CUSTOMERS)
    assert abs(repeats.mean() - THEORY.expected_repeats(float(clock.total[0]))) < SIGMAS * error
    share = THEORY.share_without_repeat(float(clock.total[0]))
    assert abs((repeats == 0).mean() - share) < SIGMAS * np.sqrt(share * (1 - share) / CUSTOMERS)


def test_the_seasons_leave_the_theory_as_it_is() -> None:
    """With clock days for days: a year has as many of them as days."""
    year = seasons(UNTIL.replace(year=2025, month=1, day=1), UNTIL.replace(year=2025, month=12, day=31))
    purchases, clock = bought(year.index)
    assert clock.total[0] == pytest.approx(365)
    repeats, _ = summary(purchases)
    error = repeats.std() / np.sqrt(CUSTOMERS)
    assert abs(repeats.mean() - THEORY.expected_repeats(365)) < SIGMAS * error


def test_who_is_still_there_is_as_probable_as_the_theory_says() -> None:
    purchases, clock = bought(np.ones(DAYS))
    repeats, last = summary(purchases)
    told = THEORY.is_there(repeats, last, clock.total)
    is_there = np.isinf(purchases.left)
    for low, high in ((0.0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.01)):
        group = (told >= low) & (told < high)
        error = np.sqrt((told[group] * (1 - told[group])).sum()) / group.sum()
        assert group.sum() > 200
        assert abs(is_there[group].mean() - told[group].mean()) < SIGMAS * error + 1e-9


@pytest.mark.parametrize("name", ["r", "alpha", "a", "b"])
@pytest.mark.parametrize("factor", [0.8, 1.25])
def test_no_other_parameters_are_as_likely(name: str, factor: float) -> None:
    purchases, clock = bought(np.ones(DAYS))
    repeats, last = summary(purchases)
    other = BgNbd(**(vars(THEORY) | {name: vars(THEORY)[name] * factor}))
    assert THEORY.log_likelihood(repeats, last, clock.total) > other.log_likelihood(
        repeats, last, clock.total
    )


def test_nobody_buys_after_leaving_nor_before_the_first() -> None:
    purchases, clock = bought(np.ones(DAYS))
    assert (purchases.at <= purchases.left[purchases.customer]).all()
    assert (purchases.at < clock.total[purchases.customer]).all()
    starts = np.flatnonzero(np.diff(purchases.customer, prepend=-1))
    assert (purchases.at[starts] == 0).all()
    assert len(starts) == CUSTOMERS
    # Nobody leaves at the first purchase.
    assert (purchases.left > 0).all()


def test_from_the_onset_on_everybody_leaves_where_the_factor_makes_it_certain() -> None:
    random = np.random.default_rng(5)
    clock = clocks(np.ones((CUSTOMERS, DAYS)))
    buyers = draw_buyers(random, Parameters(dropout_a=5, dropout_b=5), CUSTOMERS)
    onset = np.full(CUSTOMERS, 100.0)
    purchases = buy(random, buyers, clock, first=np.zeros(CUSTOMERS), onset=onset, dropout_factor=1e6)
    late = purchases.at >= 100
    assert late.sum() > 1000
    assert np.unique(purchases.customer[late], return_counts=True)[1].max() == 1


def test_first_purchases_are_spread_as_all_buying() -> None:
    index = np.array([1.0, 3.0, 0.5, 0.5, 1.0])
    day, share = arrivals(np.random.default_rng(1), index, 60_000)
    # 0.9 of 6 clock days: the last day is used up to 0.4 of its one.
    expected = np.array([1.0, 3.0, 0.5, 0.5, 0.4]) / 5.4
    assert np.bincount(day, minlength=5) / 60_000 == pytest.approx(expected, abs=0.01)
    assert 0 <= share.min() <= share.max() <= 1


def test_a_clock_tells_the_day_at_which_it_shows_a_time() -> None:
    clock = clocks(np.array([[1.0, 2.0, 0.5], [0.5, 0.5, 4.0]]))
    day, share = clock.when(np.array([0, 0, 0, 1, 1]), np.array([0.25, 2.0, 3.25, 0.75, 1.0]))
    assert day.tolist() == [0, 1, 2, 1, 2]
    assert share == pytest.approx([0.25, 0.5, 0.5, 0.5, 0.0])
    assert clock.at(np.array([0, 1, 1]), np.array([1, 2, 3])).tolist() == [1.0, 1.0, np.inf]
