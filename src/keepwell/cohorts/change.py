"""Where a series of shares began to fall, by how much, and how sure that is.

Each period has ``kept`` of ``of`` customers. The model is binomial: a share for each season of the year, and a path
along which all of them fall by one factor, at once (Hinkley & Hinkley, Inference about the change-point in a sequence
of binomial variables, Biometrika 57(3), 1970) or evenly over some periods. Periods are compared within their season,
by the statistic and the ratio of Mantel & Haenszel (Statistical aspects of the analysis of data from retrospective
studies of disease, J. Nat. Cancer Inst. 22(4), 1959), for gradual falls with the path as score (Mantel, Chi-square
tests with one degree of freedom, J. Am. Stat. Ass. 58, 1963); the largest statistic over all paths is what decides
(Miller & Siegmund, Maximally selected chi square statistics, Biometrics 38(4), 1982).

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
LASTING = (1, 3, 6, 12)
"""For how many periods a fall may go on before it is complete."""
COST = 3.84
"""By how much a gradual fall has to be better than one at once: the 5 % point of chi square for one parameter more."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fall:
    """A fall. ``at`` is the position of the first lower period; ``earliest`` and ``latest`` bound it.

    It was complete after ``lasting`` periods, 1 where it came at once. ``before`` is the share as it would be in the
    periods since without the fall, ``after`` with all of it; ``change`` is the factor between them less 1, with its
    interval from ``low`` to ``high``. Intervals hold with a chance of :data:`CONFIDENCE`. ``seasons`` are how many
    were told apart: with 1, a season may look like a fall.
    """

    at: int
    earliest: int
    latest: int
    lasting: int
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
    best, fallen = int(fit.best[0]), float(fit.fallen[0])
    again = series.fit(series.drawn(random, fit.shares[0], float(fit.dispersion[0])))
    near = np.quantile(again.statistic - again.scores[:, best], CONFIDENCE)
    likely = series.begins[statistic - fit.scores[0] <= near]
    tail = (1 - CONFIDENCE) / 2
    least, most = np.quantile(again.fallen, (tail, 1 - tail))
    at = int(series.begins[best])
    before = float(np.average(fit.seasonal[0, at:], weights=series.totals[at:]))
    return Fall(
        at=at,
        earliest=int(likely.min()),
        latest=int(likely.max()),
        lasting=int(series.lasts[best]),
        before=before,
        after=before * (1 - fallen),
        change=-fallen,
        low=float(-most),
        high=float(-least),
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

    ``scores`` has a column for each path: the statistic over the dispersion, -inf where the share does not fall;
    ``statistic`` is the largest, at least 0, ``best`` its path. ``fallen`` is by how much the share falls.
    ``seasonal`` are the shares of the periods as they would be without the fall, ``shares`` with it.
    """

    scores: Numbers
    statistic: Numbers
    dispersion: Numbers
    best: NDArray[np.intp]
    fallen: Numbers
    seasonal: Numbers
    shares: Numbers


@dataclass(frozen=True, slots=True)
class _Series:
    """What series of the same periods share: customers by period, and which season each is (by column).

    ``paths`` (rows) are the ways to fall: what part of the fall has come by each period (columns). ``begins`` and
    ``lasts`` are where each begins and for how many periods.
    """

    totals: Numbers
    is_season: Numbers
    paths: Numbers
    begins: NDArray[np.intp]
    lasts: NDArray[np.intp]

    @classmethod
    def of(cls, totals: Sequence[int], seasons: Sequence[int] | None) -> _Series:
        names = sorted(set(seasons or ()))
        periods = len(totals)
        if seasons is None or periods < 2 * len(names):
            is_season = np.ones((periods, 1))
        else:
            is_season = (np.asarray(seasons)[:, None] == np.asarray(names)[None, :]).astype(np.float64)
        ways = [
            (begin, lasting)
            for begin in range(PERIODS_BEFORE, periods - PERIODS_AFTER + 1)
            for lasting in LASTING
            if lasting <= max(periods - begin, 1)
        ]
        begins, lasts = (np.asarray(column) for column in zip(*ways, strict=True))
        paths = np.clip((np.arange(periods) - begins[:, None] + 1) / lasts[:, None], 0, 1)
        return cls(np.asarray(totals, np.float64), is_season, paths, begins, lasts)

    @property
    def seasons(self) -> int:
        return int(self.is_season.shape[1])

    def without_change(self, events: Numbers) -> tuple[Numbers, float]:
        """The share of each period of one series, without a change, and the dispersion around them."""
        shares = (events @ self.is_season) / (self.totals @ self.is_season) @ self.is_season.T
        return shares[0], float(self._dispersion(events, shares, self.seasons)[0])

    def fit(self, events: Numbers) -> _Fit:
        """The best fall of each row of ``events``; a gradual one where it is better by more than its cost."""
        by_season, people = events @ self.is_season, self.totals @ self.is_season
        share = by_season / people
        off = (events - self.totals * (share @ self.is_season.T)) @ self.paths.T
        weight, square = (
            (self.totals * self.paths) @ self.is_season,
            (self.totals * self.paths**2) @ self.is_season,
        )
        variance = (share * (1 - share)) @ (square - weight**2 / people).T
        scores = np.divide(off**2, variance, np.full_like(off, -np.inf), where=(off < 0) & (variance > 0))
        closest = self._fallen(events, np.argmax(scores, axis=1))
        dispersion = self._dispersion(events, closest[2], self.seasons + 1)
        scores = scores / dispersion[:, None] - np.where(self.lasts > 1, COST, 0.0)
        best = np.argmax(scores, axis=1)
        largest = np.maximum(scores[np.arange(len(events)), best], 0.0)
        return _Fit(scores, largest, dispersion, best, *self._fallen(events, best))

    def _fallen(self, events: Numbers, best: NDArray[np.intp]) -> tuple[Numbers, Numbers, Numbers]:
        """By how much each row falls along its path, and its shares without and with that."""
        by_season, people = events @ self.is_season, self.totals @ self.is_season
        path = self.paths[best]
        along, weight = (events * path) @ self.is_season, (self.totals * path) @ self.is_season
        square = (self.totals * path**2) @ self.is_season
        above = ((along * people - by_season * weight) / people).sum(axis=1)
        below = ((along * weight - by_season * square) / people).sum(axis=1)
        fallen = np.clip(np.divide(above, below, np.zeros_like(above), where=below < 0), 0.0, 1.0)
        left = people - fallen[:, None] * weight
        season = np.divide(by_season, left, np.zeros_like(left), where=left > 0)
        seasonal = season @ self.is_season.T
        return fallen, seasonal, seasonal * (1 - fallen[:, None] * path)

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
