"""Functions of the engine that Ibis has no name for, each with what it means, so that another engine can match it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir


@ibis.udf.scalar.builtin(name="stable_hash", signature=((dt.string,), dt.int64))
def _stable_hash(text):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """See :data:`MACROS`."""


@ibis.udf.scalar.builtin(name="moment_from_text", signature=((dt.string, dt.Array(dt.string)), dt.timestamp))
def _moment_from_text(text, forms):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """The first form that fits, else missing."""


@lru_cache(maxsize=64)
def _as_moment(given: dt.DataType) -> Callable[..., ir.Value]:
    declared: Callable[..., ir.Value] = ibis.udf.scalar.builtin(
        lambda time: None,  # noqa: ARG005
        name="as_moment",
        signature=((given,), dt.timestamp),
    )
    return declared


@ibis.udf.scalar.builtin(name="nfc_normalize", signature=((dt.string,), dt.string))
def _nfc(text):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Unicode NFC."""


def stable_hash(text: ir.StringValue) -> ir.IntegerValue:
    """63 bits of the MD5 of a text (its last eight bytes, little-endian, halved); never negative.

    The same on every engine, version and machine. It is kept in files, so the engine's own faster hash, which
    changes between versions, will not do.
    """
    value: ir.IntegerValue = _stable_hash(text)
    return value


def moment_from_text(text: ir.StringValue, forms: list[str]) -> ir.TimestampValue:
    """A naive timestamp by the first strptime form that fits the whole text, else missing.

    A text that says its offset from UTC gives naive UTC.
    """
    value: ir.TimestampValue = _moment_from_text(text, ibis.array(forms))
    return value


def as_moment(time: ir.Value) -> ir.TimestampValue:
    """A day or a timestamp of whatever precision as a naive one of microseconds; one with a zone as UTC."""
    value: ir.TimestampValue = _as_moment(time.type())(time)
    return value


def nfc(text: ir.StringValue) -> ir.StringValue:
    """The text in Unicode normal form C."""
    value: ir.StringValue = _nfc(text)
    return value


def checked_sum(column: ir.Value, where: ir.BooleanValue | None = None) -> ir.Value:
    """The sum: missing where it would not fit, never wrong, and the same whatever the order of the rows.

    Of integers it is a 64-bit integer. Numbers are added in millionths, and their sum is below 9.2 * 10^12.
    """
    return settled_sum(exact_sum(column, where), column.type())


def exact_sum(column: ir.Value, where: ir.BooleanValue | None = None) -> ir.Value:
    """A sum of 38 digits, to which others may be added before :func:`settled_sum`; of numbers, in millionths."""
    if column.type().is_integer():
        return column.sum(where=where).cast(_WIDE)
    # A float sum would depend on the order. What is too great for a millionth makes the whole sum too great.
    millionths = (column * MILLION + 0.5).floor()
    added = (column.abs() > MAX_ADDED).ifelse(BEYOND_ALL, millionths)
    return added.cast(_WIDE).sum(where=where)


def settled_sum(total: ir.Value, of: dt.DataType) -> ir.Value:
    """What sums by :func:`exact_sum` of a column of this type come to; missing where that does not fit."""
    fitting = total.try_cast("int64")
    return fitting if of.is_integer() else fitting / MILLION


_WIDE = dt.Decimal(38, 0)
MILLION = 1_000_000.0
MAX_ADDED = 9e12
BEYOND_ALL = 1e30
"""Greater than what any number of rows can bring back into 64 bits."""


def value_at_last(
    value: ir.Value, at: ir.Value, key: ir.Value, where: ir.BooleanValue | None = None
) -> ir.Value:
    """The value in the row with the latest ``at``; of rows at the same time, the one with the greatest key."""
    return _value_by("max_by", value, at, key, where)


def value_at_first(
    value: ir.Value, at: ir.Value, key: ir.Value | None, where: ir.BooleanValue | None = None
) -> ir.Value:
    """The value in the row with the earliest ``at``; of rows at the same time, the one with the smallest key.

    Without a key no two rows of a group may be at the same time.
    """
    return _value_by("min_by", value, at, key, where)


def _value_by(
    name: str, value: ir.Value, at: ir.Value, key: ir.Value | None, where: ir.BooleanValue | None
) -> ir.Value:
    # DuckDB's and Spark's own max_by is four times quicker than what Ibis makes of argmax.
    order = at if key is None else ibis.struct({"at": at, "key": key})
    aggregate = _aggregate(name, value.type(), order.type())
    found: ir.Value = aggregate(value, order, where=where)
    return found


@lru_cache(maxsize=256)
def _aggregate(name: str, value: dt.DataType, order: dt.DataType) -> Callable[..., ir.Value]:
    declared: Callable[..., ir.Value] = ibis.udf.agg.builtin(
        lambda value, order: None,  # noqa: ARG005
        name=name,
        signature=((value, order), value),
    )
    return declared
