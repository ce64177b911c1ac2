"""rates.csv: what other currencies are worth in the plan's own, from which day on."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from keepwell.catalog.files import RATES_FILE
from keepwell.catalog.settings import check_currency
from keepwell.core.errors import Problem

HEADER = ["day", "currency", "rate"]
RATE_MAX = 10**9
"""No unit of one currency is worth so many of another."""


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """From ``day`` on, one unit of ``currency`` is worth ``rate`` units of the plan's currency."""

    currency: str
    day: date
    rate: Decimal


def read_rates(text: str, *, plan_currency: str) -> tuple[tuple[Rate, ...], list[Problem]]:
    """The rates by currency and day, and everything that is wrong with them."""
    rates: dict[tuple[str, date], Rate] = {}
    problems: list[Problem] = []
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        if next(rows, None) != HEADER:
            hint = "the first line reads `day,currency,rate`"
            return (), [Problem("this is no table of rates", file=RATES_FILE, line=1, hint=hint)]
        for row in rows:
            if not row:
                continue
            try:
                rate = _rate(row, plan_currency)
                if (rate.currency, rate.day) in rates:
                    raise ValueError(f"{rate.currency} has a rate for {rate.day} already")
                rates[rate.currency, rate.day] = rate
            except ValueError as error:
                problems.append(Problem(str(error), file=RATES_FILE, line=rows.line_num))
    except csv.Error as error:
        problems.append(Problem(f"this is not CSV: {error}", file=RATES_FILE, line=rows.line_num))
    return tuple(sorted(rates.values())), problems


def _rate(row: list[str], plan_currency: str) -> Rate:
    if len(row) != len(HEADER):
        raise ValueError(f"a line has {len(HEADER)} values; this one has {len(row)}")
    day, currency, rate = (value.strip() for value in row)
    check_currency(currency)
    if currency == plan_currency:
        raise ValueError(f"{currency} is the plan's own currency and needs no rate")
    try:
        return Rate(currency, date.fromisoformat(day), _positive(rate))
    except ValueError:
        raise ValueError(f"`{day}` is no day such as 2025-01-31") from None
    except InvalidOperation:
        raise ValueError(f"`{rate}` is no rate: write a number above 0 such as 7.18") from None


def _positive(text: str) -> Decimal:
    rate = Decimal(text)
    if not rate.is_finite() or not 0 < rate < RATE_MAX:
        raise InvalidOperation
    return rate
