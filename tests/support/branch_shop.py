"""A business of two regions with three stores: who sees whom can be said by hand.

Store s1 and s2 are in the north, s3 in the south. Ann buys in s1, Bob in s2, Cat in s3; Dan in a store that no
source knows, and Eve without a store.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from keepwell.wiring import Deployment
from support.served_shop import open_shop, publish_plan, run_plan
from support.trial_shop import write

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)

SETTINGS = """\
format = 1
name = "Branches"
time_zone = "Asia/Shanghai"
currency = "CNY"

[units]
field = "last_store"
"""
ORDERS = """\
source: orders
from: {files: data/orders.csv}
fact: order
system: shop
key: [order_id]
columns:
  order_id: id
  party: who
  occurred_at: at
  amount: paid
  store: store
  name: {personal: name}
  phone: {personal: phone}
"""
UNITS = """\
source: stores
from: {files: data/stores*.csv}
fact: unit
key: [unit]
columns: {unit: id, parent: above, label: label, level: level}
"""
STORES = """\
id,above,label,level
north,,North,region
south,,<b>South</b>,region
s1,north,Store 1,store
s2,north,Store 2,store
s3,south,Store 3,store
"""
BUYERS = {"ann": ("s1", 100), "bob": ("s2", 200), "cat": ("s3", 300), "dan": ("gone", 400), "eve": ("", 500)}
PHONES = {who: f"1381234560{number}" for number, who in enumerate(BUYERS)}


def orders() -> str:
    """Three orders of each."""
    rows = [
        f"{who}{month},{who},2026-0{month}-05 10:00,{paid},{store},{who.title()} Wang,{PHONES[who]}\n"
        for who, (store, paid) in BUYERS.items()
        for month in (3, 4, 5)
    ]
    return "id,who,at,paid,store,name,phone\n" + "".join(rows)


def write_branches(folder: Path, *, stores: str = STORES, settings: str = SETTINGS) -> None:
    """The plan folder, not published."""
    write(
        folder,
        {
            "keepwell.toml": settings,
            "sources/orders.yml": ORDERS,
            "sources/stores.yml": UNITS,
            "data/orders.csv": orders(),
            "data/stores.csv": stores,
        },
    )


def branches(folder: Path) -> Deployment:
    """The business, published and run."""
    write_branches(folder)
    shop = open_shop(folder)
    publish_plan(shop, now=NOW)
    run_plan(shop, now=NOW)
    return shop
