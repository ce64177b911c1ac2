"""The picture of what depends on what."""

from __future__ import annotations

from keepwell.catalog.graph import Edge, Node, as_mermaid, as_tree, dependencies, sources_of
from support.plans import good

FIELDS = """\
measure: big_orders
of: order
count: true
where: amount > 100
---
field: big_share
value: big_orders / (big_orders + 1)
---
rhythm: buy
of: order
"""
SEGMENT = "segment: fans\nwhere: big_share > 0.5 and buy_days > 3\n"


def test_edges() -> None:
    plan = good(library=False, fields=FIELDS, segments=SEGMENT)
    share, fans = Node("field", "big_share"), Node("segment", "fans")
    assert dependencies(plan) == (
        Edge(Node("fact", "order"), Node("measure", "big_orders")),
        Edge(Node("fact", "order"), Node("rhythm", "buy")),
        Edge(share, fans),
        Edge(Node("measure", "big_orders"), share),
        Edge(Node("rhythm", "buy"), fans),
        Edge(Node("source", "orders"), Node("fact", "order")),
    )  # fmt: skip


def test_a_tree_from_segments_down_to_sources() -> None:
    plan = good(library=False, fields=FIELDS, segments=SEGMENT)
    assert (
        as_tree(plan)
        == """\
fans (segment)
  big_share (field)
    big_orders (measure)
      order (fact)
        orders (source)
  buy (rhythm)
    order (fact) …
"""
    )


def test_mermaid() -> None:
    plan = good(library=False, fields=FIELDS, segments=SEGMENT)
    assert (
        as_mermaid(plan)
        == """\
flowchart LR
  fact_order[/"order"/]
  field_big_share["big_share"]
  measure_big_orders["big_orders"]
  rhythm_buy["buy"]
  segment_fans(["fans"])
  source_orders[("orders")]
  fact_order --> measure_big_orders
  fact_order --> rhythm_buy
  field_big_share --> segment_fans
  measure_big_orders --> field_big_share
  rhythm_buy --> segment_fans
  source_orders --> fact_order
"""
    )


def test_orders_made_from_lines_are_shown() -> None:
    lines = (
        "source: l\nfrom: {files: a.csv}\nfact: order_line\ncolumns: {order_id: a, occurred_at: "
        "b, amount: c}\n"
    )
    plan = good({"sources/orders.yml": ""}, sources=lines)
    assert Edge(Node("fact", "order_line"), Node("fact", "order")) in dependencies(plan)


def test_what_sleeps_is_not_shown() -> None:
    assert "last_touch_at" not in as_tree(good())


def test_the_sources_a_field_rests_on() -> None:
    plan = good(library=False, fields=f"{FIELDS}---\ntag: vip\n", segments=SEGMENT)
    for field in ("big_orders", "big_share", "buy_days"):
        assert sources_of(plan, field) == {"orders"}
    assert sources_of(plan, "vip") == sources_of(plan, "customer_id") == frozenset()
