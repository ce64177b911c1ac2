"""From a raw column to a typed one, and to the reason where a value cannot be.

Input columns are cleaned texts (:mod:`keepwell.intake.cleaning`) or what Parquet and databases type. Nothing is
guessed: a value that could mean two things gets a reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt

from keepwell.core.clock import offsets
from keepwell.lake.functions import moment_from_text
from keepwell.language.types import Type

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

DAY_FORMS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"]
TIME_FORMS = ["%H:%M:%S", "%H:%M:%S.%f", "%H:%M", "%H时%M分%S秒", "%H时%M分", "%H点%M分"]
MOMENT_FORMS = [
    *(f"{day}{between}{time}" for day in DAY_FORMS for between in (" ", "T") for time in TIME_FORMS[:3]),
    *(f"%Y年%m月%d日{between}{time}" for between in ("", " ") for time in TIME_FORMS[3:]),
    "%Y年%m月%d日%H:%M:%S",
    "%Y年%m月%d日%H:%M",
    "%Y%m%d%H%M%S",
    *DAY_FORMS,
]
"""Tried in this order; none of them can read one text in two ways (month and day are never swapped)."""

OFFSET_FORMS = [f"%Y-%m-%d{between}{time}%z" for between in ("T", " ") for time in TIME_FORMS[:3]]
FIRST_YEAR, LAST_YEAR = 1900, 2199

_FULL_WIDTH = ("０１２３４５６７８９．，－（）％￥＋", "0123456789.,-()%¥+")
_MANY = {"万": 10_000, "亿": 100_000_000, "千": 1_000}
_AMOUNT = (
    r"^(?:[¥$€£]|CNY|RMB|人民币)?\s*(-?[0-9][0-9,]*(?:\.[0-9]+)?|-?\.[0-9]+)\s*([千万亿])?"
    r"\s*(?:元|圆|块|CNY|RMB)?$"
)
_GROUPED = r"^-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$|^-?[0-9]+(\.[0-9]+)?$"


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed column beside the reason (a key of REASONS, else missing) why it could not be typed."""

    value: ir.Value
    reason: ir.StringValue


@dataclass(frozen=True, slots=True)
class Reading:
    """What a column's values mean where they do not say so themselves."""

    zone: str
    """Zone of times without one."""
    minor_per_major: int
    """Minor units of the currency in one major unit."""
    form: str | None = None
    """strptime form of days and moments; None: the usual ones."""
    shift: timedelta = timedelta(0)
    """Added to every day and moment: a demo's whole weeks."""


def typed(raw: ir.Value, kind: Type, reading: Reading) -> Typed:
    """The column as ``kind``: money in minor units, moments as naive UTC timestamps."""
    return _CONVERSIONS[kind](raw, reading)


def _text(raw: ir.Value, _: Reading) -> Typed:
    if isinstance(raw.type(), dt.String):
        rounded = raw.contains("E+") & raw.re_search(r"^[0-9](\.[0-9]+)?E\+[0-9]{1,3}$")
        return Typed(ibis.ifelse(rounded, None, raw), _reason(rounded, "rounded_by_spreadsheet"))
    if raw.type().is_floating():
        # An id that became a float on the way: whole where that is exact.
        exact = (raw.abs() <= 2**53) & (raw == raw.floor())
        text = ibis.ifelse(exact, raw.try_cast("int64").cast("string"), raw.cast("string"))
        too_large = raw.abs() > 2**53
        return Typed(ibis.ifelse(too_large, None, text), _reason(too_large, "rounded_by_spreadsheet"))
    return Typed(raw.cast("string"), _none())


def _decimal(raw: ir.Value) -> ir.Value:
    """The exact value with six decimals; missing when it is no number of at most 32 digits before the point."""
    if not isinstance(raw.type(), dt.String):
        return raw.try_cast("decimal(38, 6)")
    plain = ibis.ifelse(raw.re_search("[^0-9.+-]"), None, raw).try_cast("decimal(38, 6)")
    return ibis.coalesce(plain, _written_amount(raw))


def _written_amount(raw: ir.StringValue) -> ir.Value:
    """Amounts as people write them: 1,234.50 · ¥12 · 1.2万 · 12元 · (12.00) · full-width digits."""
    text = raw.translate(*_FULL_WIDTH).replace(" ", "")
    bracketed = text.re_search(r"^\(.*\)$")
    text = ibis.ifelse(bracketed, text.re_replace(r"^\((.*)\)$", r"-\1"), text)
    fits = text.re_search(_AMOUNT)
    digits = text.re_extract(_AMOUNT, 1)
    grouped_well = digits.re_search(_GROUPED)
    number = ibis.ifelse(fits & grouped_well, digits.replace(",", ""), None).try_cast("decimal(38, 6)")
    times = text.re_extract(_AMOUNT, 2).cases(*_MANY.items(), else_=1)
    return (number * times).try_cast("decimal(38, 6)")


def _number(raw: ir.Value, _: Reading) -> Typed:
    if isinstance(raw.type(), dt.String):
        share = raw.re_search("^-?[0-9.]+[%％]$")
        exact = ibis.coalesce(
            ibis.ifelse(share, raw.re_replace("[%％]$", "").try_cast("float64") / 100, None),
            ibis.ifelse(raw.re_search("^[+-]?[0-9.]+([eE][+-]?[0-9]+)?$"), raw, None).try_cast("float64"),
            _written_amount(raw).cast("float64"),
        )
    else:
        exact = raw.try_cast("float64")
    value = ibis.ifelse(exact.isnan() | exact.isinf(), None, exact)
    return Typed(value, _unless(value, raw, "not_a_number"))


def _whole(raw: ir.Value, _: Reading) -> Typed:
    if raw.type().is_integer():
        value = raw.try_cast("int64")
        return Typed(value, _unless(value, raw, "out_of_range"))
    exact = _decimal(raw)
    value = ibis.ifelse(exact == exact.round(0), exact, None).try_cast("int64")
    reason = ibis.cases(
        (raw.isnull() | value.notnull(), None),
        (exact.isnull(), "not_a_number"),
        (exact != exact.round(0), "not_whole"),
        else_="out_of_range",
    )
    return Typed(value, reason)


def _money(raw: ir.Value, reading: Reading) -> Typed:
    exact = _decimal(raw)
    minor = exact * reading.minor_per_major
    is_whole = minor == minor.round(0)
    value = ibis.ifelse(is_whole, minor.round(0), None).try_cast("int64")
    reason = ibis.cases(
        (raw.isnull() | value.notnull(), None),
        (exact.isnull(), "not_money"),
        (~is_whole, "more_decimals"),
        else_="out_of_range",
    )
    return Typed(value, reason)


def _flag(raw: ir.Value, _: Reading) -> Typed:
    if raw.type().is_boolean():
        return Typed(raw, _none())
    text = raw.cast("string").lower()
    value = ibis.cases(
        (text.isin(["true", "t", "yes", "y", "1", "是", "有"]), True),
        (text.isin(["false", "f", "no", "n", "0", "否", "无"]), False),
    )
    return Typed(value, _unless(value, raw, "not_a_flag"))


def _day(raw: ir.Value, reading: Reading) -> Typed:
    if raw.type().is_date() or raw.type().is_timestamp():
        value = raw.cast("date")
    else:
        text = raw.cast("string")
        value = moment_from_text(text, [reading.form] if reading.form else MOMENT_FORMS).cast("date")
    value = _in_range(value)
    reason = _unless(value, raw, "not_a_day")
    shifted = (value.cast("timestamp") + ibis.interval(days=reading.shift.days)).date()
    return Typed(shifted, reason)


def _moment(raw: ir.Value, reading: Reading) -> Typed:
    local = _in_range(_local(raw, reading))
    shift = ibis.interval(days=reading.shift.days)
    value = local_to_utc(local + shift, reading.zone)
    if isinstance(raw.type(), dt.String) and not reading.form:
        # Texts that say their own offset from UTC. The cast to a plain timestamp would drop it silently.
        told = raw.re_search(r"^[0-9]{4}-.*(Z|[+-][0-9]{2}:?[0-9]{2})$")
        text = raw.re_replace("Z$", "+00:00")
        instant = _in_range(moment_from_text(ibis.ifelse(told, text, None), OFFSET_FORMS))
        value = ibis.coalesce(value, instant + shift)
    return Typed(value, _unless(value, raw, "not_a_moment"))


def _local(raw: ir.Value, reading: Reading) -> ir.Value:
    kind = raw.type()
    if kind.is_timestamp():
        return raw if kind.timezone is None else utc_to_local(raw.cast("timestamp"), reading.zone)
    if kind.is_date():
        return raw.cast("timestamp")
    return moment_from_text(raw.cast("string"), [reading.form] if reading.form else MOMENT_FORMS)


def local_to_utc(local: ir.TimestampValue, zone: str) -> ir.TimestampValue:
    """Naive local times as naive UTC. An hour that comes twice is its first; one that is skipped runs on."""
    return _shifted(local, zone, lambda start, before, after: start + max(before, after), sign=-1)


def utc_to_local(utc: ir.TimestampValue, zone: str) -> ir.TimestampValue:
    """Naive UTC times as naive local ones."""
    return _shifted(utc, zone, lambda start, _before, _after: start, sign=1)


def _shifted(
    value: ir.TimestampValue, zone: str, turn: Callable[..., object], *, sign: int
) -> ir.TimestampValue:
    table = offsets(zone)
    branches = [
        (value >= ibis.timestamp(turn(start, before, after).replace(tzinfo=None)), after)  # type: ignore[attr-defined]
        for (_, before), (start, after) in pairwise(table)
    ]
    seconds = [(condition, int(offset.total_seconds()) * sign) for condition, offset in reversed(branches)]
    first = int(table[0][1].total_seconds()) * sign
    shift = ibis.cases(*seconds, else_=first) if seconds else ibis.literal(first)
    shifted: ir.TimestampValue = value + shift.cast("int64").as_interval("s")
    return shifted


def _in_range(value: ir.Value) -> ir.Value:
    return ibis.ifelse(value.year().between(FIRST_YEAR, LAST_YEAR), value, None)


def _unless(value: ir.Value, raw: ir.Value, reason: str) -> ir.StringValue:
    return _reason(raw.notnull() & value.isnull(), reason)


def _reason(condition: ir.BooleanValue, reason: str) -> ir.StringValue:
    found: ir.StringValue = ibis.ifelse(condition, reason, ibis.null("string"))
    return found


def _none() -> ir.StringValue:
    value: ir.StringValue = ibis.null("string")
    return value


_CONVERSIONS: dict[Type, Callable[[ir.Value, Reading], Typed]] = {
    Type.TEXT: _text,
    Type.NUMBER: _number,
    Type.WHOLE: _whole,
    Type.MONEY: _money,
    Type.FLAG: _flag,
    Type.DAY: _day,
    Type.MOMENT: _moment,
}
