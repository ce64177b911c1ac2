"""Columns as text: amounts, moments and days as tills and shops write them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keepwell.simulate.types import Column, Days, Texts, Whole

FEN_DIGITS = 18


def texts(values: Texts) -> Column:
    """Python strings and None."""
    return pa.array(values, pa.string())


def numbers(values: Whole) -> Column:
    """Whole numbers."""
    return pa.array(values).cast(pa.string())


def yuan(fen: Whole) -> Column:
    """Amounts with two decimals: 1250 is ``12.50``."""
    whole = np.ascontiguousarray(fen, dtype=np.int64)
    # A decimal's sixteen bytes: the number, then its sign all over.
    wide = np.column_stack([whole, whole >> 63])
    kind = pa.decimal128(FEN_DIGITS, 2)
    return pa.Array.from_buffers(kind, len(whole), [None, pa.py_buffer(wide.tobytes())]).cast(pa.string())


def moments(first_day: date, seconds: Whole) -> Column:
    """``2026-01-31 18:05:09``, local, of seconds after the beginning of the first day."""
    return pa.array(np.datetime64(first_day, "s") + seconds, pa.timestamp("s")).cast(pa.string())


def iso_moments(first_day: date, seconds: Whole) -> Column:
    """``2026-01-31T18:05:09+08:00``."""
    plain: Column = pc.replace_substring(moments(first_day, seconds), " ", "T")
    return joined(plain, "+08:00")


def days(values: Days) -> Column:
    """``2026-01-31``."""
    return pa.array(values.astype("datetime64[D]"), pa.date32()).cast(pa.string())


def filled(column: Column) -> Column:
    """An empty text for what is missing."""
    found: Column = pc.fill_null(column, "")  # type: ignore[arg-type]
    return found


def joined(*parts: Column | str, separator: str = "") -> Column:
    """Texts joined row by row; missing where a part is."""
    found: Column = pc.binary_join_element_wise(*parts, separator)  # type: ignore[call-overload]
    return found
