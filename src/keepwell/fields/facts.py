"""The facts of a kind from all sources, each with the customer it belongs to."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from keepwell.catalog.facts import ORDER_FROM_LINES
from keepwell.catalog.plan import Plan
from keepwell.lake.functions import checked_sum
from keepwell.lake.lake import ARROW_TYPES, ReadableLake
from keepwell.lake.manifest import Manifest

if TYPE_CHECKING:
    import ibis.expr.types as ir


def facts(plan: Plan, lake: ReadableLake, manifest: Manifest, kind: str, parties: ir.Table) -> ir.Table:
    """Facts of ``kind`` that belong to a customer.

    They have the columns that ``plan.fact_columns(kind)`` names, and those ``parties`` has beside ``party_key``.
    Anonymous facts are left out: they count in no customer's fields.
    """
    return facts_by_party(plan, lake, manifest, kind).inner_join(parties, "party_key")


def facts_by_party(plan: Plan, lake: ReadableLake, manifest: Manifest, kind: str) -> ir.Table:
    """Facts of ``kind``, anonymous ones too, without ``customer_id``."""
    columns = {name: field.type.value for name, field in plan.fact_columns(kind).items()}
    columns.pop("customer_id", None)
    parts = [
        _told(lake, manifest, name, columns)
        for name, source in plan.sources.items()
        if source.fact == kind and name in manifest.sources
    ]
    if kind == "order":
        parts += [
            _from_lines(lake, manifest, name, columns)
            for name in sorted(plan.orders_from_lines)
            if name in manifest.sources
        ]
    if not parts:
        schema = pa.schema([pa.field(name, ARROW_TYPES[word]) for name, word in columns.items()])
        return lake.engine.table(schema.empty_table())
    return reduce(lambda one, other: one.union(other), parts)


def _told(lake: ReadableLake, manifest: Manifest, source: str, columns: dict[str, str]) -> ir.Table:
    state = manifest.sources[source]
    # Facts read under an older definition, which could not be read anew, may have a column of another type.
    other = [name for name, word in state.columns.items() if columns.get(name, word) != word]
    return _in_shape(lake.facts(state).drop(*other).mutate(source=ibis.literal(source)), columns)


def _from_lines(lake: ReadableLake, manifest: Manifest, source: str, columns: dict[str, str]) -> ir.Table:
    """One order per party and order number; it happened when its first line did."""
    lines = lake.facts(manifest.sources[source])
    made: dict[str, ir.Value] = {}
    for name, rule in ORDER_FROM_LINES.items():
        if rule.aggregate == "key":
            continue
        if rule.column is None:
            made[name] = lines.count()
        elif rule.column in lines.columns:
            column = lines[rule.column]
            made[name] = column.max() if rule.aggregate == "max" else checked_sum(column)
            if rule.aggregate == "sum of all":
                made[name] = (column.count() == lines.count()).ifelse(made[name], None)
    orders = lines.group_by("party_key", "order_id").aggregate(
        occurred_at=lines.occurred_at.min(),
        occurred_on=lines.occurred_on.min(),
        recorded_at=lines.recorded_at.max(),
        **made,
    )
    return _in_shape(orders.mutate(source=ibis.literal(source), key=orders.order_id), columns)


def _in_shape(rows: ir.Table, columns: dict[str, str]) -> ir.Table:
    """Exactly ``columns``, in their order; those the rows lack are missing."""
    return rows.select(
        **{
            name: rows[name] if name in rows.columns else ibis.null(ibis.dtype(ARROW_TYPES[word]))
            for name, word in columns.items()
        }
    )
