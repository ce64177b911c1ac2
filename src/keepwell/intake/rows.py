"""From a prepared chunk to typed rows: columns as the lake has them, and the problems that keep a row out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

import ibis

from keepwell.catalog.rates import Rate
from keepwell.core.clock import AsOf
from keepwell.intake.contract import Contract
from keepwell.intake.personal import DIGEST, PROBLEMS
from keepwell.intake.rates import HAS_RATE, RATE, has_more_decimals, turned, with_rates
from keepwell.intake.readers import ROW
from keepwell.intake.times import start_of_day, utc_to_local
from keepwell.intake.values import reason, said, value
from keepwell.lake.engine import Engine
from keepwell.lake.functions import as_moment, stable_hash
from keepwell.language.to_ibis import to_ibis
from keepwell.language.types import MAX_ROUNDED, Type

if TYPE_CHECKING:
    import ibis.expr.types as ir

    Found: TypeAlias = tuple[ir.BooleanValue, ir.StringValue]
    """Where rows have a problem, and its text ``field=reason;``."""

SEPARATOR = "\x1f"
"""Between the parts of a key or a body: the control character made for it, which no till prints."""


def typed_rows(
    raw: ir.Table, contract: Contract, *, as_of: AsOf, rates: Sequence[Rate], engine: Engine
) -> ir.Table:
    """Every row of a prepared chunk, typed.

    Columns: ROW, PROBLEMS (``field=reason;`` …, empty for a good row), ``key``, ``body`` (text of all that makes
    the row what it is), ``party_key``, ``occurred_at``, ``occurred_on``, ``revision``, and the contract's fact
    columns.
    """
    rows = _typed(raw, contract)
    when = {"occurred_at", "currency"} & contract.computed.keys()
    rows = _computed(rows, contract, as_of, when)
    if "occurred_at" in rows.columns:
        rows = rows.mutate(occurred_on=utc_to_local(rows.occurred_at, contract.plan_zone).date())
    if contract.is_converted:
        rows = _in_one_currency(rows, contract, rates, engine)
    rows = _computed(rows, contract, as_of, contract.computed.keys() - when)
    later = _missing(rows, contract)
    if "occurred_at" in rows.columns:
        limit = as_of.instant + timedelta(minutes=contract.source.future_after_minutes)
        future = (rows.occurred_at > ibis.timestamp(limit.replace(tzinfo=None))).fill_null(False)  # noqa: FBT003
        later.append((future, ibis.literal("occurred_at=in_the_future;")))
    rows = rows.mutate(**{PROBLEMS: _with_problems(rows[PROBLEMS], later)})
    if broken := _broken_rules(rows, contract, as_of):
        rows = rows.mutate(**{PROBLEMS: _with_problems(rows[PROBLEMS], broken)})
    return _with_identity(rows, contract)


def _typed(raw: ir.Table, contract: Contract) -> ir.Table:
    """The read columns typed, in steps of which each is computed once (:mod:`keepwell.intake.values`)."""
    kinds, reading = contract.types, contract.reading
    heard = raw.mutate(
        **{f"{name} said": said(raw[name], kind, reading[name]) for name, kind in kinds.items()}
    )
    valued = heard.mutate(
        **{
            f"{name} value": value(heard[name], heard[f"{name} said"], kind, reading[name])
            for name, kind in kinds.items()
        }
    )
    problems = [
        (
            valued[name].notnull() & valued[f"{name} value"].isnull(),
            ibis.literal(f"{name}=") + reason(valued[name], kind, reading[name]) + ";",
        )
        for name, kind in kinds.items()
    ]
    before = valued[PROBLEMS] if PROBLEMS in raw.columns else ibis.literal("")
    columns = {name: valued[f"{name} value"] for name in kinds}
    if "party" in contract.personal:
        columns["party"] = valued["party"]
    if DIGEST in raw.columns:
        columns[DIGEST] = valued[DIGEST]
    return valued.select(valued[ROW], _with_problems(before, problems).name(PROBLEMS), **columns)


def _with_problems(before: ir.StringValue, found: Sequence[Found]) -> ir.StringValue:
    """The problems of a row with more of them; texts are composed only for rows that have any."""
    if not found:
        return before
    has_any = ibis.or_(*(condition for condition, _ in found))
    texts = [ibis.ifelse(condition, text, "") for condition, text in found]
    problems: ir.StringValue = ibis.ifelse(has_any, _joined([before, *texts]), before)
    return problems


def _computed(rows: ir.Table, contract: Contract, as_of: AsOf, names: Collection[str]) -> ir.Table:
    for name, checked in contract.computed.items():
        if name not in names:
            continue
        value = to_ibis(checked, rows, as_of)
        match checked.type, contract.computed_types[name]:
            case Type.NUMBER, Type.MONEY:
                rate = rows[RATE] if contract.is_converted else 1.0
                minor = (value * rate * contract.currency.minor_per_major + 0.5).floor()
                value = ibis.ifelse(minor.abs() <= MAX_ROUNDED, minor, None).try_cast("int64")
            case Type.DAY, Type.MOMENT:
                value = start_of_day(value, contract.zone)
        rows = rows.mutate(**{name: value})
    return rows


def _in_one_currency(rows: ir.Table, contract: Contract, rates: Sequence[Rate], engine: Engine) -> ir.Table:
    """The amounts that were read, in thousandths of each row's own currency, turned to the plan's."""
    stated = contract.source.currency or contract.currency.code
    told = rows.currency.upper() if "currency" in rows.columns else ibis.null("string")
    rows = with_rates(rows.mutate(currency=ibis.coalesce(told, stated)), contract.currency, rates, engine)
    money = [name for name, kind in contract.types.items() if kind is Type.MONEY]
    amounts = rows.mutate(**{f"{name} turned": turned(rows, name) for name in money})
    problems: list[Found] = [(~amounts[HAS_RATE], ibis.literal("currency=no_rate;"))]
    for name in money:
        too_large = amounts[name].notnull() & amounts[f"{name} turned"].isnull()
        problems.append((has_more_decimals(amounts, name), ibis.literal(f"{name}=more_decimals;")))
        problems.append((too_large, ibis.literal(f"{name}=out_of_range;")))
    return amounts.mutate(
        **{PROBLEMS: _with_problems(amounts[PROBLEMS], problems)},
        **{name: amounts[f"{name} turned"] for name in money},
    )


def _missing(rows: ir.Table, contract: Contract) -> list[Found]:
    """Required values that are absent; one that is there but bad has its reason already."""
    return [
        (
            rows[name].isnull() & ~rows[PROBLEMS].contains(f"{name}="),
            ibis.literal(f"{name}=missing;"),
        )
        for name in sorted(contract.required & set(rows.columns))
    ]


def _broken_rules(rows: ir.Table, contract: Contract, as_of: AsOf) -> list[Found]:
    """Rules of the source that a row breaks; a row with another problem is not judged by them as well."""
    return [
        (~(to_ibis(rule, rows, as_of) | (rows[PROBLEMS] != "")), ibis.literal(f"=rule_{number};"))
        for number, rule in enumerate(contract.rules, start=1)
    ]


def _with_identity(rows: ir.Table, contract: Contract) -> ir.Table:
    """Add party_key, key, revision and body; keep what the lake keeps."""
    missing = ibis.null("string")
    party = rows.party if "party" in rows.columns else missing
    kept: dict[str, ir.Value] = {
        ROW: rows[ROW],
        PROBLEMS: rows[PROBLEMS],
        "party_key": ibis.literal(f"{contract.system}:") + party,
        "occurred_at": rows.occurred_at if "occurred_at" in rows.columns else ibis.null("timestamp"),
        "occurred_on": rows.occurred_on if "occurred_on" in rows.columns else ibis.null("date"),
        "revision": _revision(rows, contract.source.revision),
        **{name: rows[name] for name in contract.facts},
    }
    parts = [
        kept["party_key"],
        kept["occurred_at"],
        *(rows[name] for name in contract.facts),
        *([rows[DIGEST]] if DIGEST in rows.columns else []),
    ]
    body = _joined([_text(part) for part in parts], SEPARATOR)
    columns = contract.source.key
    # A source without a key: a row is what it says, told from identical ones by its number among them, later.
    key = _joined([_text(rows[name]) for name in columns], SEPARATOR) if columns else body.hexdigest("md5")
    return rows.select(**kept, key=key, body=body)


def _revision(rows: ir.Table, name: str | None) -> ir.TimestampValue:
    """What grows with the revision: the day or moment it is, or as many microseconds after 1970 as its number."""
    if name is None:
        return ibis.null("timestamp")
    revision = rows[name]
    if not revision.type().is_integer():
        return as_moment(revision)
    counted: ir.TimestampValue = ibis.timestamp(1970, 1, 1, 0, 0, 0) + revision.as_interval("us")
    return counted


def with_hashes(rows: ir.Table) -> ir.Table:
    """Rows with ``key_hash`` and ``body_hash`` in the place of ``body``. The key takes part in the body's hash."""
    body = rows.key + SEPARATOR + rows.body
    return rows.mutate(key_hash=stable_hash(rows.key), body_hash=stable_hash(body)).drop("body")


def _text(value: ir.Value) -> ir.StringValue:
    text: ir.StringValue = value.cast("string").fill_null("")
    return text


def _joined(parts: Sequence[ir.Value], separator: str = "") -> ir.StringValue:
    if not parts:
        empty: ir.StringValue = ibis.literal("")
        return empty
    joined: ir.StringValue = ibis.literal(separator).join(parts)
    return joined
