"""Customers by two scores at once, such as recency and frequency: how many, and what they are worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis

from keepwell.access.model import Viewer
from keepwell.answers.among import Among, customers_among
from keepwell.answers.classes import money_field, summed
from keepwell.answers.sight import Sight
from keepwell.catalog.plan import Plan
from keepwell.core.errors import NotFound, Refused
from keepwell.core.nearest import did_you_mean

SCORES = (1, 2, 3, 4, 5)
DIMENSIONS = ("recency_score", "frequency_score", "monetary_score")
"""Fields that a grid may go by: whole numbers from the lowest of :data:`SCORES` to the highest."""


@dataclass(frozen=True, slots=True)
class Square:
    """How many customers, and what they are worth in minor units; None where it is unknown or too great."""

    customers: int
    worth_minor: int | None


@dataclass(frozen=True, slots=True)
class Grid:
    """Squares by (score of ``down``, score of ``across``); none without customers. ``without`` lack a score."""

    down: str
    across: str
    worth: str | None
    squares: Mapping[tuple[int, int], Square]
    without: int

    @property
    def customers(self) -> int:
        """How many have both scores."""
        return sum(square.customers for square in self.squares.values())

    @property
    def worth_minor(self) -> int | None:
        """What they are worth together."""
        found = [square.worth_minor for square in self.squares.values() if square.worth_minor is not None]
        return sum(found) if len(found) == len(self.squares) else None


def grid(
    sight: Sight,
    viewer: Viewer,
    down: str,
    across: str,
    *,
    worth: str | None = None,
    among: Among | None = None,
) -> Grid:
    """Customers by two of :data:`DIMENSIONS`.

    Raises NotFound for a dimension there is not, Refused where both are the same.
    """
    known = dimensions(sight.plan)
    for name in (down, across):
        if name not in known:
            hint = did_you_mean(name, known) or (f"there are {', '.join(known)}" if known else None)
            raise NotFound(f"customers have no score `{name}`", hint=hint)
    if down == across:
        raise Refused("the two scores of a grid are different ones", hint=f"take one of {', '.join(known)}")
    worth = money_field(sight.plan, worth)
    customers = customers_among(sight, viewer, among or Among(), {down, across, *([worth] if worth else [])})
    counted = customers.group_by(
        row=customers[down].cast("int64"), column=customers[across].cast("int64")
    ).aggregate(customers=ibis._.count(), worth=summed(customers, worth))
    squares, without = {}, 0
    for found in sight.snapshot.engine.rows(counted):
        if found["row"] is None or found["column"] is None:
            without += found["customers"]
        else:
            squares[found["row"], found["column"]] = Square(found["customers"], found["worth"])
    return Grid(down, across, worth, squares, without)


def dimensions(plan: Plan) -> list[str]:
    """Those of :data:`DIMENSIONS` that a plan has."""
    return [name for name in DIMENSIONS if name in plan.fields]
