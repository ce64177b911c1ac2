"""A shop of orders and visits that was run as of an instant, for questions about cohorts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from keepwell.answers.sight import Sight
from support.served_shop import SETTINGS, open_shop, publish_plan, run_plan
from support.trial_shop import write

ORDERS = """\
source: orders
from: {files: data/orders.csv}
fact: order
system: shop
key: [order_id]
columns:
  order_id: order_no
  party: customer
  occurred_at: at
  amount: paid
  status: status
"""

VISITS = """\
source: visits
from: {files: data/visits.csv}
fact: interaction
system: shop
columns:
  party: customer
  occurred_at: at
"""

VIP = """\
segment: vip
label: VIPs
where: orders_lifetime >= 3
"""

Order = tuple[str, str, str, str]
"""Customer, local time, amount, status."""
Visit = tuple[str, str]
"""Customer, local time."""


def write_cohort_shop(
    folder: Path, orders: Iterable[Order], visits: Iterable[Visit], files: dict[str, str] | None = None
) -> None:
    """The plan folder, not published. There is no source of visits without visits."""
    order_rows = [f"{number},{','.join(row)}\n" for number, row in enumerate(orders)]
    visit_rows = [f"{','.join(row)}\n" for row in visits]
    texts = {
        "keepwell.toml": SETTINGS,
        "sources/orders.yml": ORDERS,
        "segments/vip.yml": VIP,
        "data/orders.csv": "order_no,customer,at,paid,status\n" + "".join(order_rows),
    }
    if visit_rows:
        texts["sources/visits.yml"] = VISITS
        texts["data/visits.csv"] = "customer,at\n" + "".join(visit_rows)
    write(folder, texts | (files or {}))


@contextmanager
def cohort_sight(
    folder: Path,
    orders: Iterable[Order],
    visits: Iterable[Visit],
    now: datetime,
    files: dict[str, str] | None = None,
) -> Iterator[Sight]:
    """What there is to see after a run at ``now``."""
    write_cohort_shop(folder, orders, visits, files)
    shop = open_shop(folder)
    publish_plan(shop, now=now)
    run_plan(shop, now=now)
    with shop.sight() as sight:
        yield sight
    shop.close()
