"""Northern Lights Air: months of a loyalty programme. No date, but a year and a month; points with fractions; and
members told twice for one month, now with the same figures and now with others."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.dataset_plans import DatasetPlan, counted, settings

if TYPE_CHECKING:
    import ibis.expr.types as ir

pytestmark = pytest.mark.data

ACTIVITY = """\
source: activity
from: {files: data/activity.parquet}
fact: interaction
system: loyalty
key: [party, year, month]
columns:
  party: Loyalty Number
  year: {column: Year, type: whole}
  month: {column: Month, type: whole}
  occurred_at: {value: "day(year, month, 1)"}
  type: {value: "'month of flights'"}
  flights: {column: Total Flights, type: whole}
  distance: {column: Distance, type: whole}
  points: {column: Points Accumulated, type: number}
  redeemed: {column: Points Redeemed, type: number}
  redeemed_cost: {column: Dollar Cost Points Redeemed, type: number}
"""

ROWS = 405_624  # as published
MEMBERS, MONTHS = 16_737, 24
FACTS = MEMBERS * MONTHS
# Rows beyond the first for a member and month: ROWS - FACTS = 3,936. Those equal to some earlier row are duplicates
# (two of them equal one that contradicts the first itself), the others contradict it.
SAME, OTHER = 1_864, 2_072
WITH_FRACTIONS = 20_796  # first rows whose points are no whole number


def figures(activity: ir.Table) -> ir.Table:
    return activity.aggregate(
        facts=activity.count(),
        members=activity.party_key.nunique(),
        months=activity.occurred_on.nunique(),
        with_fractions=(activity.points % 1 != 0).sum(),
        first_day=activity.occurred_on.min(),
        last_day=activity.occurred_on.max(),
        first_instant=activity.occurred_at.min(),
        july=activity.occurred_at.max(where=activity.month == 7),
    )


def test_a_month_is_told_once(plan: DatasetPlan, data_folder: Path) -> None:
    assert FACTS + SAME + OTHER == ROWS
    plan.write(
        {
            "keepwell.toml": settings("Northern Lights Air", "America/Toronto", "CAD"),
            "sources/activity.yml": ACTIVITY,
        }
    )
    plan.copy(data_folder / "airline_loyalty/customer_flight_activity.parquet", "activity.parquet")
    assert counted(plan.run()["activity.parquet"]) == {
        "rows": ROWS,
        "new": FACTS,
        "duplicate": SAME,
        "quarantined": OTHER,
    }
    assert plan.reasons("activity") == {"=same_key": OTHER}
    assert plan.facts("interaction", figures) == {
        "facts": FACTS,
        "members": MEMBERS,
        "months": MONTHS,
        "with_fractions": WITH_FRACTIONS,
        "first_day": date(2017, 1, 1),
        "last_day": date(2018, 12, 1),
        "first_instant": datetime(2017, 1, 1, 5),  # noqa: DTZ001 (naive UTC: midnight of Toronto's winter)
        "july": datetime(2018, 7, 1, 4),  # noqa: DTZ001 (and of its summer)
    }
