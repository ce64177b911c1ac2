"""What columns a fact of each kind has: those every fact has, the standard ones, and the sources' own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from keepwell.catalog.kinds import Source
from keepwell.catalog.sources import STANDARD_COLUMNS
from keepwell.language.types import Field, Type

PRESENT_COLUMNS: dict[str, Type] = {
    "party_key": Type.TEXT,
    "customer_id": Type.TEXT,
    "occurred_at": Type.MOMENT,
    "occurred_on": Type.DAY,
    "recorded_at": Type.MOMENT,
    "source": Type.TEXT,
    "key": Type.TEXT,
}
"""Columns of every fact, whatever its kind."""

ROW_COLUMNS: dict[str, Type] = {
    "party": Type.TEXT,
    "occurred_at": Type.MOMENT,
    "recorded_at": Type.MOMENT,
    "currency": Type.TEXT,
}
"""Columns any source may map, with fixed types: they become party_key, the two times, and money amounts."""

RESERVED_COLUMNS = frozenset(PRESENT_COLUMNS) - frozenset(ROW_COLUMNS)
"""Columns that Keepwell fills itself; a source may not map them."""


@dataclass(frozen=True, slots=True)
class FromLines:
    """How a column of an order is made from its lines; a "sum of all" is missing where a line lacks its part."""

    type: Type
    aggregate: Literal["key", "sum", "sum of all", "count", "max"]
    column: str | None


ORDER_FROM_LINES: dict[str, FromLines] = {
    "order_id": FromLines(Type.TEXT, "key", "order_id"),
    "amount": FromLines(Type.MONEY, "sum", "amount"),
    "discount": FromLines(Type.MONEY, "sum", "discount"),
    "cost": FromLines(Type.MONEY, "sum of all", "cost"),
    "quantity": FromLines(Type.NUMBER, "sum", "quantity"),
    "lines": FromLines(Type.WHOLE, "count", None),
    "status": FromLines(Type.TEXT, "max", "status"),
    "channel": FromLines(Type.TEXT, "max", "channel"),
    "store": FromLines(Type.TEXT, "max", "store"),
}
"""Columns of orders made from lines, one for each source, party_key and order_id."""


def sources_of_orders_from_lines(sources: Iterable[Source]) -> frozenset[str]:
    """Sources of lines whose orders nobody else tells: no source of the same system gives orders."""
    sources = list(sources)
    told = {source.party_system for source in sources if source.fact == "order"}
    return frozenset(
        source.name for source in sources if source.fact == "order_line" and source.party_system not in told
    )


def kinds_present(sources: Iterable[Source]) -> frozenset[str]:
    """Kinds of fact that the sources give, orders made from lines included."""
    sources = list(sources)
    kinds = {source.fact for source in sources}
    return frozenset(kinds | {"order"} if sources_of_orders_from_lines(sources) else kinds)


def mapped_columns(
    kind: str, sources: Iterable[Source], columns: Mapping[str, Mapping[str, Field]]
) -> frozenset[str]:
    """Columns of a kind that some source really gives; the others of its standard columns are missing everywhere."""
    sources = list(sources)
    mapped = set(PRESENT_COLUMNS)
    for source in sources:
        if source.fact == kind:
            mapped |= columns[source.name].keys()
    if kind == "order":
        for name in sources_of_orders_from_lines(sources):
            given = {*columns[name], None}
            mapped |= {name for name, made in ORDER_FROM_LINES.items() if made.column in given}
    return frozenset(mapped)


def columns_of_kind(
    kind: str, sources: Iterable[Source], columns: Mapping[str, Mapping[str, Field]]
) -> dict[str, Field]:
    """Columns of all facts of a kind, from the plain ones of each source; the first source types a name."""
    sources = list(sources)
    types = PRESENT_COLUMNS | STANDARD_COLUMNS[kind]
    if kind == "order" and sources_of_orders_from_lines(sources):
        types |= {name: made.type for name, made in ORDER_FROM_LINES.items()}
    found = {name: Field(name, type_) for name, type_ in types.items()}
    for source in sources:
        if source.fact == kind:
            for name, column in columns[source.name].items():
                if name not in ROW_COLUMNS:
                    found.setdefault(name, column)
    return found
