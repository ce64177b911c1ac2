"""From a raw column to a typed one, and to the reason where a value cannot be.

Input columns are cleaned texts (:mod:`keepwell.intake.cleaning`) or what Parquet and databases type. Nothing is
guessed: a value that could mean two things gets a reason.

It takes three steps, so that an engine reads each text once: what a column ``said`` (of money the exact decimal, of
a moment the time), its ``value``, and the ``reason`` where there is something and no value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt

from keepwell.intake import times
from keepwell.intake.amounts import as_whole, exact_decimal, is_within, number, quick_decimal
from keepwell.intake.times import Reading
from keepwell.language.types import MAX_NUMBER, MAX_ROUNDED, Type

if TYPE_CHECKING:
    import ibis.expr.types as ir

REASONS = {
    "missing": "a value is required here",
    "not_a_number": "not a number",
    "not_whole": "not a whole number",
    "out_of_range": "a number too large to be kept exactly",
    "not_money": "not an amount of money",
    "more_decimals": "more decimals than the currency has",
    "not_a_day": "not a day that can be read in one way only",
    "not_a_moment": "not a time that can be read in one way only",
    "not_a_flag": "neither yes nor no",
    "rounded_by_spreadsheet": "a spreadsheet has rounded it to a form such as 1.38E+10; its digits are lost",
}
"""Why a value cannot be taken, explained. Personal values have reasons of their own (keepwell.personal)."""

_ROUNDED = r"^[0-9](\.[0-9]+)?E\+[0-9]{1,3}$"


def said(raw: ir.Value, kind: Type, reading: Reading) -> ir.Value:
    """The first step: what is costly to read and looked at more than once."""
    match kind:
        case Type.MONEY | Type.WHOLE:
            return raw if raw.type().is_integer() and kind is Type.WHOLE else quick_decimal(raw)
        case Type.NUMBER:
            return number(raw)
        case Type.DAY | Type.MOMENT:
            return times.said(raw, reading)
    return raw


def value(raw: ir.Value, said: ir.Value, kind: Type, reading: Reading) -> ir.Value:
    """The second step: the column as ``kind``, money in minor units, moments as naive UTC timestamps."""
    match kind:
        case Type.TEXT:
            return _text(raw)
        case Type.NUMBER:
            return ibis.ifelse(said.between(-MAX_NUMBER, MAX_NUMBER), said, None)
        case Type.WHOLE if raw.type().is_integer():
            return raw.try_cast("int64")
        case Type.WHOLE:
            return ibis.coalesce(as_whole(said), as_whole(exact_decimal(raw)))
        case Type.MONEY:
            per_major = reading.minor_per_major
            return ibis.coalesce(as_whole(said, per_major), as_whole(exact_decimal(raw), per_major))
        case Type.FLAG:
            return _flag(raw)
        case Type.DAY:
            return times.day(raw, said, reading)
        case Type.MOMENT:
            return times.moment(raw, said, reading)


def reason(raw: ir.Value, kind: Type, reading: Reading) -> ir.StringValue:
    """The third step: why there is no value (a key of REASONS), where there is something and no value."""
    match kind:
        case Type.WHOLE if raw.type().is_integer():
            return ibis.literal("out_of_range")
        case Type.WHOLE:
            return _why_no_integer(raw, 1, "not_a_number", "not_whole")
        case Type.MONEY:
            return _why_no_integer(raw, reading.minor_per_major, "not_money", "more_decimals")
    return ibis.literal(_ONLY_REASON[kind])


_ONLY_REASON = {
    Type.TEXT: "rounded_by_spreadsheet",
    Type.NUMBER: "not_a_number",
    Type.FLAG: "not_a_flag",
    Type.DAY: "not_a_day",
    Type.MOMENT: "not_a_moment",
}


def _why_no_integer(raw: ir.Value, times: int, not_one: str, has_decimals: str) -> ir.StringValue:
    exact = exact_decimal(raw)
    why: ir.StringValue = ibis.cases(
        (exact.isnull(), not_one), (is_within(exact, times), has_decimals), else_="out_of_range"
    )
    return why


def _text(raw: ir.Value) -> ir.StringValue:
    if isinstance(raw.type(), dt.String):
        is_rounded = raw.contains("E+") & raw.re_search(_ROUNDED)
        kept: ir.StringValue = ibis.ifelse(is_rounded, None, raw)
        return kept
    text: ir.StringValue = raw.cast("string")
    if raw.type().is_floating():
        # An id that became a float on the way: whole where that is exact, lost where it cannot be.
        is_whole = raw == raw.floor()
        text = ibis.ifelse(is_whole, raw.try_cast("int64").cast("string"), text)
        text = ibis.ifelse(raw.abs() > MAX_ROUNDED, None, text)
    return text


def _flag(raw: ir.Value) -> ir.BooleanValue:
    if raw.type().is_boolean():
        return raw
    text = raw.cast("string").lower()
    known: ir.BooleanValue = ibis.cases(
        (text.isin(["true", "t", "yes", "y", "1", "是", "有"]), True),
        (text.isin(["false", "f", "no", "n", "0", "否", "无"]), False),
    )
    return known
