"""A made-up shop whose tills tell order lines: fifty lines in twenty orders for each customer, over three years."""

from __future__ import annotations

from typing import ClassVar

from shop import SETTINGS, Shop

MEMORY_MB = 7_000
"""What the engine may hold; Python and what DuckDB does not count come on top."""

LINES = """\
source: lines
from: {files: data/lines.*}
fact: order_line
system: shop
key: [line]
columns:
  line: {type: text}
  order_id: order_no
  party: customer_no
  occurred_at: sold_at
  product_id: product
  category: category
  quantity: pieces
  amount: paid
  discount: off
  cost: cost
  status: status
  channel: channel
  store: store
"""

# Five lines in two orders: three in the first, two in the second. What is of the order follows from its number o.
# Everybody has favourites: the smaller of two random numbers leans to the small ones.
HISTORY = """
    WITH numbered AS (SELECT n, (n // 5) * 2 + (n % 5) // 3 AS o, n // 50 AS c FROM ({numbers})),
    drawn AS (SELECT *, least(hash(n, 1) % 3000, hash(n, 2) % 3000)::BIGINT AS p, hash(o, 3) % 10 < 3 AS cut,
                     ((hash(n, 4) % 20000)::BIGINT + 100) AS fen FROM numbered)
    SELECT 'L' || lpad(n::VARCHAR, 10, '0') AS line, 'O' || lpad(o::VARCHAR, 10, '0') AS order_id,
           'C' || lpad(c::VARCHAR, 8, '0') AS party,
           TIMESTAMP '2023-06-01' + to_seconds((hash(o) % 94600000)::BIGINT) AS occurred_at,
           'P' || p::VARCHAR AS product_id, 'K' || (p % 20)::VARCHAR AS category,
           (hash(n, 5) % 3 + 1)::DOUBLE AS quantity, (fen / 100)::DECIMAL(12, 2) AS amount,
           (CASE WHEN cut THEN fen // 5 ELSE 0 END / 100)::DECIMAL(12, 2) AS discount,
           CASE WHEN hash(p, 6) % 10 > 0 THEN (fen * 3 // 5 / 100)::DECIMAL(12, 2) END AS cost,
           CASE WHEN hash(o, 7) % 50 = 0 THEN 'returned' WHEN hash(o, 7) % 50 = 1 THEN 'cancelled' ELSE 'paid' END
               AS status,
           ['app', 'web', 'shop', 'phone'][least(hash(o, 8) % 4, hash(o, 9) % 4)::INT + 1] AS channel,
           'S' || (c * 7 % 200 + hash(o, 10) % 3)::VARCHAR AS store
    FROM drawn
"""


class Till(Shop):
    """The shop's plan folder and its sizes; a fact is an order line."""

    plan: ClassVar[dict[str, str]] = {
        "keepwell.toml": f"{SETTINGS}\n[lake]\nmemory_limit_mb = {MEMORY_MB}\n",
        "sources/lines.yml": LINES,
    }
    source = "lines"

    def history(self, numbers: str) -> str:
        """SQL of the lines held whose numbers ``n`` a query gives."""
        return HISTORY.format(numbers=numbers)
