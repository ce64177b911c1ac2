"""A fall in a shop's own orders: found where it was planted, and never made of a month that is not over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from keepwell.access.model import Viewer
from keepwell.answers.newcomers import newcomers
from keepwell.answers.retention import retention
from keepwell.answers.silence import silence
from keepwell.cohorts.change import Fall, NoFall
from support.cohort_shop import Order, cohort_sight

CUSTOMERS = 200
NOW = datetime(2025, 3, 4, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
"""Four days into the month after the last of fourteen."""


def orders(came_back: Sequence[int]) -> Iterator[Order]:
    """200 new customers on the 5th of each month from January 2024 on; so many of them bought again a month later."""
    for month, count in enumerate(came_back):
        for customer in range(CUSTOMERS):
            name = f"c{month}-{customer}"
            yield (name, f"{_month(month)}-05 10:00", "10", "")
            if customer < count:
                yield (name, f"{_month(month + 1)}-0{1 if month == 13 else 3} 10:00", "10", "")


def _month(number: int) -> str:
    return f"{2024 + number // 12}-{number % 12 + 1:02}"


def test_a_planted_fall_is_found(owner: Viewer, tmp_path: Path) -> None:
    """60 of 200 came back, 30 of those who began in September 2024 or later; of the last, 4 so far."""
    came_back = [60] * 8 + [30] * 5 + [4]
    with cohort_sight(tmp_path, orders(came_back), [], NOW) as sight:
        by_month = retention(sight, owner).trend
        within_30 = newcomers(sight, owner).trend
        heard_again = silence(sight, owner).trend
    for trend, since in (
        (by_month, date(2024, 9, 1)),
        (within_30, date(2024, 9, 1)),
        (heard_again, date(2024, 10, 1)),
    ):
        assert isinstance(trend.finding, Fall)
        assert trend.points[trend.finding.at].start == since
        assert trend.finding.seasons == 1
    assert [(point.kept, point.of) for point in by_month.points] == [(60, 200)] * 8 + [(30, 200)] * 5
    assert isinstance(by_month.finding, Fall)
    assert round(by_month.finding.change, 12) == -0.5
    # Those heard from in a month: its newcomers, and those who came back in it.
    expected = [(60, 200), *[(60, 260)] * 7, *[(30, 260)], *[(30, 230)] * 4]
    assert [(point.kept, point.of) for point in heard_again.points] == expected


def test_a_month_that_is_not_over_is_no_fall(owner: Viewer, tmp_path: Path) -> None:
    with cohort_sight(tmp_path, orders([60] * 13 + [2]), [], NOW) as sight:
        for trend in (
            retention(sight, owner).trend,
            newcomers(sight, owner).trend,
            silence(sight, owner).trend,
        ):
            assert isinstance(trend.finding, NoFall)
            assert len(trend.points) == 13


@pytest.mark.parametrize("months_later", [1, 24])
def test_files_that_end_early_make_no_fall(months_later: int, owner: Viewer, tmp_path: Path) -> None:
    """Whenever the same files are asked: they end on 1 March, so nothing is known of what follows."""
    later = NOW.replace(year=NOW.year + months_later // 12, month=NOW.month + months_later % 12)
    with cohort_sight(tmp_path, orders([60] * 13 + [2]), [], later) as sight:
        found = retention(sight, owner)
    assert isinstance(found.trend.finding, NoFall)
    assert len(found.trend.points) == 13
    assert not found.cohorts[-1].cells[0].complete
