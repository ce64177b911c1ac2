"""Periods by number, and how far what we know reaches."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from keepwell.cohorts.periods import By, Reach, first_day, last_day, number_of
from keepwell.core.clock import AsOf

SHANGHAI = ZoneInfo("Asia/Shanghai")
JUNE_2025 = number_of(date(2025, 6, 1), "month")


@pytest.mark.parametrize(
    ("by", "day", "first", "last"),
    [
        ("month", "2024-02-29", "2024-02-01", "2024-02-29"),
        ("month", "2024-12-31", "2024-12-01", "2024-12-31"),
        ("quarter", "2025-03-31", "2025-01-01", "2025-03-31"),
        ("quarter", "2025-04-01", "2025-04-01", "2025-06-30"),
        ("year", "2025-12-31", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_day_lies_in_its_period(by: By, day: str, first: str, last: str) -> None:
    number = number_of(date.fromisoformat(day), by)
    assert (first_day(number, by), last_day(number, by)) == (
        date.fromisoformat(first),
        date.fromisoformat(last),
    )
    assert number_of(first_day(number + 1, by), by) == number + 1


@pytest.mark.parametrize(
    ("as_of", "latest", "whole", "june_is_over"),
    [
        # The last microsecond of a day is its end; facts have to reach the day, too.
        ("2025-06-30 23:59:59.999999", "2025-06-30", "2025-06-30", True),
        ("2025-06-30 23:59:59.999998", "2025-06-30", "2025-06-29", False),
        ("2025-07-15 12:00", "2025-06-30", "2025-06-30", True),
        ("2025-07-15 12:00", "2025-06-29", "2025-06-29", False),
        ("2025-07-15 12:00", "2025-07-15", "2025-07-14", True),
    ],
)
def test_what_is_over(as_of: str, latest: str, whole: str, june_is_over: bool) -> None:
    instant = datetime.fromisoformat(as_of).replace(tzinfo=SHANGHAI)
    reach = Reach(AsOf(instant, SHANGHAI), date.fromisoformat(latest))
    assert reach.last_whole_day == date.fromisoformat(whole)
    assert reach.covers(JUNE_2025, "month") is june_is_over
