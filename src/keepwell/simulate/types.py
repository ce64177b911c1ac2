"""The arrays that this room passes about."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Days = NDArray[np.datetime64]
"""Dates, ``datetime64[D]``; moments are ``datetime64[s]``, local."""

Texts = NDArray[Any]
"""Python strings, or None, of dtype object."""

NOTHING: Texts = np.array(None, dtype=object)
"""What stands in a Texts where there is nothing."""

NEVER = 1 << 60
"""A day, and a second, that does not come."""

Column: TypeAlias = "pa.Array[Any]"
"""A column of a file, as texts."""
