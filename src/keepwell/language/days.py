"""Local days as spans of instants, so that a table of moments can be asked about days by its bounds alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise

from keepwell.core.clock import offsets
from keepwell.language.typed import Operation

_TICK = timedelta(microseconds=1)

Ends = tuple[int | None, int | None]
"""From the first to the second, both included; None leaves an end open."""


def compared_ends(operation: Operation, low: int, high: int) -> Ends:
    """The whole numbers that a comparison with ``low`` (or with ``low`` and ``high``) is about."""
    match operation:
        case Operation.LESS:
            return None, low - 1
        case Operation.AT_MOST:
            return None, low
        case Operation.GREATER:
            return low + 1, None
        case Operation.AT_LEAST:
            return low, None
    return low, high


def instants(days: Ends, zone_name: str) -> tuple[datetime | None, datetime | None] | None:
    """The span ``[start, end)`` in UTC of these local days (ordinals), an end that is open being None.

    None where there is no such span: clocks are put back over midnight there, or the calendar ends before.
    """
    first, last = days
    if not _days_rise(zone_name):
        return None
    try:
        start = None if first is None else _first_instant(date.fromordinal(first), zone_name)
        end = None if last is None else _first_instant(date.fromordinal(last + 1), zone_name)
    except (ValueError, OverflowError):
        return None
    return start, end


@lru_cache(maxsize=64)
def _days_rise(zone_name: str) -> bool:
    """Whether a later instant never has an earlier local day."""
    table = offsets(zone_name)
    return all(
        (start - _TICK + before).date() <= (start + after).date()
        for (_, before), (start, after) in pairwise(table)
    )


@lru_cache(maxsize=4096)
def _first_instant(day: date, zone_name: str) -> datetime:
    """The first instant whose local day is ``day`` or later, where days rise."""
    table = offsets(zone_name)
    midnight = datetime.combine(day, time(), UTC)
    earliest, latest = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    ends = [start for start, _ in table[1:]] + [latest]
    for (_, offset), end in zip(table, ends, strict=True):
        instant = max(midnight - offset, earliest)
        if instant < end:
            return instant
        earliest = end
    raise OverflowError(f"{day} does not begin within the calendar")
