"""CDNOW: every purchase of 23,570 people who first bought compact discs in early 1997, as Fader and Hardie give it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.dataset_plans import DatasetPlan, counted, settings

if TYPE_CHECKING:
    import ibis.expr.types as ir

pytestmark = pytest.mark.data

PURCHASES = """\
source: purchases
from: {files: data/purchases.parquet}
fact: interaction
system: shop
columns:
  party: customer_id
  occurred_at: date
  amount: amount
  discs: {column: quantity, type: whole}
"""

ROWS = 69_659  # as published, and so are the next two
CUSTOMERS = 23_570
TOTAL_CENTS = 250_031_563  # $2,500,315.63


def figures(purchases: ir.Table) -> ir.Table:
    return purchases.aggregate(
        rows=purchases.count(),
        customers=purchases.party_key.nunique(),
        cents=purchases.amount.sum(),
        first=purchases.occurred_on.min(),
        last=purchases.occurred_on.max(),
    )


def test_all_purchases_arrive(plan: DatasetPlan, data_folder: Path) -> None:
    plan.write(
        {
            "keepwell.toml": settings("CDNOW", "America/New_York", "USD"),
            "sources/purchases.yml": PURCHASES,
        }
    )
    plan.copy(data_folder / "cdnow/cdnow_master.parquet", "purchases.parquet")
    assert counted(plan.run()["purchases.parquet"]) == {"rows": ROWS, "new": ROWS}
    assert plan.facts("interaction", figures) == {
        "rows": ROWS,
        "customers": CUSTOMERS,
        "cents": TOTAL_CENTS,
        "first": date(1997, 1, 1),
        "last": date(1998, 6, 30),
    }
