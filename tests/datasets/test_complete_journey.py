"""The Complete Journey: a year of till receipts of a grocer, by dunnhumby; lines only, orders are made of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.dataset_plans import DatasetPlan, counted, settings

if TYPE_CHECKING:
    import ibis.expr.types as ir

pytestmark = pytest.mark.data

RECEIPTS = """\
source: receipts
from: {files: data/receipts.parquet}
fact: order_line
system: card
columns:
  party: household_id
  occurred_at: transaction_timestamp
  order_id: basket_id
  product_id: product_id
  quantity: quantity
  amount: sales_value
"""

LINES = 1_469_307  # as published, and so are the next two
HOUSEHOLDS = 2_469
BASKETS = 155_848


def figures(orders: ir.Table) -> ir.Table:
    return orders.aggregate(
        orders=orders.count(),
        customers=orders.party_key.nunique(),
        lines=orders.lines.sum(),
        cents=orders.amount.sum(),
    )


def test_lines_become_orders(plan: DatasetPlan, data_folder: Path) -> None:
    plan.write(
        {
            "keepwell.toml": settings("Grocer", "America/New_York", "USD"),
            "sources/receipts.yml": RECEIPTS,
        }
    )
    plan.copy(data_folder / "complete_journey/transactions.parquet", "receipts.parquet")
    assert counted(plan.run()["receipts.parquet"]) == {"rows": LINES, "new": LINES}
    lines = plan.facts(
        "order_line", lambda table: table.aggregate(rows=table.count(), cents=table.amount.sum())
    )
    assert lines["rows"] == LINES
    assert plan.facts("order", figures) == {
        "orders": BASKETS,
        "customers": HOUSEHOLDS,
        "lines": LINES,
        "cents": lines["cents"],
    }
