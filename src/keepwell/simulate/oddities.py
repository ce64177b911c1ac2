"""What real files have: amounts with 元 or in full width, and a few rows that are plainly wrong.

An oddity can be read all the same; a spoilt row cannot, and is told in the truth with what should have stood there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from keepwell.simulate.exports import Export

WITH_YUAN, FULL_WIDTH = 0.02, 0.005
"""Shares of the till's amounts."""
_WIDE = str.maketrans("0123456789.-", "０１２３４５６７８９．－")

SPOILT_COLUMNS = {
    "pos_members": (("会员卡号",), ("手机号",)),
    "pos_lines": (("小票号", "行号"), ("实收金额", "交易时间", "小票号")),
    "shop_users": (("user_id",), ("mobile",)),
    "shop_orders": (("order_no",), ("amount", "paid_at")),
    "shop_lines": (("order_no", "line"), ("quantity", "amount")),
}
"""Source → the columns of its key, and those that may be spoilt. Contacts come clean."""

_WRONG = {
    "手机号": "1.54E+10",
    "mobile": "1.54E+10",
    "实收金额": "待定",
    "amount": "n/a",
    "quantity": "many",
    "交易时间": "2025-02-30 10:00:00",
    "paid_at": "2025-13-01 10:00:00",
    "小票号": None,
}
"""Column → what stands there in a spoilt row; None: nothing."""


@dataclass(frozen=True, slots=True)
class Spoilt:
    """One value that was spoilt, of a row exported ``at`` so many seconds after the first day's beginning."""

    source: str
    at: int
    customer: int
    key: str
    column: str
    written: str | None
    right: str


def with_oddities(random: np.random.Generator, export: Export) -> Export:
    """The till's lines with some amounts written as people write them."""
    luck = random.random(len(export.at))
    odd = np.flatnonzero(luck < WITH_YUAN + FULL_WIDTH)
    amounts = export.columns["实收金额"].to_numpy(zero_copy_only=False)
    for row in odd.tolist():
        amounts[row] = amounts[row].translate(_WIDE) if luck[row] < FULL_WIDTH else f"{amounts[row]}元"
    return replace(export, columns=export.columns | {"实收金额": pa.array(amounts, pa.string())})


def spoil(
    random: np.random.Generator, source: str, export: Export, share: float
) -> tuple[Export, list[Spoilt]]:
    """The export with a ``share`` of its rows spoilt, each in one column, and which they are."""
    if source not in SPOILT_COLUMNS:
        return export, []
    key, names = SPOILT_COLUMNS[source]
    rows = np.flatnonzero(random.random(len(export.at)) < share)
    which = random.integers(0, len(names), rows.size)
    columns = dict(export.columns)
    spoilt = []
    for place, name in enumerate(names):
        values = columns[name].to_numpy(zero_copy_only=False)
        # Where nothing stands nothing can be spoilt, such as the phone of a user without one.
        for row in [row for row in rows[which == place].tolist() if values[row] is not None]:
            keys = ":".join(str(export.columns[part][row]) for part in key)
            at, customer = int(export.at[row]), int(export.customer[row])
            spoilt.append(Spoilt(source, at, customer, keys, name, _WRONG[name], values[row]))
            values[row] = _WRONG[name]
        columns[name] = pa.array(values, pa.string())
    return replace(export, columns=columns), spoilt
