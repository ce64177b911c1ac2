"""Days and moments as files write them, and local times as UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt

from keepwell.core.clock import offsets
from keepwell.lake.functions import as_moment, moment_from_text

if TYPE_CHECKING:
    import ibis.expr.types as ir

_DAY_FORMS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]
_TIME_FORMS = ["%H:%M:%S", "%H:%M", "%H:%M:%S.%f"]
_CHINESE_TIME_FORMS = ["%H时%M分%S秒", "%H时%M分", "%H点%M分"]
FORMS = [
    *(f"{day} {time}" for time in _TIME_FORMS for day in _DAY_FORMS),
    *_DAY_FORMS,
    *(f"{day}T{time}" for time in _TIME_FORMS for day in _DAY_FORMS[:3]),
    *(f"%Y年%m月%d日{between}{time}" for between in ("", " ") for time in _CHINESE_TIME_FORMS),
    *(f"%Y年%m月%d日{time}" for time in _TIME_FORMS),
]
"""None of them can read one text in two ways (month and day are never swapped); the commonest come first."""

COMPACT = "^[0-9]{8}([ T].*)?$|^[0-9]{14}$"
COMPACT_FORMS = ["%Y%m%d", "%Y%m%d%H%M%S", *(f"%Y%m%d{between}{t}" for between in " T" for t in _TIME_FORMS)]
"""Only where all digits are there: 2024111 could be two days."""

OFFSET_FORMS = [f"%Y-%m-%d{between}{time}%z" for between in ("T", " ") for time in _TIME_FORMS]
_TELLS_OFFSET = "^[0-9]{4}-.*(Z|[+-][0-9]{2}:?[0-9]{2})$"
FIRST_YEAR, LAST_YEAR = 1900, 2199


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


def said(raw: ir.Value, reading: Reading) -> ir.TimestampValue:
    """The time as it was written: naive, local unless :func:`is_instant`."""
    kind = raw.type()
    if kind.is_timestamp() or kind.is_date():
        return as_moment(raw)
    text: ir.StringValue = raw.cast("string")
    if kind.is_floating():
        text = raw.try_cast("int64").cast("string")
    if reading.form:
        return moment_from_text(text, [reading.form])
    compact = ibis.ifelse(text.re_search(COMPACT), text, None)
    usual: ir.TimestampValue = ibis.coalesce(
        moment_from_text(text, FORMS), moment_from_text(compact, COMPACT_FORMS)
    )
    return usual


def moment(raw: ir.Value, said: ir.TimestampValue, reading: Reading) -> ir.TimestampValue:
    """The instant, naive UTC, within the years 1900 to 2199; missing otherwise."""
    if is_instant(raw):
        return _in_range(_moved(said, reading))
    value = local_to_utc(said + _days(reading), reading.zone)
    if _may_tell_offset(raw, reading):
        value = ibis.coalesce(value, _moved(_told(raw), reading))
    return _in_range(value)


def day(raw: ir.Value, said: ir.TimestampValue, reading: Reading) -> ir.DateValue:
    """The local day, within the years 1900 to 2199; missing otherwise."""
    local = utc_to_local(said, reading.zone) if is_instant(raw) else said
    if _may_tell_offset(raw, reading):
        local = ibis.coalesce(local, utc_to_local(_told(raw), reading.zone))
    return (_in_range(local) + _days(reading)).date()


def start_of_day(day: ir.DateValue, zone: str) -> ir.TimestampValue:
    """The first instant of a local day, within the years 1900 to 2199; missing otherwise."""
    return _in_range(local_to_utc(as_moment(day), zone))


def is_instant(raw: ir.Value) -> bool:
    """Whether the column's own type says which instants its times are."""
    return raw.type().is_timestamp() and raw.type().timezone is not None


def local_to_utc(local: ir.TimestampValue, zone: str) -> ir.TimestampValue:
    """Naive local times as naive UTC. An hour that comes twice is its first; one that is skipped runs on."""
    table = offsets(zone)
    begins = [start + max(before, after) for (_, before), (start, after) in pairwise(table)]
    return local - _offset(local, begins, [offset for _, offset in table])


def utc_to_local(utc: ir.TimestampValue, zone: str) -> ir.TimestampValue:
    """Naive UTC times as naive local ones."""
    return utc + _offset_of_utc(utc, zone)


def _offset_of_utc(utc: ir.TimestampValue, zone: str) -> ir.IntervalValue:
    table = offsets(zone)
    return _offset(utc, [start for start, _ in table[1:]], [offset for _, offset in table])


def _offset(
    value: ir.TimestampValue, begins: Sequence[datetime], each: Sequence[timedelta]
) -> ir.IntervalValue:
    """The offset at a time, found by halving: ``each[i + 1]`` holds from ``begins[i]`` on."""
    if len(each) == 1:
        return ibis.interval(seconds=int(each[0].total_seconds()))
    middle = len(each) // 2
    is_before = value < ibis.timestamp(begins[middle - 1].replace(tzinfo=None))
    earlier = _offset(value, begins[: middle - 1], each[:middle])
    return is_before.ifelse(earlier, _offset(value, begins[middle:], each[middle:]))


def _may_tell_offset(raw: ir.Value, reading: Reading) -> bool:
    return isinstance(raw.type(), dt.String) and reading.form is None


def _told(raw: ir.StringValue) -> ir.TimestampValue:
    """Naive UTC of texts that say their own offset, ``2026-01-31T16:00:00Z``; missing for others."""
    text = ibis.ifelse(raw.re_search(_TELLS_OFFSET), raw.re_replace("Z$", "+00:00"), None)
    return moment_from_text(text, OFFSET_FORMS)


def _moved(instant: ir.TimestampValue, reading: Reading) -> ir.TimestampValue:
    """Shifted by the local clock, which keeps the time of day; left alone where nothing is shifted.

    Both offsets are looked up by the instant: within an hour of a change of clocks the time of day may move by it.
    """
    if not reading.shift:
        return instant
    moved = instant + _days(reading)
    return moved + _offset_of_utc(instant, reading.zone) - _offset_of_utc(moved, reading.zone)


def _days(reading: Reading) -> ir.IntervalScalar:
    return ibis.interval(days=reading.shift.days)


def _in_range(value: ir.TimestampValue) -> ir.TimestampValue:
    first, end = ibis.timestamp(datetime(FIRST_YEAR, 1, 1)), ibis.timestamp(datetime(LAST_YEAR + 1, 1, 1))  # noqa: DTZ001
    within: ir.TimestampValue = ibis.ifelse((value >= first) & (value < end), value, None)
    return within
