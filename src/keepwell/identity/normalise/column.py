"""A whole column of personal values at once."""

from __future__ import annotations

from typing import Literal, get_args

import pyarrow as pa

Kind = Literal["phone", "national_id", "email", "name"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def normalise_column(
    kind: Kind, values: pa.Array | pa.ChunkedArray, *, region: str = "CN"
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """(normalised text, reason text, identifies flag), each as long as ``values``.

    A null gives null, null, false. An invalid value gives null, its reason, false. Distinct values are worked once.
    """
    raise NotImplementedError
