"""A small shop's plan folder with everything that can go wrong in its files, for trials of whole runs.

Three sources: orders (a key, personal columns, free text, a rule), members (their number is their phone) and
visits (no key). The second day brings corrections, an overlapping file, and a changed file.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from support.lean import only

FIRST_DAY = datetime(2025, 3, 10, 4, 0, tzinfo=UTC)
SECOND_DAY = datetime(2025, 3, 11, 4, 0, tzinfo=UTC)

SETTINGS = """\
format = 1
name = "Trial shop"
time_zone = "Asia/Shanghai"
currency = "CNY"

[lake]
threads = 1
"""

ORDERS = """\
source: orders
from: {files: data/orders*.csv}
fact: order
system: shop
key: [order_id]
columns:
  order_id: order_no
  party: customer_no
  occurred_at: {column: ordered_at, format: "%Y-%m-%d %H:%M"}
  amount: paid
  status: status
  items: {column: items, type: whole}
  buyer: {column: buyer, personal: name}
  phone: {column: phone, personal: phone}
  note: {column: note, free_text: true}
valid:
  - rule: amount <= 50000
    say: {en: No order is worth that much here, zh: 单笔订单金额不可能这么大}
"""

MEMBERS = """\
source: members
from: {files: data/members.csv}
fact: party
system: card
key: [party]
columns:
  party: {column: member_no, personal: phone}
  occurred_at: {column: joined_on, format: "%Y-%m-%d"}
  name: {column: name, personal: name}
  email: {column: email, personal: email}
  id_number: {column: id_number, personal: national_id}
  city: {column: city, type: text}
"""

VISITS = """\
source: visits
from: {files: data/visits*.jsonl}
fact: interaction
system: shop
columns:
  party: customer_no
  occurred_at: at
  type: {value: "'visit'"}
"""

ORDER_HEADER = "order_no,customer_no,ordered_at,paid,status,items,buyer,phone,note\n"

FIRST_ORDERS = (
    ORDER_HEADER
    + """\
A1,C1,2025-01-05 10:00,100.00,paid,1,Iris Meadow,13800138001,call after six
A2,C1,2025-02-05 10:00,120.50,paid,2,Iris Meadow,13800138001,
A3,C2,2025-01-07 11:30,80.00,paid,1,Hazel Brook,13800138002,leave with the neighbour
A4,C2,2025-03-08 11:30,85.00,returned,1,Hazel Brook,13800138002,
A5,C3,2025-02-20 09:15,40.00,paid,3,Olive Harbour,13800138003,
A6,,2025-02-21 09:20,15.00,paid,1,,,
A2,C1,2025-02-05 10:00,120.50,paid,2,Iris Meadow,13800138001,
A3,C2,2025-01-07 11:30,81.00,paid,1,Hazel Brook,13800138002,leave with the neighbour
A7,C4,2025-02-30 10:00,60.00,paid,1,Basil Quill,13800138004,
A8,C4,2025-03-01 10:00,n/a,paid,1,Basil Quill,13800138004,
A9,C4,2025-03-01 10:00,99999.00,paid,1,Basil Quill,13800138004,
A10,C5,2025-03-02 10:00,55.00
"""
)

SECOND_ORDERS = (
    ORDER_HEADER
    + """\
A4,C2,2025-03-08 11:30,85.00,paid,1,Hazel Brook,13800138012,second thoughts
A5,C3,2025-02-20 09:15,40.00,paid,3,Olive Harbour,13800138003,
A11,C3,2025-03-09 12:00,42.00,paid,1,Olive Harbour,13800138003,
A12,C6,2025-03-10 12:00,23.00,paid,1,Reed Lantern,13800138006,
A13,C6,2025-03-10 25:00,23.00,paid,1,Reed Lantern,13800138006,
"""
)

FIRST_MEMBERS = """\
member_no,joined_on,name,email,id_number,city
13900139001,2024-05-01,Fern Orchard,fern@orchard.example,,Chengdu
13900139002,2024-06-01,Linden Pebble,linden@pebble.example,11010519491231002X,Xian
12345,2024-07-01,Clover Thistle,clover@thistle.example,,Wuhan
13900139004,2024-08-01,Sage Willow,no address,,Nanjing
"""

SECOND_MEMBERS = FIRST_MEMBERS.replace("12345,", "13900139003,").replace("Xian", "Beijing")

FIRST_VISITS = """\
{"customer_no": "C1", "at": "2025-03-01T10:00:00+08:00"}
{"customer_no": "C1", "at": "2025-03-01T10:00:00+08:00"}
{"customer_no": "C2", "at": "2025-03-03T18:30:00+08:00"}
{"customer_no": "C9", "at": "2025-03-03T18:31:00+08:00"}
not JSON at all, but about Iris Meadow
"""

SECOND_VISITS = """\
{"customer_no": "C2", "at": "2025-03-03T18:30:00+08:00"}
{"customer_no": "C2", "at": "2025-03-09T18:30:00+08:00"}
"""


def write_shop(folder: Path) -> Path:
    """Write the plan and the first day's files."""
    write(
        folder,
        {
            "keepwell.toml": SETTINGS,
            "sources/orders.yml": ORDERS,
            "sources/members.yml": MEMBERS,
            "sources/visits.yml": VISITS,
            "data/orders.csv": FIRST_ORDERS,
            "data/members.csv": FIRST_MEMBERS,
            "data/visits.jsonl": FIRST_VISITS,
            **only("about_to_leave", "lifecycle_stage", "rfm_class", "orders_lifetime", "spend_lifetime"),
        },
    )
    return folder


def write_second_day(folder: Path) -> None:
    """Write what the second day brings."""
    write(
        folder,
        {
            "data/orders-2.csv": SECOND_ORDERS,
            "data/members.csv": SECOND_MEMBERS,
            "data/visits-2.jsonl": SECOND_VISITS,
        },
    )


def write(folder: Path, texts: dict[str, str]) -> None:
    """Write files under a folder."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
