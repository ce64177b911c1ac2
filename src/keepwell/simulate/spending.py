"""Gamma-Gamma spend: order values vary about a customer's own mean, and the means vary between customers.

Fader, Hardie and Lee, RFM and CLV: Using Iso-Value Curves for Customer Base Analysis, Journal of Marketing Research
42 (2005): z ~ Gamma(p, nu), nu ~ Gamma(q, gamma), so a customer's mean is p / nu and the mean over all is
p * gamma / (q - 1).
"""

from __future__ import annotations

import numpy as np

from keepwell.simulate.parameters import Parameters
from keepwell.simulate.types import Floats, Whole

LEAST = 100
"""Fen; no order is worth less."""


def draw_mean_spend(random: np.random.Generator, parameters: Parameters, customers: int) -> Floats:
    """Each customer's mean order value p / nu, in 元."""
    nu = random.gamma(parameters.spend_q, 1 / parameters.spend_gamma, customers)
    mean: Floats = parameters.spend_p / np.maximum(nu, 1e-9)
    return mean


def draw_values(random: np.random.Generator, p: float, means: Floats) -> Whole:
    """One order value for each mean (元), in fen: what is paid, after discounts. ``p`` as in Gamma-Gamma."""
    values = random.gamma(p, means / p)
    return np.clip(np.rint(values * 100), LEAST, 1e9).astype(np.int64)
