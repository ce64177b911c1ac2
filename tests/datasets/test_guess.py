"""How many columns of public data are guessed right; the truth is written by hand, column by column.

The words were written with some of these headers in sight, so that the share is above what a strange file has.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from keepwell.intake.guess.proposal import propose
from keepwell.intake.readers import LIMITS
from keepwell.runs.first_load.add import look_at

pytestmark = pytest.mark.data

S = "skip"
TRUTH: dict[str, tuple[str, dict[str, str | tuple[str, ...]]]] = {
    "uci_online_retail/online_retail": ("order_line", {
        "InvoiceNo": "order_id", "StockCode": "product_id", "Description": "own:text", "Quantity": "quantity",
        "InvoiceDate": "occurred_at", "UnitPrice": "unit_price", "CustomerID": "party", "Country": "own:text",
    }),
    "complete_journey/transactions": ("order_line", {
        "household_id": "party", "store_id": "store", "basket_id": "order_id", "product_id": "product_id",
        "quantity": "quantity", "sales_value": "amount", "retail_disc": "discount", "coupon_disc": (S, "own:money"),
        "coupon_match_disc": (S, "own:money"), "week": S, "transaction_timestamp": "occurred_at",
    }),
    "complete_journey/demographics": ("party", {
        "household_id": "party", "age": "own:text", "income": "own:text", "home_ownership": "own:text",
        "marital_status": "own:text", "household_size": "own:text", "household_comp": "own:text",
        "kids_count": "own:text",
    }),
    "complete_journey/coupon_redemptions": ("interaction", {
        "household_id": "party", "coupon_upc": "own:text", "campaign_id": "own:text",
        "redemption_date": "occurred_at",
    }),
    "cdnow/cdnow_master": ("order_line", {
        "customer_id": "party", "date": "occurred_at", "quantity": "quantity", "amount": "amount",
    }),
    # Year and month stand apart, which no source can read as a time: nothing better than its numbers left out.
    "airline_loyalty/customer_flight_activity": ("interaction", {
        "Loyalty Number": "party", "Year": S, "Month": S, "Flights Booked": (S, "own:whole"),
        "Flights with Companions": (S, "own:whole"), "Total Flights": (S, "own:whole"), "Distance": (S, "own:whole"),
        "Points Accumulated": (S, "own:number"), "Points Redeemed": (S, "own:whole"),
        "Dollar Cost Points Redeemed": (S, "own:money"),
    }),
    "airline_loyalty/customer_loyalty_history": ("party", {
        "Loyalty Number": "party", "Country": "own:text", "Province": "own:text", "City": "own:text",
        "Postal Code": "personal:other", "Gender": "own:text", "Education": "own:text",
        "Salary": ("own:text", "own:number", "own:money"), "Marital Status": "own:text", "Loyalty Card": "own:text",
        "CLV": (S, "own:money"), "Enrollment Type": "own:text", "Enrollment Year": (S, "own:whole"),
        "Enrollment Month": (S, "own:whole"), "Cancellation Year": (S, "own:whole"),
        "Cancellation Month": (S, "own:whole"),
    }),
    "aws_saas_sales/saas_sales": ("order_line", {
        "Row ID": "line", "Order ID": "order_id", "Order Date": "occurred_at", "Date Key": S,
        "Contact Name": "personal:name", "Country": "own:text", "City": "own:text", "Region": "own:text",
        "Subregion": (S, "own:text"), "Customer": ("personal:name", "own:text"), "Customer ID": "party",
        "Industry": "own:text", "Segment": "own:text", "Product": "own:text", "License": "product_id",
        "Sales": "amount", "Quantity": "quantity", "Discount": (S, "own:number"), "Profit": S,
    }),
    "ravenstack_saas/support_tickets": ("interaction", {
        "ticket_id": "row_id", "account_id": "party", "submitted_at": "occurred_at", "closed_at": S,
        "resolution_time_hours": (S, "own:number"), "priority": ("own:text", "type", S),
        "first_response_time_minutes": (S, "own:number"), "satisfaction_score": "own:number",
        "escalation_flag": (S, "own:flag"),
    }),
    "ravenstack_saas/churn_events": ("interaction", {
        "churn_event_id": "row_id", "account_id": "party", "churn_date": "occurred_at", "reason_code": "type",
        "refund_amount_usd": ("amount", "own:money"), "preceding_upgrade_flag": (S, "own:flag"),
        "preceding_downgrade_flag": (S, "own:flag"), "is_reactivation": (S, "own:flag"),
        "feedback_text": "free_text",
    }),
}  # fmt: skip
COLUMNS_RIGHT_MIN = 0.85
KINDS_RIGHT_MIN = 0.85


def test_most_columns_are_guessed_right(data_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    right = of = kinds = 0
    wrong: list[str] = []
    for name, (fact, columns) in TRUTH.items():
        header_row, looked = look_at(data_folder / f"{name}.parquet", LIMITS)
        found = propose(looked, "x", header_row=header_row)
        kinds += found.fact == fact
        wrong += [] if found.fact == fact else [f"{name}: {found.fact}, truly {fact}"]
        assert {each.column for each in found.columns} == columns.keys()
        for each in found.columns:
            true = columns[each.column]
            fits = each.use in ((true,) if isinstance(true, str) else true)
            right, of = right + fits, of + 1
            wrong += [] if fits else [f"{name}.{each.column}: {each.use}, truly {true}"]
    with capsys.disabled():
        print(f"\nguessed right: {right} of {of} columns, {kinds} of {len(TRUTH)} kinds of fact")  # noqa: T201
        print("\n".join(f"  {each}" for each in wrong))  # noqa: T201
    assert right / of >= COLUMNS_RIGHT_MIN
    assert kinds / len(TRUTH) >= KINDS_RIGHT_MIN
