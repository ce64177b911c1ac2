"""Fills what views of Explore cannot take as it is."""

from __future__ import annotations

from keepwell.answers.grid import Grid
from keepwell.answers.trend import Trend
from keepwell.api.shapes.explore import (
    FallFound,
    NoFallFound,
    ScoreSquare,
    TooLittleFound,
    TrendFound,
    TrendPoint,
)
from keepwell.cohorts.change import Fall, NoFall, NotEnoughData


def trend_found(trend: Trend) -> TrendFound:
    """A trend with what was found in it."""
    finding: FallFound | NoFallFound | TooLittleFound
    match trend.finding:
        case Fall():
            finding = FallFound.model_validate(trend.finding)
        case NoFall():
            finding = NoFallFound.model_validate(trend.finding)
        case NotEnoughData(of=of, found=found, needed=needed):
            finding = TooLittleFound(missing=of, there=found, needed=needed)
    return TrendFound(points=[TrendPoint.model_validate(each) for each in trend.points], finding=finding)


def squares(found: Grid) -> list[ScoreSquare]:
    """The squares of a grid in order."""
    return [
        ScoreSquare(down=down, across=across, customers=each.customers, worth_minor=each.worth_minor)
        for (down, across), each in sorted(found.squares.items())
    ]
