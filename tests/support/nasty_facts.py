"""A small shop with every kind of fact and every standard column, whose values are those that engines differ in."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import get_args

from keepwell.catalog.plan import Plan
from keepwell.catalog.sources import REQUIRED_COLUMNS, STANDARD_COLUMNS, CustomerFact
from keepwell.language.types import Type
from support.known_facts import Fact
from support.plans import good

AS_OF = datetime(2026, 4, 10, 10, 30, tzinfo=UTC)
CUSTOMERS = ("ada", "Ada", "бета", "中文", "😀", "tie", "big", "one")
FACTS_EACH = 20
"""Facts of a kind that each customer has."""

VALUES: Mapping[Type, Sequence[object]] = {
    Type.MONEY: (0, 1, 700, 12_345, -200, 99, None),
    Type.TEXT: ("paid", "returned", "cancelled", "a", "A", "é", "ß", "\uffff", "😀", "app", "", None),
    # Quarters add up to the same in any order.
    Type.NUMBER: (1.0, 2.5, 0.25, -1.0, 0.0, None),
    Type.WHOLE: (0, 1, 3, 2**31, None),
    Type.FLAG: (True, False, None),
    Type.DAY: (date(2026, 4, 9), date(2026, 4, 10), date(2026, 4, 11), date(2025, 12, 31), None),
}
OFTEN = {
    "status": ("paid", "paid", "paid", "returned", "cancelled", None),
    "category": ("a", "A", "é", "😀", None),
    "type": ("visit", "call", "message", "ticket", "complaint", "review", "share", None),
    "direction": ("in", "out", None),
}
"""What columns hold on which much depends."""

# Around the edges of summer time and of windows in London, and one instant several times.
EDGES = tuple(
    datetime.fromisoformat(text).replace(tzinfo=UTC)
    for text in (
        "2026-03-29T00:59:59.999999", "2026-03-29T01:00:00", "2025-10-25T23:30:00", "2025-10-26T00:30:00",
        "2026-04-09T22:59:59.999999", "2026-04-09T23:00:00", "2026-04-10T10:30:00", "2026-04-10T10:30:00.000001",
        "2026-01-10T23:59:59", "2026-01-11T00:00:00", "2025-10-12T23:00:00", "2025-04-10T23:00:00",
        "1969-12-31T23:30:00", "2024-02-29T12:00:00", "2026-04-05T12:00:00", "2026-03-05T12:00:00",
        "2026-02-20T12:00:00", "2025-12-05T12:00:00", "2025-09-01T12:00:00",
    )
)  # fmt: skip


def plan(*, lines_only: bool = False) -> Plan:
    """A plan in London with one source for each kind of fact; ``lines_only`` leaves orders to be made of lines."""
    kinds = [kind for kind in get_args(CustomerFact) if not (lines_only and kind == "order")]
    files = {f"sources/{kind}.yml": _source(kind) for kind in kinds}
    settings = 'format = 1\nname = "Nasty"\ntime_zone = "Europe/London"\ncurrency = "GBP"\n'
    return good({"keepwell.toml": settings} | files | {"sources/orders.yml": "# none\n"})


def _source(kind: str) -> str:
    columns = dict.fromkeys((*REQUIRED_COLUMNS[kind], "party", *STANDARD_COLUMNS[kind]))
    mapped = "".join(f"  {name}: {name}\n" for name in columns)
    return (
        f"source: {kind}\nfrom: {{files: data/{kind}.csv}}\nfact: {kind}\nsystem: shop\nkey: [no]\ncolumns:\n"
        f"  no: {{column: no, type: text}}\n{mapped}"
    )


def facts(plan: Plan, *, seed: int) -> dict[str, list[Fact]]:
    """Facts of every source of :func:`plan`, always the same for a seed."""
    chance = random.Random(seed)
    return {
        name: [
            _fact(chance, source.fact, party, number)
            for number in range(FACTS_EACH)
            for party in (*CUSTOMERS, None)
        ]
        for name, source in plan.sources.items()
    }


def _fact(chance: random.Random, kind: str, party: str | None, number: int) -> Fact:
    at = (
        chance.choice(EDGES)
        if chance.random() < 0.5
        else AS_OF - timedelta(seconds=chance.randrange(4 * 10**7))
    )
    if party == "tie":
        at = EDGES[number % 2]
    if party == "one":
        at = EDGES[5]
    columns = {name: _value(chance, name, type_, party) for name, type_ in STANDARD_COLUMNS[kind].items()}
    if "order_id" in columns:
        columns["order_id"] = f"{party}{number // 3}"
    return Fact(party, at, f"{party} {number}", {"no": f"{number}", **columns})


def _value(chance: random.Random, name: str, type_: Type, party: str | None) -> object:
    if party == "big" and type_ is Type.MONEY:
        return chance.choice((2**63 - 1, -(2**63) + 1, 2**62))
    return chance.choice(OFTEN.get(name, VALUES[type_]))
