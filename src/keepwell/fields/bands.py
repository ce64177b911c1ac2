"""Bands: the stretches of time between the edges of all windows.

Each fact lies in one band, whatever the number of windows; a window is a run of neighbouring bands. So facts are added
up once for each customer and band, and windows from the bands, of which there are few.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import ibis
import ibis.expr.types as ir

from keepwell.catalog.windows import Window
from keepwell.core.clock import AsOf


@dataclass(frozen=True, slots=True)
class Bands:
    """Band 0 is the newest. ``edges`` are the first instants (UTC) of all bands but the oldest, newest first."""

    edges: tuple[datetime, ...]
    as_of: AsOf

    @classmethod
    def of(cls, windows: Iterable[Window], as_of: AsOf) -> Bands:
        """The bands that these windows need."""
        found = {edge for window in windows for edge in _ends(window, as_of) if edge is not None}
        return cls(tuple(sorted(found, reverse=True)), as_of)

    def number(self, occurred_at: ir.TimestampValue) -> ir.IntegerValue:
        """The band of an instant not after ``as_of``; what has no time of its own is in the oldest."""
        if not self.edges:
            return ibis.literal(0, "int8")
        branches = [
            (occurred_at >= ibis.timestamp(edge.replace(tzinfo=None)), ibis.literal(band, "int8"))
            for band, edge in enumerate(self.edges)
        ]
        return ibis.cases(*branches, else_=ibis.literal(len(self.edges), "int8"))

    def span(self, window: Window) -> range:
        """The bands of a window, newest first."""
        start, end = _ends(window, self.as_of)
        oldest = len(self.edges) if start is None else self.edges.index(start)
        newest = 0 if end is None else self.edges.index(end) + 1
        return range(newest, oldest + 1)


def _ends(window: Window, as_of: AsOf) -> tuple[datetime | None, datetime | None]:
    """From the first instant of a window to the first after it; None is an end that is open."""
    if window.days is None:
        return None, None
    start = as_of.window_start(window.days, windows_back=window.windows_back)
    if window.windows_back == 0:
        return start, None
    return start, as_of.window_start(window.days, windows_back=window.windows_back - 1)
