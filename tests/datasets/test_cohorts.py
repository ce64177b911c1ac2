"""Cohorts of two real shops. Every table was worked out apart, with pandas, straight from the datasets' files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from keepwell.access.model import Viewer
from keepwell.answers.matrix import matrix
from keepwell.answers.newcomers import newcomers
from keepwell.answers.retention import Retention, retention
from keepwell.answers.sight import Sight
from keepwell.answers.silence import silence
from keepwell.cohorts.change import NoFall, NotEnoughData
from keepwell.wiring import deployment
from support.dataset_plans import DatasetPlan, settings

pytestmark = pytest.mark.data

OWNER = Viewer(1, "owner", frozenset())

PURCHASES = """\
source: purchases
from: {files: data/purchases.parquet}
fact: order
system: shop
columns:
  party: customer_id
  order_id: date
  occurred_at: date
  amount: amount
"""

EVERY_ROW_COUNTS = """\
# Of 80 purchases nothing was paid; as Fader and Hardie do, they count here, too.
rhythm: purchase
of: order
"""

LINES = """\
source: lines
from: {files: data/lines.parquet}
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
"""

CDNOW_CUSTOMERS = 23_570  # as published: all of them first bought in the first quarter of 1997
CDNOW_MONTHS = {
    "1997-01": "7846 1157 964 810 679 736 720 582 559 594 673 634 528 511 664 472 497 498",
    "1997-02": "8476 1312 980 783 847 786 626 619 666 721 661 545 568 718 545 548 551",
    "1997-03": "7248 1032 752 756 674 564 561 579 634 569 464 472 678 420 443 457",
}

GIFT_SHOP_CUSTOMERS = 4_338  # with a paid invoice, as often published
# The last month has nine days; so has each row's last figure.
GIFT_SHOP_MONTHS = {
    "2010-12": "885 324 286 340 321 352 321 309 313 350 331 445 235…",
    "2011-01": "417 92 111 96 134 120 103 101 125 136 152 49…",
    "2011-02": "380 71 71 108 103 94 96 106 94 116 26…",
    "2011-03": "452 68 114 90 101 76 121 104 126 39…",
    "2011-04": "300 64 61 63 59 68 65 78 22…",
    "2011-05": "284 54 49 49 59 66 75 27…",
    "2011-06": "242 42 38 64 56 81 23…",
    "2011-07": "188 34 39 42 51 21…",
    "2011-08": "169 35 42 41 21…",
    "2011-09": "299 70 90 34…",
    "2011-10": "358 86 41…",
    "2011-11": "323 36…",
    "2011-12": "41…",
}
GIFT_SHOP_QUARTERS = {
    "2010-10": "885 527 540 538 583…",
    "2011-01": "1249 625 621 606…",
    "2011-04": "826 346 362…",
    "2011-07": "656 287…",
    "2011-10": "722…",
}
# Within 1, 7 and 30 days, and on day 7 and day 30. The last newcomer of November began on the 30th.
GIFT_SHOP_NEWCOMERS = {
    "2010-12": ("13 116 270", "38 16"),
    "2011-01": ("2 13 74", "3 2"),
    "2011-02": ("1 11 52", "3 3"),
    "2011-03": ("0 8 56", "1 6"),
    "2011-04": ("3 12 45", "1 2"),
    "2011-05": ("3 9 35", "2 1"),
    "2011-06": ("5 8 35", "0 0"),
    "2011-07": ("0 5 34", "1 0"),
    "2011-08": ("0 2 21", "0 1"),
    "2011-09": ("2 10 50", "6 2"),
    "2011-10": ("2 16 78", "5 3"),
    "2011-11": ("3 22 62…", "5 0…"),
    "2011-12": ("0… 0… 0…", "0… 0…"),
}


@contextmanager
def seen(plan: DatasetPlan) -> Iterator[Sight]:
    plan.run()
    opened = deployment(plan.folder, {})
    with opened.sight() as sight:
        yield sight
    opened.close()


def shown(count: int, complete: bool) -> str:
    return f"{count}{'' if complete else '…'}"


def cohorts(found: Retention) -> dict[str, str]:
    return {
        f"{cohort.start:%Y-%m}": " ".join(
            [
                shown(cohort.size, cohort.complete),
                *(shown(cell.bought, cell.complete) for cell in cohort.cells),
            ]
        )
        for cohort in found.cohorts
    }


def test_cdnow(plan: DatasetPlan, data_folder: Path) -> None:
    plan.write(
        {
            "keepwell.toml": settings("CDNOW", "America/New_York", "USD"),
            "sources/purchases.yml": PURCHASES,
            "fields/purchase.yml": EVERY_ROW_COUNTS,
        }
    )
    plan.copy(data_folder / "cdnow/cdnow_master.parquet", "purchases.parquet")
    with seen(plan) as sight:
        assert cohorts(retention(sight, OWNER)) == CDNOW_MONTHS
        by_quarter = retention(sight, OWNER, by="quarter")
        assert cohorts(by_quarter) == {"1997-01": f"{CDNOW_CUSTOMERS} 5376 4263 4221 3817 3317"}
        assert by_quarter.trend.finding == NotEnoughData("periods", 1, 8)
        # 1998 has half of its months: what is there of it is no fall.
        assert not retention(sight, OWNER, by="year").cohorts[0].cells[0].complete
        stages = {f"{month.start:%Y-%m}": month.stages for month in silence(sight, OWNER).months}
        assert stages["1997-06"] == (2339, 1423, 19689, 119, 0)
        assert stages["1998-06"] == (1506, 989, 2865, 2972, 15238)
        assert all(sum(counts) == CDNOW_CUSTOMERS for month, counts in stages.items() if month >= "1997-03")
        # From July 1997 on; in New York it was still 2023 when this was asked.
        bought = matrix(sight, OWNER, months=(2023 - 1997) * 12 + 6)
        assert (bought.since, bought.customers) == (date(1997, 7, 1), 8_332)
        rows = [sum(cell.customers for cell in row) for row in bought.rows]
        assert rows == [3169, 1748, 1062, 1409, 944]
        assert sum(cell.spend or 0 for row in bought.rows for cell in row) == 106_935_650


def test_the_gift_shop(plan: DatasetPlan, data_folder: Path) -> None:
    plan.write({"keepwell.toml": settings("Gift shop", "Europe/London", "GBP"), "sources/lines.yml": LINES})
    plan.copy(data_folder / "uci_online_retail/online_retail.parquet", "lines.parquet")
    with seen(plan) as sight:
        by_month = retention(sight, OWNER)
        assert cohorts(by_month) == GIFT_SHOP_MONTHS
        assert sum(cohort.size for cohort in by_month.cohorts) == GIFT_SHOP_CUSTOMERS
        assert isinstance(by_month.trend.finding, NoFall)
        assert len(by_month.trend.points) == 11
        assert cohorts(retention(sight, OWNER, by="quarter")) == GIFT_SHOP_QUARTERS
        months = {
            f"{month.start:%Y-%m}": (
                " ".join(shown(back.within, back.complete) for back in month.back.values()),
                " ".join(shown(month.back[days].on, month.back[days].complete) for days in (7, 30)),
            )
            for month in newcomers(sight, OWNER).months
        }
        assert months == GIFT_SHOP_NEWCOMERS
