"""Numbers and amounts: as people write them, and exact as 64-bit integers.

Two steps. Before the engine sees a column of texts, those few that are not plain digits are written plainly
(:func:`plainly`), one distinct text at a time. The engine then only casts.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt
import pyarrow as pa
import pyarrow.compute as pc

from keepwell.intake.cleaning import Texts
from keepwell.language.types import Type

if TYPE_CHECKING:
    import ibis.expr.types as ir

PLAIN = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$"
UNREADABLE = "?"
"""Stands for a text that is no number; nothing casts it to one."""

DECIMALS = 6
_QUICK_DIGITS = 18
_QUICK = f"decimal({_QUICK_DIGITS}, {DECIMALS})"
"""Computed with as 64-bit integers: several times quicker, and enough for any till."""
_EXACT = f"decimal(38, {DECIMALS})"
_NOISE_FREE = 1e9
"""Below it a float64 is right to more than six decimals; above, its shortest text is nearer to what was meant."""

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－（）％￥＋", "0123456789.,-()%¥+")
_MANY = {"": 1, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_AMOUNT = re.compile(
    r"(?P<before>-?)(?:[¥$€£]|CNY|RMB|人民币)?"
    r"(?P<digits>[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|[+-]?\.[0-9]+)"
    r"(?P<many>[千万亿]?)(?:元|圆|块|CNY|RMB)?"
)
_BRACKETS = re.compile(r"\(([^-]+)\)")
_SHARE = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)%")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]{1,3}")


def plainly(values: Texts, kind: Type) -> Texts:
    """Texts of a column of ``kind`` with every number in plain digits, UNREADABLE in the place of what is none."""
    is_odd = pc.invert(pc.match_substring_regex(values, PLAIN))
    if not pc.any(is_odd).as_py():
        return values
    odd = pc.if_else(is_odd, values, pa.scalar(None, pa.string())).combine_chunks().dictionary_encode()
    written = pa.array(
        [plain_number(text, kind) or UNREADABLE for text in odd.dictionary.to_pylist()], pa.string()
    )
    return pc.coalesce(pa.chunked_array([written.take(odd.indices)]), values)


def plain_number(text: str, kind: Type) -> str | None:
    """A number in plain digits; None where it is none, or could be two.

    1,234.50 · ¥12 · -¥12 · 1.2万 · 12元 · (12.00) for minus twelve · full-width digits; where a number is wanted
    also 15 % and 1.5e3.
    """
    text = re.sub(r"\s", "", text.translate(_FULL_WIDTH))
    if kind is Type.NUMBER:
        if share := _SHARE.fullmatch(text):
            return f"{Decimal(share[1]) / 100:f}"
        if _FLOAT.fullmatch(text):
            return repr(float(text)) if isfinite(float(text)) else None
    if bracketed := _BRACKETS.fullmatch(text):
        text = f"-{bracketed[1]}"
    found = _AMOUNT.fullmatch(text)
    if not found or (found["before"] and found["digits"].startswith(("-", "+"))):
        return None
    try:
        amount = Decimal(found["digits"].replace(",", "")) * _MANY[found["many"]]
    except InvalidOperation:
        return None
    return f"{found['before']}{amount:f}"


def number(raw: ir.Value) -> ir.FloatingValue:
    """A float64, which may still be infinite or NaN."""
    return raw.try_cast("float64")


def quick_decimal(raw: ir.Value) -> ir.DecimalValue:
    """The value with six decimals where that is quickly told; missing for what needs :func:`exact_decimal`."""
    return ibis.null(_QUICK) if raw.type().is_floating() else raw.try_cast(_QUICK)


def exact_decimal(raw: ir.Value) -> ir.DecimalValue:
    """The value with six decimals; missing when it is no number, or one of more than 32 digits."""
    if not raw.type().is_floating():
        return raw.try_cast(_EXACT)
    shortest: ir.DecimalValue = raw.cast("string").try_cast(_EXACT)
    if raw.type() == dt.float32:
        return shortest
    exact: ir.DecimalValue = ibis.ifelse(raw.abs() < _NOISE_FREE, raw.try_cast(_EXACT), shortest)
    return exact


def as_whole(decimal: ir.DecimalValue, times: int = 1) -> ir.IntegerValue:
    """``times`` the decimal as a 64-bit integer; missing where that has decimals or does not fit."""
    is_whole = decimal == decimal.round(len(str(times)) - 1)
    kept = ibis.ifelse(is_within(decimal, times) & is_whole, decimal, None)
    whole: ir.IntegerValue = (kept * times).try_cast("int64")
    return whole


def is_within(decimal: ir.DecimalValue, times: int = 1) -> ir.BooleanValue:
    """Whether ``times`` the decimal fits its own type and 64 bits; multiplying raises where it does not."""
    digits = decimal.type().precision
    most = 2**63 if digits > _QUICK_DIGITS else 10 ** (digits - DECIMALS) - 1
    within: ir.BooleanValue = decimal.abs() < ibis.literal(Decimal(most // times), decimal.type())
    return within
