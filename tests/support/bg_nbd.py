"""BG/NBD in closed form, as Fader, Hardie and Lee give it (Marketing Science 24, 2005)."""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_lgamma = np.vectorize(lgamma, otypes=[float])


@dataclass(frozen=True)
class BgNbd:
    """Its four parameters; rates and times are in the same unit."""

    r: float
    alpha: float
    a: float
    b: float

    def expected_repeats(self, t: float) -> float:
        """Repeat purchases until ``t`` after the first."""
        z = t / (self.alpha + t)
        series = hypergeometric(self.r, self.b, self.a + self.b - 1, z)
        waiting = self.share_without_repeat(t)
        return (self.a + self.b - 1) / (self.a - 1) * (1 - waiting * series)

    def share_without_repeat(self, t: float) -> float:
        """Share of customers with no repeat purchase until ``t``."""
        return float((self.alpha / (self.alpha + t)) ** self.r)

    def is_there(self, x: Floats, t_x: Floats, t: Floats) -> Floats:
        """Probability of still being there after ``x`` repeats, the last at ``t_x``, of ``t`` observed."""
        odds = (
            self.a / (self.b + np.maximum(x, 1) - 1) * ((self.alpha + t) / (self.alpha + t_x)) ** (self.r + x)
        )
        return np.where(x > 0, 1 / (1 + odds), 1.0)

    def log_likelihood(self, x: Floats, t_x: Floats, t: Floats) -> float:
        """Of the repeats of many customers."""
        shared = _lgamma(self.r + x) - lgamma(self.r) + self.r * np.log(self.alpha)
        stays = _log_beta(self.a, self.b + x) - (self.r + x) * np.log(self.alpha + t)
        leaves = _log_beta(self.a + 1, self.b + np.maximum(x, 1) - 1) - (self.r + x) * np.log(
            self.alpha + t_x
        )
        either = np.where(x > 0, np.logaddexp(stays, leaves), stays)
        return float((shared + either - _log_beta(self.a, np.array(self.b))).sum())


def hypergeometric(a: float, b: float, c: float, z: float) -> float:
    """2F1(a, b; c; z) for 0 <= z < 1, by its series."""
    term, total, n = 1.0, 1.0, 0
    while term > 1e-14 * total:
        term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z
        total += term
        n += 1
    return total


def _log_beta(a: float, b: Floats) -> Floats:
    found: Floats = lgamma(a) + _lgamma(b) - _lgamma(a + b)
    return found
