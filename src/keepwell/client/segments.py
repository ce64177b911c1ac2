"""Segments: as they stand, over time, who came and went, and how far they overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from keepwell.api.shapes.segments import (
    MovedCustomer,
    MovedCustomers,
    SegmentHistory,
    SegmentList,
    SegmentOverlap,
)
from keepwell.client.connection import PAGE, Calls, pages, part

Change = Literal["entry", "exit"]


class SegmentCalls(Calls):
    """Segments."""

    def list_segments(self) -> SegmentList:
        """Every segment with its size, what is at stake, and how it changed."""
        return self._connection.get(SegmentList, "/segments")

    def get_overlap(self, segment: Sequence[str]) -> SegmentOverlap:
        """How many customers segments share, from 2 to 12 of them."""
        return self._connection.get(SegmentOverlap, "/segments/overlap", {"segment": list(segment)})

    def get_segment_history(self, name: str) -> SegmentHistory:
        """A segment at each recorded run."""
        return self._connection.get(SegmentHistory, f"/segments/{part(name)}/history")

    def list_moved_customers(
        self, name: str, run_id: str, change: Change, *, limit: int | None = None, cursor: str | None = None
    ) -> MovedCustomers:
        """A page of those who entered a segment at a run, or left it."""
        path = f"/segments/{part(name)}/runs/{part(run_id)}/{change}"
        return self._connection.get(MovedCustomers, path, {"limit": limit, "cursor": cursor})

    def each_moved_customer(self, name: str, run_id: str, change: Change) -> Iterator[MovedCustomer]:
        """All who entered a segment at a run, or left it."""
        for page in pages(
            lambda cursor: self.list_moved_customers(name, run_id, change, limit=PAGE, cursor=cursor)
        ):
            yield from page.customers
