"""Values as database drivers give them, as Arrow columns."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

_INT64 = range(-(2**63), 2**63)


def column_array(values: Sequence[object]) -> pa.Array[pa.Scalar[Any]]:
    """One column: whole numbers, floats, flags, days and instants typed; all else, and mixtures, as text.

    Instants with a zone come in UTC (``timestamp[us, UTC]``), those without as they are (``timestamp[us]``).
    """
    kinds = {type(value) for value in values if value is not None}
    kind = kinds.pop() if len(kinds) == 1 else None
    if kind is int and all(value is None or value in _INT64 for value in values):
        return pa.array(values, pa.int64())
    if kind is bool:
        return pa.array(values, pa.bool_())
    if kind is float:
        return pa.array(values, pa.float64())
    if kind is dt.date:
        return pa.array(values, pa.date32())
    if kind is dt.datetime:
        zoned = {value.tzinfo is not None for value in values if isinstance(value, dt.datetime)}
        if len(zoned) == 1:
            return pa.array(values, pa.timestamp("us", "UTC" if zoned.pop() else None))
    return pa.array([_text(value) for value in values], pa.string())


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
