"""Time is passed in: instants in UTC, days in the plan's zone, windows in whole local days.

A window of *n* days at ``as_of`` is the local days ``(as_of_day - n, as_of_day]`` and never reaches past
``as_of`` itself. The offsets of a zone come from one table, so that both interpreters of the language, and
every engine, agree on the local day of an instant.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import itemgetter
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Gives the present instant, aware and in UTC. Only surfaces call it."""

FIRST_OFFSET_YEAR = 1970
LAST_OFFSET_YEAR = 2100


def system_clock() -> datetime:
    """The wall clock, for surfaces."""
    return datetime.now(UTC)


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) of a local day; where clocks skip midnight, the first instant that exists."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


@lru_cache(maxsize=64)
def offsets(zone_name: str) -> tuple[tuple[datetime, timedelta], ...]:
    """A zone's UTC offsets: ``(from_instant, offset)`` in rising order; the first holds from the beginning.

    Found by bisection to the second between 1970 and 2100; outside those years the nearest offset holds.
    """
    zone = ZoneInfo(zone_name)

    def offset_at(instant: datetime) -> timedelta:
        found = instant.astimezone(zone).utcoffset()
        assert found is not None
        return found

    step = timedelta(days=7)
    instant = datetime(FIRST_OFFSET_YEAR, 1, 1, tzinfo=UTC)
    end = datetime(LAST_OFFSET_YEAR, 1, 1, tzinfo=UTC)
    table = [(instant, offset_at(instant))]
    while instant < end:
        following = instant + step
        if offset_at(following) != table[-1][1]:
            low, high = instant, following
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
                low, high = (middle, high) if offset_at(middle) == table[-1][1] else (low, middle)
            table.append((high, offset_at(high)))
        instant = following
    return tuple(table)


def local_time(instant: datetime, zone_name: str) -> datetime:
    """The local time of an aware instant, naive, by :func:`offsets`."""
    table = offsets(zone_name)
    position = bisect_right(table, instant, key=itemgetter(0))
    offset = table[max(position - 1, 0)][1]
    return (instant.astimezone(UTC) + offset).replace(tzinfo=None)


def local_day(instant: datetime, zone_name: str) -> date:
    """The local day of an aware instant, by :func:`offsets`."""
    return local_time(instant, zone_name).date()


@dataclass(frozen=True, slots=True)
class AsOf:
    """The instant a question is asked at, in the zone whose days count."""

    instant: datetime
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if self.instant.tzinfo is None:
            raise ValueError("as_of must be an aware instant")
        object.__setattr__(self, "instant", self.instant.astimezone(UTC))

    @property
    def day(self) -> date:
        """The local day ``as_of`` falls on."""
        return local_day(self.instant, self.zone.key)

    def window_start(self, days: int, *, windows_back: int = 0) -> datetime:
        """First instant (UTC) of the window of ``days`` local days, or of the one ``windows_back`` before it."""
        return local_midnight(self.day - timedelta(days=days * (windows_back + 1) - 1), self.zone)
