"""Answers to prices: while there is a discount d, who has the elasticity e buys (1 - d) ** -e times as often."""

from __future__ import annotations

import numpy as np

from keepwell.simulate.parameters import Parameters
from keepwell.simulate.types import Floats

ELASTICITY_SHAPE = 4.0
"""Of the gamma of elasticities among those who answer at all."""


def draw_elasticities(random: np.random.Generator, parameters: Parameters, customers: int) -> Floats:
    """Each customer's elasticity: 0 for most, gamma about its mean for the share who answer to prices."""
    answers = random.random(customers) < parameters.price_share
    drawn = random.gamma(ELASTICITY_SHAPE, parameters.price_elasticity / ELASTICITY_SHAPE, customers)
    return np.where(answers, drawn, 0.0)


def answer_prices(pace: Floats, elasticity: Floats, discount: Floats) -> None:
    """Multiply the pace (n, days) on days with a ``discount`` (days,), in place."""
    who, when = np.flatnonzero(elasticity > 0), np.flatnonzero(discount > 0)
    pace[np.ix_(who, when)] *= (1 - discount[when])[None, :] ** -elasticity[who, None]
