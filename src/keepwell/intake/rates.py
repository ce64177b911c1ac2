"""Amounts in other currencies, by the plan's dated rates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from keepwell.catalog.rates import Rate
from keepwell.lake.engine import Engine

if TYPE_CHECKING:
    import ibis.expr.types as ir

FOREVER = date(9999, 12, 31)
_TYPES: dict[str, pa.DataType] = {
    "rate_currency": pa.string(),
    "rate_from": pa.date32(),
    "rate_to": pa.date32(),
    "rate": pa.float64(),
}
_SCHEMA = pa.schema(_TYPES)


def rate_table(rates: Sequence[Rate]) -> pa.Table:
    """Rates with the days they hold on: from their own day until the day before the next of that currency."""
    by_currency: dict[str, list[Rate]] = defaultdict(list)
    for rate in sorted(rates, key=lambda rate: rate.day):
        by_currency[rate.currency].append(rate)
    rows = [
        (
            rate.currency,
            rate.day,
            following.day - timedelta(days=1) if following else FOREVER,
            float(rate.rate),
        )
        for of_currency in by_currency.values()
        for rate, following in zip(of_currency, [*of_currency[1:], None], strict=True)
    ]
    return pa.table([list(column) for column in zip(*rows, strict=True)] or [[]] * 4, schema=_SCHEMA)


def in_reporting_currency(
    rows: ir.Table, money: Sequence[str], *, reporting: str, rates: Sequence[Rate], engine: Engine
) -> ir.Table:
    """Rows with ``money`` columns turned from the column ``currency`` to the reporting one, half up.

    Adds the flag ``has_rate``; amounts of rows without one are missing.
    """
    table = engine.table(rate_table(rates))
    joined = rows.left_join(
        table,
        [
            rows.currency == table.rate_currency,
            rows.occurred_on >= table.rate_from,
            rows.occurred_on <= table.rate_to,
        ],
    ).drop("rate_currency", "rate_from", "rate_to")
    rate = ibis.ifelse(joined.currency == reporting, 1.0, joined.rate)
    turned = {
        name: ibis.ifelse(
            joined.currency == reporting, joined[name], (joined[name] * rate + 0.5).floor().cast("int64")
        )
        for name in money
    }
    return joined.mutate(**turned, has_rate=rate.notnull()).drop("rate")
