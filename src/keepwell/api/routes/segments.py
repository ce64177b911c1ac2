"""Segments: sizes, history, who came and went, overlap."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from keepwell.access.model import Permission
from keepwell.answers.movers import Change, movers
from keepwell.answers.segments import history, overlap
from keepwell.answers.today import segments_now
from keepwell.api.asking import AnyKey, needs
from keepwell.api.cursors import Paged, Question
from keepwell.api.filling.segments import overlap_of, point, standing
from keepwell.api.filling.shared import as_of
from keepwell.api.shapes.segments import (
    MovedCustomer,
    MovedCustomers,
    SegmentHistory,
    SegmentList,
    SegmentOverlap,
)

routes = APIRouter(tags=["segments"], dependencies=[needs(Permission.SEE_CUSTOMERS)])


class OverlapAsked(Question):
    """Which segments are laid beside each other."""

    segment: list[str] = Field(min_length=2, max_length=12, description="from 2 to 12; given once for each")


@routes.get("/segments")
def list_segments(asking: AnyKey) -> SegmentList:
    """Every segment with its size, what is at stake, and how it changed."""
    with asking.sight() as sight:
        found = segments_now(sight, asking.viewer)
        return SegmentList(as_of=as_of(sight), segments=[standing(sight, each) for each in found])


@routes.get("/segments/overlap")
def get_overlap(asking: AnyKey, asked: Annotated[OverlapAsked, Query()]) -> SegmentOverlap:
    """How many customers segments share."""
    with asking.sight() as sight:
        return overlap_of(sight, overlap(sight, asking.viewer, asked.segment))


@routes.get("/segments/{name}/history")
def get_segment_history(asking: AnyKey, name: str) -> SegmentHistory:
    """A segment at each recorded run."""
    with asking.sight() as sight:
        points = history(sight, asking.viewer, name)
        return SegmentHistory(as_of=as_of(sight), name=name, points=[point(each) for each in points])


@routes.get("/segments/{name}/runs/{run_id}/{change}")
def list_moved_customers(
    asking: AnyKey, name: str, run_id: str, change: Change, asked: Annotated[Paged, Query()]
) -> MovedCustomers:
    """Who entered a segment at a run, or left it."""
    with asking.paged(asked) as (sight, pages):
        after = pages.begin()
        found = movers(sight, asking.viewer, name, run_id, change, limit=asked.limit, after=after)
        following = after + asked.limit
        return MovedCustomers(
            as_of=as_of(sight),
            count=found.count,
            customers=[MovedCustomer(customer_id=each, cause=cause) for each, cause in found.rows],
            next_cursor=pages.next(following if following < found.count else None),
        )
