"""The shipped measures of a shop that tells order lines, in SQL written by hand for DuckDB.

It works as well as we know how: facts are added up once per customer and band of time, the bands of a customer are put
side by side, and windows are added up from them; different values go by the band of their latest occurrence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

MIDNIGHT = "TIMESTAMP '2026-05-31 16:00:00'"
"""The beginning, in UTC, of the day in Shanghai at which the bench asks."""
NOW = "TIMESTAMP '2026-06-01 04:00:00'"
TODAY = "DATE '2026-06-01'"

ORDER_EDGES = (7, 30, 60, 90, 180, 360, 365, 730)
LINE_EDGES = (30, 90, 180, 365)

EVERY = "7d 30d 90d 180d 365d prev_30d prev_90d prev_180d prev_365d lifetime"
SOME = "30d 90d 365d lifetime"
FEW = "90d 365d lifetime"
LONG = "365d lifetime"
ONCE = ""
"""A measure over a lifetime whose name says no window."""

OK = "amount > 0 AND status NOT IN ('cancelled', 'returned')"

ORDER_PARTS = {
    # name: (aggregate over the facts of a band, how bands are joined, windows)
    "orders": (f"count(*) FILTER ({OK})", "add", EVERY),
    "spend": ("sum(amount) FILTER (amount < 0 OR status NOT IN ('cancelled', 'returned'))", "add", EVERY),
    "sales": (f"sum(amount) FILTER ({OK})", "add", EVERY),
    "first_order_at": (f"min(at_) FILTER ({OK})", "least", ONCE),
    "last_order_at": (f"max(at_) FILTER ({OK})", "greatest", ONCE),
    "first_order_amount": (f"arg_min(amount, (at_, key)) FILTER ({OK})", "oldest", ONCE),
    "last_order_amount": (f"arg_max(amount, (at_, key)) FILTER ({OK})", "newest", ONCE),
    "largest_order": (f"max(amount) FILTER ({OK})", "greatest", LONG),
    "smallest_order": (f"min(amount) FILTER ({OK})", "least", LONG),
    "items": (f"sum(quantity) FILTER ({OK})", "add", SOME),
    "returns": ("count(*) FILTER (amount < 0 OR status = 'returned')", "add", SOME),
    "refunds": ("sum(-amount) FILTER (amount < 0)", "add", FEW),
    "cancelled_orders": ("count(*) FILTER (status = 'cancelled')", "add", FEW),
    "last_return_at": ("max(at_) FILTER (amount < 0 OR status = 'returned')", "greatest", ONCE),
    "discounts": (f"sum(discount) FILTER ({OK})", "add", FEW),
    "discounted_orders": (f"count(*) FILTER (discount > 0 AND {OK})", "add", FEW),
    "discounted_sales": (f"sum(amount) FILTER (discount > 0 AND {OK})", "add", FEW),
    "margin": (f"sum(amount - cost) FILTER ({OK})", "orders", "90d 365d prev_365d lifetime"),
    "costed_sales": (f"sum(amount) FILTER (cost IS NOT NULL AND {OK})", "add", "90d 365d prev_365d lifetime"),
    "first_channel": (f"arg_min(channel, (at_, key)) FILTER ({OK})", "oldest", ONCE),
    "last_channel": (f"arg_max(channel, (at_, key)) FILTER ({OK})", "newest", ONCE),
    "last_store": (f"arg_max(store, (at_, key)) FILTER ({OK})", "newest", ONCE),
    "weekend_orders": (f"count(*) FILTER (isodow(on_) >= 6 AND {OK})", "add", FEW),
    "evening_orders": (f"count(*) FILTER (hour_ >= 18 AND {OK})", "add", FEW),
    "last_order_event_at": ("max(at_)", "greatest", ONCE),
}
LINE_PARTS = {
    "lines": (f"count(*) FILTER ({OK})", "add", SOME),
    "line_sales": (f"sum(amount) FILTER ({OK})", "add", SOME),
    "units": (f"sum(quantity) FILTER ({OK})", "add", SOME),
    "first_category": (f"arg_min(category, (at_, key)) FILTER ({OK})", "oldest", ONCE),
    "last_category": (f"arg_max(category, (at_, key)) FILTER ({OK})", "newest", ONCE),
    "highest_price": (f"max(price) FILTER ({OK})", "greatest", LONG),
    "lowest_price": (f"min(price) FILTER ({OK})", "least", LONG),
    "returned_lines": ("count(*) FILTER (amount < 0 OR status = 'returned')", "add", FEW),
    "discounted_lines": (f"count(*) FILTER (discount > 0 AND {OK})", "add", FEW),
    "line_margin": (f"sum(amount - cost) FILTER ({OK})", "lines", FEW),
}
ITEMS = (
    # column, facts, its count and over which windows, its mode and over which windows
    ("on_", "orders", "active_days", "30d 90d 365d prev_90d lifetime", None, ""),
    ("year(on_) * 12 + month(on_)", "orders", "active_months", LONG, None, ""),
    ("channel", "orders", "channels", FEW, "favourite_channel", LONG),
    ("store", "orders", "stores", FEW, "favourite_store", LONG),
    ("isodow(on_)", "orders", None, "", "favourite_weekday", LONG),
    ("hour_", "orders", None, "", "favourite_hour", LONG),
    ("product_id", "lines", "products", "30d 90d 365d prev_90d lifetime", "favourite_product", "365d"),
    ("category", "lines", "categories", "30d 90d 365d prev_90d lifetime", "favourite_category", LONG),
)


def answer(connection: duckdb.DuckDBPyConnection, facts: Sequence[Path], customers: Sequence[Path]) -> None:
    """Make the table ``answer``: one row per customer, with every measure and the rhythm."""
    run = connection.execute
    run(f"""
        CREATE TEMP TABLE people AS SELECT customer_id, row_number() OVER ()::INT AS c
        FROM (SELECT DISTINCT customer_id FROM read_parquet({_list(customers)}))
    """)
    run(f"""
        CREATE TEMP TABLE parties AS SELECT party_key, c
        FROM read_parquet({_list(customers)}) JOIN people USING (customer_id)
    """)
    run(_orders(_list(facts)))
    made = [_windows(connection, "orders", ORDER_PARTS, ORDER_EDGES)]
    made += [_items(connection, "orders", number, *rest) for number, (_, of, *rest) in _numbered("orders")]
    made.append(_rhythm(connection))
    run("DROP TABLE orders")
    run(_lines(_list(facts)))
    made.append(_windows(connection, "lines", LINE_PARTS, LINE_EDGES))
    made += [_items(connection, "lines", number, *rest) for number, (_, of, *rest) in _numbered("lines")]
    made.append(_replenishment(connection))
    run("DROP TABLE lines")
    joined = " ".join(f"LEFT JOIN {table} USING (c)" for table in made)
    counts = [f"{name}_{window}" for _, _, name, windows, _, _ in ITEMS for window in windows.split() if name]
    counts += ["replenishment_items", "replenishment_overdue_items"]
    zeros = ", ".join(f"coalesce({name}, 0) AS {name}" for name in counts)
    run(f"CREATE TEMP TABLE answer AS SELECT * EXCLUDE (c) REPLACE ({zeros}) FROM people {joined}")
    for table in made:
        run(f"DROP TABLE {table}")


def _orders(files: str) -> str:
    """Orders of lines, with their customer, local day and hour, and band."""
    return f"""
        CREATE TEMP TABLE orders AS
        SELECT c, {_band(ORDER_EDGES)} AS band, at_, on_, order_id AS key, hour(at_ + INTERVAL 8 HOUR) AS hour_,
               * EXCLUDE (c, at_, on_, order_id, party_key)
        FROM (SELECT party_key, order_id, min(occurred_at) AS at_, min(occurred_on) AS on_,
                     sum(amount)::BIGINT AS amount, sum(discount)::BIGINT AS discount, sum(quantity) AS quantity,
                     CASE WHEN count(cost) = count(*) THEN sum(cost)::BIGINT END AS cost,
                     max(status) AS status, max(channel) AS channel, max(store) AS store
              FROM read_parquet({files}) GROUP BY party_key, order_id)
        JOIN parties USING (party_key) WHERE at_ <= {NOW}
    """


def _lines(files: str) -> str:
    """Order lines, with their customer, price of a unit and band."""
    return f"""
        CREATE TEMP TABLE lines AS
        SELECT c, {_band(LINE_EDGES)} AS band, occurred_at AS at_, occurred_on AS on_, key, product_id, category,
               quantity, amount, discount, cost, status,
               CASE WHEN quantity > 0 THEN floor(amount / quantity + 0.5)::BIGINT END AS price
        FROM (SELECT *, occurred_at AS at_ FROM read_parquet({files})) JOIN parties USING (party_key)
        WHERE occurred_at <= {NOW}
    """


def _band(edges: Sequence[int]) -> str:
    cases = " ".join(
        f"WHEN at_ >= {MIDNIGHT} - INTERVAL {days - 1} DAY THEN {band}" for band, days in enumerate(edges)
    )
    return f"(CASE {cases} ELSE {len(edges)} END)::TINYINT"


def _span(window: str, edges: Sequence[int]) -> range:
    """The bands of a window."""
    if window == "lifetime":
        return range(len(edges) + 1)
    days = int(window.removeprefix("prev_").removesuffix("d"))
    if window.startswith("prev_"):
        return range(edges.index(days) + 1, edges.index(2 * days) + 1)
    return range(edges.index(days) + 1)


def _windows(
    connection: duckdb.DuckDBPyConnection,
    facts: str,
    parts: dict[str, tuple[str, str, str]],
    edges: Sequence[int],
) -> str:
    """Every measure that bands can be added up to."""
    columns = ", ".join(f"{aggregate} AS {name}" for name, (aggregate, _, _) in parts.items())
    connection.execute(f"CREATE TEMP TABLE bands AS SELECT c, band, {columns} FROM {facts} GROUP BY c, band")
    joins = " ".join(
        f"LEFT JOIN (SELECT * FROM bands WHERE band = {band}) b{band} ON b{band}.c = people.c"
        for band in range(len(edges) + 1)
    )
    told = [
        f"{_joined(name, how, _span(window, edges))} AS {name}_{window}"
        for name, (_, how, windows) in parts.items()
        for window in windows.split()
    ]
    told += [
        f"{_joined(name, how, range(len(edges) + 1))} AS {name}"
        for name, (_, how, windows) in parts.items()
        if windows == ONCE
    ]
    connection.execute(
        f"CREATE TEMP TABLE of_{facts} AS SELECT people.c, {', '.join(told)} FROM people {joins}"
    )
    connection.execute("DROP TABLE bands")
    return f"of_{facts}"


def _joined(name: str, how: str, span: Iterable[int]) -> str:
    values = [f"b{band}.{name}" for band in span]
    if how in {"least", "greatest"}:
        return f"{how}({', '.join(values)})"
    if how in {"newest", "oldest"}:
        return f"coalesce({', '.join(values if how == 'newest' else values[::-1])})"
    total = " + ".join(f"coalesce({value}, 0)" for value in values)
    if how == "add":
        kind = "DOUBLE" if name in {"items", "units"} else "BIGINT"
        return f"({total})::{kind}"
    # Missing where there are facts, but none whose cost is known.
    seen = " + ".join(f"coalesce(b{band}.{how}, 0)" for band in span)
    return f"CASE WHEN coalesce({', '.join(values)}) IS NOT NULL OR {seen} = 0 THEN ({total})::BIGINT END"


def _numbered(facts: str) -> list[tuple[int, tuple[object, ...]]]:
    return [
        (number, (facts, item[1], item[0], *item[2:]))
        for number, item in enumerate(ITEMS)
        if item[1] == facts
    ]


def _items(
    connection: duckdb.DuckDBPyConnection,
    facts: str,
    number: int,
    column: str,
    counted: str | None,
    windows: str,
    most: str | None,
    most_windows: str,
) -> str:
    """How many different values, and which one most often."""
    edges = ORDER_EDGES if facts == "orders" else LINE_EDGES
    spans = {window: _span(window, edges) for window in (*windows.split(), *most_windows.split())}
    starts = sorted({spans[window].start for window in windows.split()})
    grouped = [f"min(band) FILTER (band >= {start}) AS l{start}" for start in starts]
    grouped += [
        f"count(*) FILTER (band < {spans[window].stop}) AS n_{window}" for window in most_windows.split()
    ]
    told = [
        f"count(*) FILTER (l{spans[window].start} < {spans[window].stop}) AS {counted}_{window}"
        for window in windows.split()
    ]
    for window in most_windows.split():
        told.append(f"arg_min(item, (-n_{window}, item)) FILTER (n_{window} > 0) AS {most}_{window}")
        told.append(f"nullif(max(n_{window}), 0) / nullif(sum(n_{window}), 0) AS {most}_share_{window}")
    connection.execute(f"""
        CREATE TEMP TABLE items{number} AS SELECT c, {", ".join(told)}
        FROM (SELECT c, {column} AS item, {", ".join(grouped)} FROM {facts}
              WHERE {OK} AND {column} IS NOT NULL GROUP BY c, item) GROUP BY c
    """)
    return f"items{number}"


def _rhythm(connection: duckdb.DuckDBPyConnection) -> str:
    connection.execute(f"""
        CREATE TEMP TABLE rhythm AS
        WITH gaps AS (SELECT c, on_, on_ - lag(on_) OVER (PARTITION BY c ORDER BY on_) AS gap FROM orders WHERE {OK}),
        seen AS (SELECT c, count(*) FILTER (gap IS NULL OR gap > 0) AS days, min(on_) AS first_on, max(on_) AS last_on,
                        max(on_) FILTER (gap >= 180) AS returned_on, max(gap) FILTER (gap > 0) AS longest_gap_days,
                        sum(gap * gap)::BIGINT AS squares FROM gaps GROUP BY c),
        usual AS (SELECT *, CASE WHEN days > 1 THEN (last_on - first_on)::DOUBLE / (days - 1) END AS gap_days,
                         {TODAY} - last_on AS since_days FROM seen),
        due AS (SELECT *, last_on + floor(gap_days + 0.5)::INT AS expected_on FROM usual)
        SELECT c, days AS purchase_days, gap_days AS purchase_gap_days,
               first_on AS purchase_first_on, last_on AS purchase_last_on,
               since_days AS purchase_since_days, expected_on AS purchase_expected_on,
               CASE WHEN expected_on IS NOT NULL THEN greatest({TODAY} - expected_on, 0) END AS purchase_overdue_days,
               since_days / gap_days AS purchase_overdue_ratio, returned_on AS purchase_returned_on,
               longest_gap_days AS purchase_longest_gap_days,
               CASE WHEN days > 2 THEN sqrt((days - 1) * squares - (last_on - first_on) * (last_on - first_on))
                                       / (last_on - first_on) END AS purchase_gap_variation
        FROM due
    """)
    return "rhythm"


def _replenishment(connection: duckdb.DuckDBPyConnection) -> str:
    """Which categories a customer buys again and again, and which of them is due first."""
    connection.execute(f"""
        CREATE TEMP TABLE replenishment AS
        WITH days AS (SELECT DISTINCT c, category AS item, on_ FROM lines WHERE {OK} AND category IS NOT NULL),
        seen AS (SELECT c, item, count(*) AS days, min(on_) AS first_on, max(on_) AS last_on FROM days
                 GROUP BY c, item),
        due AS (SELECT c, item, last_on + floor((last_on - first_on)::DOUBLE / (days - 1) + 0.5)::INT AS due_on
                FROM seen WHERE days >= 3 AND {TODAY} - last_on < 180)
        SELECT c, count(*) AS replenishment_items,
               count(*) FILTER (due_on < {TODAY}) AS replenishment_overdue_items,
               arg_min(item, (due_on, item)) AS replenishment_due_item, min(due_on) AS replenishment_due_on
        FROM due GROUP BY c
    """)
    return "replenishment"


def _list(files: Sequence[Path]) -> str:
    return str([str(file) for file in files])
