"""Plans for tests: small files that are right, to be changed in one place."""

from __future__ import annotations

import pytest

from keepwell.catalog.files import PlanFiles
from keepwell.catalog.load import load
from keepwell.catalog.plan import Plan
from keepwell.core.errors import PlanRefused

SETTINGS = """\
format = 1
name = "Test shop"
time_zone = "Asia/Shanghai"
currency = "CNY"
"""

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
  status: status
  items: {type: whole}
  phone: {personal: phone}
  note: {free_text: true}
"""


def plan_files(files: dict[str, str] | None = None, **texts: str) -> PlanFiles:
    """Good settings and a source of orders, and ``files``; ``fields="…"`` is fields/test.yml and so on."""
    named = {f"{folder}/test.yml": text for folder, text in texts.items()}
    return PlanFiles({"keepwell.toml": SETTINGS, "sources/orders.yml": ORDERS} | named | (files or {}))


def good(files: dict[str, str] | None = None, *, library: bool = True, **texts: str) -> Plan:
    """The plan these files make."""
    return load(plan_files(files, **texts), library=library)


def problems(files: dict[str, str] | None = None, *, library: bool = True, **texts: str) -> str:
    """What a person reads about these files, one problem on each line."""
    with pytest.raises(PlanRefused) as refused:
        load(plan_files(files, **texts), library=library)
    return str(refused.value)
