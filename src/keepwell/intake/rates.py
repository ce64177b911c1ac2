"""Amounts in other currencies, by the plan's dated rates.

Where a source may have other currencies its amounts are read in thousandths, for a dinar has three decimals and a
yen none, whatever the plan's own currency has. They are turned once the currency and the day are known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from keepwell.catalog.rates import Rate
from keepwell.core.money import Currency
from keepwell.lake.engine import Engine

if TYPE_CHECKING:
    import ibis.expr.types as ir

THOUSANDTHS = 1000
"""In which amounts are read that may be in any currency."""
HAS_RATE = "has rate"
RATE = "exchange rate"
"""Columns of :func:`with_rates`. No column of a plan has a space in its name."""
_FACTOR, _SMALLEST = "exchange factor", "smallest amount"

FOREVER = date(9999, 12, 31)
_PLACES = Decimal("1e-12")
_PRODUCT = "decimal(38, 12)"
_MOST = 10**16
"""Thousandths beyond which an amount is no longer turned exactly."""

_TYPES: dict[str, pa.DataType] = {
    "rate currency": pa.string(),
    "rate from": pa.date32(),
    "rate to": pa.date32(),
    RATE: pa.float64(),
    _FACTOR: pa.decimal128(22, 12),
    _SMALLEST: pa.int64(),
}
_SCHEMA = pa.schema(_TYPES)


def rate_table(rates: Sequence[Rate], reporting: Currency) -> pa.Table:
    """Rates with the days they hold on: from their own day until the day before the next of that currency.

    Beside the rate, by what a thousandth is multiplied to give minor units of ``reporting``, and how many
    thousandths the smallest amount of the currency has.
    """
    by_currency: dict[str, list[Rate]] = defaultdict(list)
    for rate in sorted(rates, key=lambda rate: rate.day):
        by_currency[rate.currency].append(rate)
    rows = [
        row for currency, dated in by_currency.items() for row in _rows(Currency(currency), dated, reporting)
    ]
    return pa.table(
        [list(column) for column in zip(*rows, strict=True)] or [[]] * len(_TYPES), schema=_SCHEMA
    )


def _rows(currency: Currency, dated: Sequence[Rate], reporting: Currency) -> Iterator[tuple[object, ...]]:
    for rate, following in zip(dated, [*dated[1:], None], strict=True):
        yield (
            currency.code,
            rate.day,
            following.day - timedelta(days=1) if following else FOREVER,
            float(rate.rate),
            _factor(rate.rate, reporting),
            THOUSANDTHS // currency.minor_per_major,
        )


def _factor(rate: Decimal, reporting: Currency) -> Decimal:
    return (rate * reporting.minor_per_major / THOUSANDTHS).quantize(_PLACES)


def with_rates(rows: ir.Table, reporting: Currency, rates: Sequence[Rate], engine: Engine) -> ir.Table:
    """Rows with what their ``currency`` was worth on ``occurred_on``, and the flag HAS_RATE.

    Rows of the reporting currency have a rate, 1; so have those without a rate, for other reasons than that one.
    """
    table = engine.table(rate_table(rates, reporting))
    joined = rows.left_join(
        table,
        [
            rows.currency == table["rate currency"],
            rows.occurred_on >= table["rate from"],
            rows.occurred_on <= table["rate to"],
        ],
    ).drop("rate currency", "rate from", "rate to")
    is_own = joined.currency == reporting.code
    smallest = ibis.ifelse(is_own, THOUSANDTHS // reporting.minor_per_major, joined[_SMALLEST])
    return joined.mutate(
        **{
            HAS_RATE: is_own | joined[RATE].notnull(),
            RATE: joined[RATE].fill_null(1.0),
            _SMALLEST: smallest.fill_null(1),
            _FACTOR: joined[_FACTOR].fill_null(_factor(Decimal(1), reporting)),
        }
    )


def has_more_decimals(rows: ir.Table, name: str) -> ir.BooleanValue:
    """Whether an amount in thousandths has more decimals than its currency."""
    odd: ir.BooleanValue = (rows[name] % rows[_SMALLEST] != 0).fill_null(False)  # noqa: FBT003 (a value, no flag)
    return odd


def turned(rows: ir.Table, name: str) -> ir.IntegerValue:
    """An amount from thousandths to minor units of the reporting currency, half up; missing beyond its range."""
    amount = rows[name]
    fits = ibis.ifelse(amount.abs() < _MOST, amount, None).cast("decimal(16, 0)")
    # Ibis takes the product for no wider than its factor, and would have its floor cut to that.
    exact = (fits * rows[_FACTOR] + ibis.literal(Decimal("0.5"), "decimal(2, 1)")).cast(_PRODUCT)
    value: ir.IntegerValue = exact.floor().try_cast("int64")
    return value
