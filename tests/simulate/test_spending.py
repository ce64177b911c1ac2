"""Order values follow Gamma-Gamma, and lines share them out to the last fen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.simulate.lines import split
from keepwell.simulate.parameters import Parameters
from keepwell.simulate.spending import draw_mean_spend, draw_values
from support.simulations import made

CUSTOMERS = 50_000


def test_means_and_values_have_the_moments_of_gamma_gamma() -> None:
    """E(mean) = p gamma / (q - 1) = 6 * 60 / 5 = 72; Var(mean) = p² gamma² / ((q - 1)² (q - 2)) = 72² / 4."""
    random = np.random.default_rng(2)
    parameters = Parameters(spend_p=6, spend_q=6, spend_gamma=60)
    means = draw_mean_spend(random, parameters, CUSTOMERS)
    assert means.mean() == pytest.approx(72, abs=4 * 36 / np.sqrt(CUSTOMERS))
    assert means.std() == pytest.approx(36, rel=0.05)
    # Of one customer with mean 72: standard deviation 72 / sqrt(6) = 29.39.
    values = draw_values(random, 6, np.full(CUSTOMERS, 72.0)) / 100
    assert values.mean() == pytest.approx(72, abs=4 * 29.39 / np.sqrt(CUSTOMERS))
    assert values.std() == pytest.approx(29.39, rel=0.03)


def test_no_order_is_worth_nothing() -> None:
    assert draw_values(np.random.default_rng(1), 6, np.zeros(10)).tolist() == [100] * 10


PARTS = st.lists(
    st.tuples(st.integers(0, 10**9), st.lists(st.integers(1, 10**7), min_size=1, max_size=9)), max_size=20
)


@given(PARTS)
def test_parts_add_up_exactly(orders: list[tuple[int, list[int]]]) -> None:
    totals = np.array([total for total, _ in orders], dtype=np.int64)
    lengths = np.array([len(weights) for _, weights in orders], dtype=np.int64)
    weights = np.array([each for _, weights in orders for each in weights], dtype=np.int64)
    parts = split(totals, lengths, weights)
    assert (parts >= 0).all()
    starts = np.cumsum(lengths) - lengths
    assert [parts[start : start + length].sum() for start, length in zip(starts, lengths, strict=True)] == [
        total for total, _ in orders
    ]


def test_parts_are_in_proportion() -> None:
    found = split(np.array([100, 7]), np.array([3, 1]), np.array([1, 1, 2, 5]))
    assert found.tolist() == [25, 25, 50, 7]


def test_lines_add_up_to_their_orders_and_discounts_to_the_promotion() -> None:
    shop = made(1)
    [block] = shop.blocks
    orders, lines = block.orders, block.lines
    assert np.bincount(lines.order, lines.amount).tolist() == orders.value.tolist()
    assert (lines.number[np.flatnonzero(np.diff(lines.order, prepend=-1))] == 1).all()
    on_1111 = shop.seasons.promotion[orders.day[lines.order]] == "11.11"
    assert on_1111.sum() > 50
    # A quarter off the list price is a third of what is paid.
    assert np.abs(lines.discount[on_1111] - lines.amount[on_1111] / 3).max() <= 0.51
    assert lines.discount[shop.seasons.discount[orders.day[lines.order]] == 0].sum() == 0
    assert (lines.cost < (lines.amount + lines.discount) + 1).all()
