"""BG/NBD buying: gamma rates, and after each repeat purchase a coin that decides whether the customer leaves.

Fader, Hardie and Lee, "Counting Your Customers" the Easy Way, Marketing Science 24 (2005). The first purchase is the
beginning of a customer and no chance of leaving follows it. Times are on the customer's clock
(:mod:`keepwell.simulate.clock`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keepwell.simulate.clock import Clocks
from keepwell.simulate.parameters import Parameters
from keepwell.simulate.types import Floats, Whole


@dataclass(frozen=True, slots=True)
class Buyers:
    """Latent parameters: ``rate`` in purchases per clock day, ``dropout`` the probability after each repeat."""

    rate: Floats
    dropout: Floats


@dataclass(frozen=True, slots=True)
class Purchases:
    """Every purchase, first ones included, and when each customer left (infinity: still there at the end)."""

    customer: Whole
    at: Floats
    """On the customer's clock, in clock days; rising for each customer."""
    left: Floats
    """For each customer: on their clock, the time of the purchase after which they left."""


ARRIVALS_END = 0.9
"""First purchases lie within this part of the period."""


def arrivals(random: np.random.Generator, index: Floats, customers: int) -> tuple[Whole, Floats]:
    """Day of each first purchase, and the share of that day gone by: spread as the seasons spread all buying."""
    ends = np.cumsum(index)
    at = random.random(customers) * ARRIVALS_END * ends[-1]
    day = np.minimum(np.searchsorted(ends, at, side="right"), len(index) - 1)
    return day, np.clip(1 - (ends[day] - at) / index[day], 0.0, 1.0)


def draw_buyers(random: np.random.Generator, parameters: Parameters, customers: int) -> Buyers:
    """Rates from Gamma(r, alpha), dropout probabilities from Beta(a, b)."""
    return Buyers(
        rate=random.gamma(parameters.rate_shape, 1 / parameters.rate_days, customers),
        dropout=random.beta(parameters.dropout_a, parameters.dropout_b, customers),
    )


def buy(
    random: np.random.Generator,
    buyers: Buyers,
    clocks: Clocks,
    *,
    first: Floats,
    onset: Floats,
    dropout_factor: float,
) -> Purchases:
    """Let them buy until they leave or time ends.

    ``first`` is the time of each first purchase; from ``onset`` on (infinity: never) the probability of leaving is
    multiplied by ``dropout_factor``, to 1 at most. Both on the customers' clocks.
    """
    end = clocks.total
    there = np.arange(len(first))
    now, left = first.copy(), np.full(len(first), np.inf)
    customers, times = [there], [first]
    while there.size:
        at = now[there] + random.standard_exponential(there.size) / np.maximum(buyers.rate[there], 1e-300)
        in_time = at < end[there]
        there, at = there[in_time], at[in_time]
        customers.append(there)
        times.append(at)
        now[there] = at
        chance = buyers.dropout[there] * np.where(at >= onset[there], dropout_factor, 1.0)
        leaves = random.random(there.size) < chance
        left[there[leaves]] = at[leaves]
        there = there[~leaves]
    customer, at = np.concatenate(customers), np.concatenate(times)
    order = np.lexsort((at, customer))
    return Purchases(customer[order], at[order], left)
