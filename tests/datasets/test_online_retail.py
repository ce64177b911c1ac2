"""UCI Online Retail: a year of a British gift shop, real lines with cancellations and bad debts, and no key."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from support.dataset_plans import DatasetPlan, counted, settings

if TYPE_CHECKING:
    import ibis.expr.types as ir

pytestmark = pytest.mark.data

DATASET = "uci_online_retail/online_retail.parquet"

LINES = """\
source: lines
from: {files: "data/lines*"}
fact: order_line
system: shop
columns:
  order_id: InvoiceNo
  product_id: StockCode
  party: CustomerID
  occurred_at: InvoiceDate
  unit_price: {column: UnitPrice, type: number}
  quantity: Quantity
  amount: {value: quantity * unit_price}
valid:
  - rule: unit_price >= 0
    say: {en: a price below zero, zh: 单价小于零}
"""
PLAN = {"keepwell.toml": settings("Gift shop", "Europe/London", "GBP"), "sources/lines.yml": LINES}

ROWS = 541_909  # as published
BAD_DEBTS = 2  # A563186 and A563187, "Adjust bad debt", the only prices below zero
ACCEPTED = ROWS - BAD_DEBTS
WITHOUT_CUSTOMER = 135_080  # rows that name no customer; both bad debts are among them
ANONYMOUS = WITHOUT_CUSTOMER - BAD_DEBTS
CUSTOMERS = 4_372  # as published
CANCELLED_LINES = 9_288  # invoices that begin with C, as published

PUBLISHED_TOTAL = Decimal("9747747.934")  # quantity times price over all rows
BAD_DEBT = Decimal("-11062.06")
EXACT_TOTAL = PUBLISHED_TOTAL - BAD_DEBTS * BAD_DEBT
# Four lines of one piece at £0.001 come to a tenth of a penny each and are rounded to nothing. All other prices
# are whole pennies, so nothing else is rounded.
SUB_PENNY_LINES = 4
TOTAL_PENCE = 976_987_205

FACTS = {
    "rows": ACCEPTED,
    "anonymous": ANONYMOUS,
    "customers": CUSTOMERS,
    "cancelled": CANCELLED_LINES,
    "pence": TOTAL_PENCE,
}


def figures(lines: ir.Table) -> ir.Table:
    return lines.aggregate(
        rows=lines.count(),
        anonymous=lines.party_key.isnull().sum(),
        customers=lines.party_key.nunique(),
        cancelled=lines.order_id.startswith("C").sum(),
        pence=lines.amount.sum(),
    )


def test_the_total_is_the_published_one_but_for_bad_debts_and_rounding() -> None:
    lost_pence = EXACT_TOTAL * 100 - TOTAL_PENCE
    assert lost_pence == SUB_PENNY_LINES * Decimal("0.1")


def test_every_row_is_accounted_for_and_read_once(plan: DatasetPlan, data_folder: Path) -> None:
    plan.write(PLAN)
    file = plan.copy(data_folder / DATASET, "lines.parquet")
    [counts] = plan.run().values()
    assert counted(counts) == {
        "rows": ROWS,
        "new": ACCEPTED,
        "quarantined": BAD_DEBTS,
        "anonymous": ANONYMOUS,
    }
    assert plan.reasons("lines") == {"=rule_1": BAD_DEBTS}
    assert plan.facts("order_line", figures) == FACTS

    os.utime(file)
    assert plan.run() == {}
    plan.copy(data_folder / DATASET, "lines-again.parquet")
    again = plan.run()
    assert counted(again["lines-again.parquet"]) == {
        "rows": ROWS,
        "unchanged": ACCEPTED,
        "quarantined": BAD_DEBTS,
    }
    assert plan.facts("order_line", figures) == FACTS


def test_the_same_rows_as_csv_are_the_same_facts(plan: DatasetPlan, data_folder: Path) -> None:
    plan.write(PLAN)
    (plan.folder / "data").mkdir()
    pc.write_csv(pq.read_table(data_folder / DATASET), plan.folder / "data/lines.csv")
    [counts] = plan.run().values()
    assert (counts.rows, counts.new, counts.quarantined) == (ROWS, ACCEPTED, BAD_DEBTS)
    assert plan.facts("order_line", figures) == FACTS
