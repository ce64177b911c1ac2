"""Where a series of shares began to fall, by how much, and how sure that is.

Each period has ``kept`` of ``of`` customers. The model is binomial: a share for each season of the year, from the
change on all of them multiplied by one factor (Hinkley & Hinkley, Inference about the change-point in a sequence of
binomial variables, Biometrika 57(3), 1970, here with seasons). Periods before and after a change are compared within
their season, by the statistic and the ratio of Mantel & Haenszel (Statistical aspects of the analysis of data from
retrospective studies of disease, J. Nat. Cancer Inst. 22(4), 1959); the largest statistic over all changes is what
decides (Miller & Siegmund, Maximally selected chi square statistics, Biometrics 38(4), 1982).

Real series vary more than binomial ones, so the statistic is divided by the dispersion around the model, Pearson's X²
over its degrees of freedom and at least 1 (McCullagh & Nelder, Generalized Linear Models, 2nd ed., 1989, 4.5). Its
distribution comes from a parametric bootstrap with that dispersion (Davison & Hinkley, Bootstrap Methods and their
Application, 1997, 4.2). The interval of the change holds all changes nearly as good as the best (Siegmund, Confidence
sets in change-point problems, International Statistical Review 56(1), 1988), by a limit from the same bootstrap.

Periods have to be independent given the shares: new customers of each month are, and so are draws from those active
before. Stocks, such as the silent at each month's end, are not: they are mostly the same people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PERIODS_BEFORE = 3
PERIODS_AFTER = 2
"""A change has at least so many periods before and after it."""
PERIODS_MIN = 8
"""Of fewer periods not even a clear fall stands out from what chance does."""
EVENTS_MIN = 20
"""Fewer customers kept, or lost, than this over the whole series say nothing either."""
ALARM_LEVEL = 0.05
CONFIDENCE = 0.9
DRAWS = 499

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fall:
    """A fall. ``at`` is the position of the first lower period; ``earliest`` and ``latest`` bound it.

    ``after`` is the share from the fall on, ``before`` what it would have been in the same seasons without it;
    ``change`` is the factor between them less 1, with its interval from ``low`` to ``high``. Intervals hold with a
    chance of :data:`CONFIDENCE`. ``seasons`` are how many were told apart: with 1, a season may look like a fall.
    """

    at: int
    earliest: int
    latest: int
    before: float
    after: float
    change: float
    low: float
    high: float
    p_value: float
    seasons: int


@dataclass(frozen=True, slots=True)
class NoFall:
    """No fall that chance does not explain: by chance alone one as clear comes with probability ``p_value``."""

    p_value: float
    seasons: int


@dataclass(frozen=True, slots=True)
class NotEnoughData:
    """Why nothing can be said: there are ``found`` ``of`` (periods, or customers kept or lost), not ``needed``."""

    of: str
    found: int
    needed: int


Finding = Fall | NoFall | NotEnoughData


def find_fall(
    kept: Sequence[int],
    of: Sequence[int],
    *,
    seasons: Sequence[int] | None = None,
    level: float = ALARM_LEVEL,
    seed: int = 1,
) -> Finding:
    """The fall in ``kept / of``, period after period; ``of`` are greater than 0.

    ``seasons`` says which season of the year each period is, in any numbers; they are told apart where the series has
    at least twice as many periods as seasons. ``level`` is the chance of an alarm where there is no fall. The
    bootstrap's ``seed`` is fixed, so the same series gives the same answer.
    """
    if (few := _too_few(kept, of)) is not None:
        return few
    series = _Series.of(of, seasons)
    random = np.random.default_rng(seed)
    fit = series.fit(np.asarray(kept, np.float64)[None, :])
    without, dispersion = series.without_change(np.asarray(kept, np.float64)[None, :])
    by_chance = series.fit(series.drawn(random, without, dispersion))
    statistic = fit.statistic[0]
    p_value = float((1 + np.sum(by_chance.statistic >= statistic)) / (DRAWS + 1))
    if p_value > level or not statistic > 0:
        return NoFall(p_value, series.seasons)
    at = int(fit.at[0])
    again = series.fit(series.drawn(random, fit.shares[0], float(fit.dispersion[0])))
    near = np.quantile(again.statistic - again.scores[:, at - 1], CONFIDENCE)
    likely = np.flatnonzero(statistic - fit.scores[0] <= near) + 1
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(again.ratio - 1, (tail, 1 - tail))
    later, ratio = series.totals[at:], float(fit.ratio[0])
    return Fall(
        at=at,
        earliest=int(likely.min()),
        latest=int(likely.max()),
        before=float(np.average(fit.seasonal[0, at:], weights=later)),
        after=sum(kept[at:]) / sum(of[at:]),
        change=ratio - 1,
        low=float(low),
        high=float(high),
        p_value=p_value,
        seasons=series.seasons,
    )


def _too_few(kept: Sequence[int], of: Sequence[int]) -> NotEnoughData | None:
    assert len(kept) == len(of), "as many periods kept as there are"
    assert all(0 <= one <= total and total > 0 for one, total in zip(kept, of, strict=True))
    if len(of) < PERIODS_MIN:
        return NotEnoughData("periods", len(of), PERIODS_MIN)
    if sum(kept) < EVENTS_MIN:
        return NotEnoughData("kept", sum(kept), EVENTS_MIN)
    if sum(of) - sum(kept) < EVENTS_MIN:
        return NotEnoughData("lost", sum(of) - sum(kept), EVENTS_MIN)
    return None


@dataclass(frozen=True, slots=True)
class _Fit:
    """The best fall in each of many series, by row.

    ``scores`` has a column for each change (after the first period, after the second, …): the statistic over the
    dispersion, -inf where the share does not fall or a part is too short; ``statistic`` is the largest, at least 0.
    ``seasonal`` are the shares of the periods as they would be without the fall, ``shares`` with it.
    """

    scores: Numbers
    statistic: Numbers
    dispersion: Numbers
    at: NDArray[np.intp]
    ratio: Numbers
    seasonal: Numbers
    shares: Numbers


@dataclass(frozen=True, slots=True)
class _Series:
    """What series of the same periods share: customers by period, and which season each is (by column)."""

    totals: Numbers
    is_season: Numbers

    @classmethod
    def of(cls, totals: Sequence[int], seasons: Sequence[int] | None) -> _Series:
        names = sorted(set(seasons or ()))
        if seasons is None or len(totals) < 2 * len(names):
            return cls(np.asarray(totals, np.float64), np.ones((len(totals), 1)))
        is_season = np.asarray(seasons)[:, None] == np.asarray(names)[None, :]
        return cls(np.asarray(totals, np.float64), is_season.astype(np.float64))

    @property
    def seasons(self) -> int:
        return int(self.is_season.shape[1])

    def without_change(self, events: Numbers) -> tuple[Numbers, float]:
        """The share of each period of one series, without a change, and the dispersion around them."""
        shares = (events @ self.is_season) / (self.totals @ self.is_season) @ self.is_season.T
        return shares[0], float(self._dispersion(events, shares, self.seasons)[0])

    def fit(self, events: Numbers) -> _Fit:
        """The best fall of each row of ``events``."""
        periods, rows = self.totals.size, np.arange(len(events))
        by_season, people = events @ self.is_season, self.totals @ self.is_season
        share = by_season / people
        people_before = np.cumsum(self.totals[:, None] * self.is_season, axis=0)[:-1]
        people_after = people - people_before
        so_far = np.cumsum(events, axis=1)
        off = so_far[:, -1:] - so_far[:, :-1] - share @ people_after.T
        variance = (share * (1 - share)) @ (people_before * people_after / people).T
        change = np.arange(1, periods)
        falls = (change >= PERIODS_BEFORE) & (change <= periods - PERIODS_AFTER) & (off < 0) & (variance > 0)
        scores = np.divide(off**2, variance, np.full_like(off, -np.inf), where=falls)
        best = np.argmax(scores, axis=1)
        is_before = np.arange(periods) <= best[:, None]
        before = (events * is_before) @ self.is_season
        expected = (before * people_after[best] / people).sum(axis=1)
        found = ((by_season - before) * people_before[best] / people).sum(axis=1)
        ratio = np.divide(found, expected, np.ones_like(found), where=expected > 0)
        weight = people_before[best] + ratio[:, None] * people_after[best]
        season = np.divide(by_season, weight, np.zeros_like(weight), where=weight > 0)
        seasonal = season @ self.is_season.T
        shares = np.where(is_before, seasonal, seasonal * ratio[:, None])
        dispersion = self._dispersion(events, shares, self.seasons + 1)
        scores = scores / dispersion[:, None]
        largest = np.maximum(scores[rows, best], 0.0)
        return _Fit(scores, largest, dispersion, best + 1, ratio, seasonal, shares)

    def drawn(self, random: np.random.Generator, shares: Numbers, dispersion: float) -> Numbers:
        """Series of binomial counts, or of beta-binomial ones with ``dispersion`` times the variance."""
        size = (DRAWS, self.totals.size)
        within = np.clip(shares, 0.0, 1.0)
        if dispersion > 1:
            # Variance n p (1 - p) (1 + (n - 1) r): r follows from the dispersion; below 1, so a beta has it.
            correlation = np.clip((dispersion - 1) / np.maximum(self.totals - 1, 1), 1e-12, 0.9)
            weight = (1 - correlation) / correlation
            inside = (within > 0) & (within < 1)
            safe = np.where(inside, within, 0.5)
            within = np.where(inside, random.beta(safe * weight, (1 - safe) * weight, size), within)
        return random.binomial(self.totals.astype(np.int64), within, size).astype(np.float64)

    def _dispersion(self, events: Numbers, shares: Numbers, parameters: int) -> Numbers:
        variance = self.totals * shares * (1 - shares)
        off = (events - self.totals * shares) ** 2
        squares = np.divide(off, variance, np.zeros_like(events), where=variance > 0).sum(axis=1)
        found: Numbers = np.maximum(1.0, squares / (self.totals.size - parameters))
        return found
