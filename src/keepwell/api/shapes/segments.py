"""Segments: as they stand, over time, who came and went, and how far they overlap."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from keepwell.answers.segments import Overlap, Point, Standing
from keepwell.answers.sight import Sight
from keepwell.api.shapes.shared import AsOf, CustomerId, Instant, Minor, Shape, Words, as_of, label_of, words


class SegmentStanding(Shape):
    """A segment as of the snapshot. A change is missing where no run was recorded so long ago."""

    name: str
    label: Words
    about: Words | None
    size: int
    of: int = Field(description="how many customers this key sees")
    worth: str | None = Field(description="the field that says what is at stake")
    worth_minor: Minor | None
    since_last_run: int | None
    since_days: int | None = Field(description="since 30 days before")
    is_redefined: bool = Field(description="its definition changed since, so that sizes do not compare")


class SegmentList(Shape):
    """Every segment, greatest stake first."""

    as_of: AsOf
    segments: list[SegmentStanding]


class SegmentChanges(Shape):
    """So many customers entered or left for a cause other than what they did."""

    change: Literal["entry", "exit"]
    cause: str
    customers: int


class SegmentPoint(Shape):
    """A segment as of a recorded run."""

    as_of: Instant
    run_id: str
    size: int
    worth_minor: Minor | None
    entries: int
    exits: int
    others: list[SegmentChanges]
    is_redefined: bool


class SegmentHistory(Shape):
    """A segment at each recorded run, oldest first."""

    as_of: AsOf
    name: str
    points: list[SegmentPoint]


class MovedCustomer(Shape):
    """Who entered or left."""

    customer_id: CustomerId
    cause: str


class MovedCustomers(Shape):
    """A page of those who entered or left a segment at a run, by id."""

    as_of: AsOf
    count: int
    customers: list[MovedCustomer]
    next_cursor: str | None


class SegmentPair(Shape):
    """How many customers two segments share."""

    one: str
    other: str
    both: int
    either: int
    jaccard: float | None = Field(description="both ÷ either")


class SegmentOverlap(Shape):
    """Segments beside each other."""

    as_of: AsOf
    sizes: dict[str, int]
    pairs: list[SegmentPair]
    in_all: int
    in_any: int
    of: int


def standing(sight: Sight, found: Standing) -> SegmentStanding:
    """A segment as of the snapshot."""
    return SegmentStanding(
        name=found.name,
        label=label_of(sight.plan, found.name, "segment"),
        about=words(sight.plan, sight.plan.segments[found.name].about),
        size=found.size,
        of=found.of,
        worth=found.worth,
        worth_minor=found.worth_minor,
        since_last_run=found.since_last_run,
        since_days=found.since_days,
        is_redefined=found.is_redefined,
    )


def point(found: Point) -> SegmentPoint:
    """A segment at a run."""
    return SegmentPoint(
        as_of=found.as_of,
        run_id=found.run_id,
        size=found.size,
        worth_minor=found.worth_minor,
        entries=found.entries,
        exits=found.exits,
        others=[
            SegmentChanges.model_validate({"change": change, "cause": cause, "customers": many})
            for (change, cause), many in found.others.items()
        ],
        is_redefined=found.is_redefined,
    )


def overlap_of(sight: Sight, found: Overlap) -> SegmentOverlap:
    """Segments beside each other."""
    return SegmentOverlap(
        as_of=as_of(sight),
        sizes=found.sizes,
        pairs=[SegmentPair.model_validate(each) for each in found.pairs],
        in_all=found.in_all,
        in_any=found.in_any,
        of=found.of,
    )
