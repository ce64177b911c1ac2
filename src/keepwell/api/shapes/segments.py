"""Segments: as they stand, over time, who came and went, and how far they overlap."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from keepwell.api.shapes.shared import AsOf, CustomerId, Instant, Minor, Shape, Words


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
