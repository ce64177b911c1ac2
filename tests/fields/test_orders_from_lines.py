"""Where only lines are told, an order is made of them; where orders are told too, none is made twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from keepwell.catalog.files import PlanFiles
from keepwell.catalog.load import load
from keepwell.catalog.plan import Plan
from support.known_facts import Fact, Fields, fields_of
from support.plans import ORDERS, SETTINGS

AT = datetime(2025, 6, 10, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
AS_OF = datetime(2025, 6, 30, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
MINUTE = timedelta(minutes=1)

LINES = """\
source: lines
from: {files: data/lines.csv}
fact: order_line
system: shop
key: [line]
columns:
  line: {column: line, type: text}
  order_id: order_no
  party: customer_no
  occurred_at: at
  product_id: product
  amount: paid
  discount: discount
  cost: cost
  quantity: quantity
  status: status
  channel: channel
"""

MEASURES = "---\n".join(
    f"measure: {name}\nof: order\n{what}\n"
    for name, what in {
        "orders": "count: true",
        "spend": "sum: amount",
        "least": "min: amount",
        "off": "sum: discount",
        "cost": "sum: cost",
        "margin": "sum: amount - cost",
        "items": "sum: quantity",
        "rows": "sum: lines",
        "status": "last: status",
        "channel": "last: channel",
        "first_at": "min: occurred_at",
        "last_at": "max: occurred_at",
        "last_key": "last: key",
        "of_source": "last: source",
    }.items()
)


def plan_of(*, fields: str = MEASURES, **sources: str) -> Plan:
    files = {f"sources/{name}.yml": text for name, text in sources.items()}
    return load(PlanFiles({"keepwell.toml": SETTINGS, "fields/test.yml": fields} | files), library=False)


def line(party: str | None, order: str, number: int, at: datetime, amount: int, **columns: object) -> Fact:
    return Fact(party, at, f"{order}/{number}", {"order_id": order, "amount": amount, **columns})


FACTS = [
    line("ada", "1", 1, AT, 1000, discount=50, quantity=2.0, cost=600, status="paid", channel="app"),
    line("ada", "1", 2, AT + MINUTE, 250, quantity=0.5, cost=100, status="paid", channel="app"),
    line("ada", "1", 3, AT + 2 * MINUTE, -50, status="paid", channel="app"),
    line("ada", "2", 1, AT + timedelta(days=3), 400, quantity=1.0, cost=150, channel="shop"),
    # The number of an order is a system's, but two customers may have the same.
    line("bea", "1", 1, AT, 70),
    # Begun on one day, finished on the next: it happened when its first line did.
    line("cid", "9", 1, AT.replace(hour=23, minute=59), 10),
    line("cid", "9", 2, AT.replace(hour=23, minute=59) + MINUTE, 10),
    # Nobody's.
    line(None, "7", 1, AT, 99),
    # Too much for 64 bits.
    line("big", "5", 1, AT, 2**63 - 1),
    line("big", "5", 2, AT, 2**63 - 1),
]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fields]:
    return fields_of(tmp_path_factory.mktemp("lines"), plan_of(lines=LINES), {"lines": FACTS}, AS_OF)


def test_lines_of_one_number_are_one_order(found: dict[str, Fields]) -> None:
    ada = found["ada"]
    assert (ada["orders"], ada["rows"]) == (2, 4)
    assert (ada["spend"], ada["least"], ada["off"], ada["items"]) == (1600, 400, 50, 3.5)
    assert (ada["status"], ada["channel"]) == ("paid", "shop")
    assert (ada["last_key"], ada["of_source"]) == ("2", "lines")


def test_the_same_number_of_another_customer_is_another_order(found: dict[str, Fields]) -> None:
    assert (found["bea"]["orders"], found["bea"]["spend"], found["bea"]["items"]) == (1, 70, None)


def test_an_order_happened_when_its_first_line_did(found: dict[str, Fields]) -> None:
    assert found["cid"]["orders"] == 1
    assert found["cid"]["first_at"] == found["cid"]["last_at"]
    assert found["cid"]["first_at"].isoformat() == "2025-06-10T15:59:00"


def test_an_order_that_does_not_fit_has_no_amount_and_still_counts(found: dict[str, Fields]) -> None:
    assert (found["big"]["orders"], found["big"]["rows"], found["big"]["least"]) == (1, 2, None)
    assert found["big"]["spend"] is None


def test_the_cost_of_an_order_is_known_where_that_of_each_line_is(found: dict[str, Fields]) -> None:
    """Of ada's first order one of three lines has none: 250 is left of the second, which cost 150 of 400."""
    assert (found["ada"]["cost"], found["ada"]["margin"]) == (150, 250)
    assert (found["bea"]["cost"], found["bea"]["margin"]) == (None, None)


def test_lines_without_a_customer_make_nobodys_order(found: dict[str, Fields]) -> None:
    assert set(found) == {"ada", "bea", "cid", "big"}


@pytest.mark.parametrize(("system", "orders", "spend"), [("shop", 1, 500), ("till", 3, 2100)])
def test_lines_make_no_orders_where_a_source_of_their_system_tells_them(
    tmp_path: Path, system: str, orders: int, spend: int
) -> None:
    both = "measure: orders\nof: order\ncount: true\n---\nmeasure: spend\nof: order\nsum: amount\n"
    plan = plan_of(fields=both, orders=ORDERS, lines=LINES.replace("system: shop", f"system: {system}"))
    told = Fact("ada", AT, "A1", {"order_id": "A1", "amount": 500, "status": "paid"})
    fields = fields_of(tmp_path, plan, {"orders": [told], "lines": FACTS}, AS_OF)["ada"]
    assert (fields["orders"], fields["spend"]) == (orders, spend)
