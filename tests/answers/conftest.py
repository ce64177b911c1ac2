"""A shop that was run once: who leaves, who stays, who is new, and what came at one instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from keepwell.access.model import Scope, Viewer
from keepwell.answers.sight import Sight
from support.served_shop import HEADER, NOW, SETTINGS, open_shop, publish_plan, run_plan
from support.trial_shop import write

# (customer, days ago of orders, paid, phone)
CUSTOMERS: list[tuple[str, list[int], str, str]] = [
    ("ada", [70 + 7 * n for n in range(6)], "120.50", "13812345678"),
    ("bea", [70 + 7 * n for n in range(4)], "300", "13912345678"),
    ("cid", [2 + 9 * n for n in range(6)], "80", "13712345678"),
    ("dot", [3], "15", ""),
    # Eight orders, five of them at one instant.
    ("eve", [5, 10, 10, 10, 10, 10, 20, 30], "10", ""),
]

ORDERS = """\
source: orders
from: {files: data/orders.csv}
fact: order
system: shop
key: [order_id]
columns:
  order_id: order_no
  party: customer_no
  occurred_at: ordered_at
  amount: paid
  channel: channel
  name: {personal: name}
  phone: {personal: phone}
"""

MEMBERS = """\
source: members
from: {files: data/members.csv}
fact: party
system: shop
key: [party]
columns:
  party: member_no
  occurred_at: joined
"""


@pytest.fixture(scope="package")
def sight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sight]:
    folder = tmp_path_factory.mktemp("answers")
    rows = [
        f"{party}-{number},{party},{NOW - timedelta(days=days):%Y-%m-%d %H:%M},{paid},web,Wang Xiaoming,{phone}\n"
        for party, of_party, paid, phone in CUSTOMERS
        for number, days in enumerate(of_party)
    ]
    write(
        folder,
        {
            "keepwell.toml": SETTINGS,
            "sources/orders.yml": ORDERS,
            "sources/members.yml": MEMBERS,
            "data/orders.csv": HEADER + "".join(rows),
            "data/members.csv": "member_no,joined\nfay,2026-01-01\n",
        },
    )
    shop = open_shop(folder)
    publish_plan(shop)
    run_plan(shop)
    with shop.sight() as seen:
        yield seen
    shop.close()


@pytest.fixture
def owner() -> Viewer:
    """Sees everybody."""
    return Viewer(1, "owner", frozenset({"administrator"}))


@pytest.fixture
def clerk() -> Viewer:
    """Sees those who spent less than 500 in a year."""
    return Viewer(2, "clerk", frozenset({"clerk"}), scope=Scope("spend_365d < 500"))
