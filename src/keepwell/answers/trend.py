"""A series of shares, period after period, and whether it began to fall."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from keepwell.cohorts.change import Finding, find_fall


@dataclass(frozen=True, slots=True)
class Point:
    """``kept`` of ``of`` customers, in the period that begins on ``start``."""

    start: date
    kept: int
    of: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Periods that are over, oldest first, and what is found in them; a finding counts positions in ``points``."""

    points: tuple[Point, ...]
    finding: Finding


def trend(points: Iterable[Point]) -> Trend:
    """Look for a fall in points that are over, in order of time; those of nobody are left out."""
    told = tuple(point for point in points if point.of)
    finding = find_fall(
        [point.kept for point in told],
        [point.of for point in told],
        seasons=[point.start.month for point in told],
    )
    return Trend(told, finding)
