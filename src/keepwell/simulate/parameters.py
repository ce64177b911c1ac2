"""What governs a simulation: how many, how long, until when, which seed, and the parameters of its processes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Literal

from keepwell.core.errors import Problem, Refused
from keepwell.core.nearest import did_you_mean

BLOCK = 2_000
"""Customers that are made together, always all of them, so that more customers leave the first ones as they are."""

CUSTOMERS_MIN, CUSTOMERS_MAX = 100, 20_000_000
YEARS_MAX = 10
CUSTOMER_YEARS_MAX = 60_000_000
FIRST_YEAR, LAST_YEAR = 2010, 2040
"""Years whose Spring Festival is in the table."""

RATE_MEAN_MAX = 0.5
"""Purchases of a customer a day, on average over all; so that a block stays small."""

SEED_MAX = 2**63 - 1

Period = Literal["month", "year"]
"""What one export file holds the rows of."""


def _parameter(default: float, low: float, high: float, about: str) -> float:
    """A field with its limits and its sentence."""
    made: float = field(default=default, metadata={"low": low, "high": high, "about": about})
    return made


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters of the processes (docs/concepts/simulator.md has the formulas)."""

    rate_shape: float = _parameter(0.8, 0.05, 50, "BG/NBD r: shape of the gamma of purchase rates")
    rate_days: float = _parameter(40, 1, 10_000, "BG/NBD alpha: rate of that gamma, in days")
    dropout_a: float = _parameter(1.2, 0.01, 1_000, "BG/NBD a: of the beta of dropout probabilities")
    dropout_b: float = _parameter(8.8, 0.01, 1_000, "BG/NBD b: of the beta of dropout probabilities")
    spend_p: float = _parameter(6, 0.1, 1_000, "Gamma-Gamma p: shape of a customer's order values")
    spend_q: float = _parameter(4, 1.01, 1_000, "Gamma-Gamma q: shape of the gamma of their rates")
    spend_gamma: float = _parameter(60, 0.1, 100_000, "Gamma-Gamma gamma, in 元")
    seasonality: float = _parameter(1, 0, 2, "exponent on the seasonal index: 0 is a flat year")
    price_share: float = _parameter(0.35, 0, 1, "share of customers who answer to prices")
    price_elasticity: float = _parameter(2.5, 0, 10, "their mean elasticity")
    decline_share: float = _parameter(0.2, 0, 1, "share of customers with a planted decline")
    decline_rate_factor: float = _parameter(
        0.35, 0, 1, "what the purchase rate is multiplied by from its onset"
    )
    decline_dropout_factor: float = _parameter(3, 1, 100, "what the dropout probability is multiplied by")
    campaign_uplift: float = _parameter(1, 0, 5, "scales the campaigns' effects: 0 is no effect")
    anonymous_share: float = _parameter(0.08, 0, 1, "share of store purchases without the card")
    returned_share: float = _parameter(0.04, 0, 1, "share of orders given back")
    cancelled_share: float = _parameter(0.03, 0, 1, "share of online orders cancelled")
    late_share: float = _parameter(0.01, 0, 1, "share of receipts uploaded days later")
    bad_share: float = _parameter(0.0005, 0, 0.2, "share of rows spoilt")
    second_card_share: float = _parameter(0.03, 0, 1, "share of card holders with a second card")
    phone_changed_share: float = _parameter(0.06, 0, 1, "share of card holders who change their phone")
    phone_shared_share: float = _parameter(0.02, 0, 1, "share of customers who share a phone with another")


PARAMETERS = {each.name: each for each in fields(Parameters)}
"""Name → field, with ``low``, ``high`` and ``about`` in its metadata."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """What to simulate; ``until`` is the last local day that has happened."""

    customers: int
    years: int
    seed: int
    until: date
    parameters: Parameters = Parameters()
    files_per: Period = "month"

    @property
    def first_day(self) -> date:
        """The first simulated day: ``years`` before the day after ``until``."""
        after = self.until + timedelta(days=1)
        try:
            return after.replace(year=after.year - self.years)
        except ValueError:  # from 29 February
            return after.replace(year=after.year - self.years, month=3, day=1)

    @property
    def days(self) -> int:
        """How many days."""
        return (self.until - self.first_day).days + 1

    @property
    def blocks(self) -> int:
        """How many blocks of customers."""
        return -(-self.customers // BLOCK)


def parameters_from(texts: Iterable[str]) -> Parameters:
    """Parameters from ``name=value`` texts. Raises Refused with everything that is wrong."""
    given: dict[str, float] = {}
    problems: list[Problem] = []
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        known = PARAMETERS.get(name)
        if known is None or not equals:
            hint = did_you_mean(name, PARAMETERS) or f"write NAME=NUMBER; names are {', '.join(PARAMETERS)}"
            problems.append(Problem(f"`{text}` sets no parameter", hint=hint))
            continue
        number = _number(value)
        low, high = known.metadata["low"], known.metadata["high"]
        if number is None or not low <= number <= high:
            what = f"`{value}` is no number from {low:g} to {high:g}"
            problems.append(Problem(what, field=name, hint=known.metadata["about"]))
        else:
            given[name] = number
    if problems:
        raise Refused(problems)
    return Parameters(**given)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def check(asked: Simulation) -> None:
    """Raise Refused, with everything that is wrong, for a simulation beyond the limits."""
    problems: list[Problem] = []
    if not CUSTOMERS_MIN <= asked.customers <= CUSTOMERS_MAX:
        what = f"{asked.customers:,} customers cannot be simulated"
        problems.append(Problem(what, hint=f"ask for {CUSTOMERS_MIN:,} to {CUSTOMERS_MAX:,}"))
    if not 1 <= asked.years <= YEARS_MAX:
        problems.append(Problem(f"{asked.years} years cannot be simulated", hint=f"ask for 1 to {YEARS_MAX}"))
    elif asked.customers * asked.years > CUSTOMER_YEARS_MAX:
        what = f"{asked.customers:,} customers over {asked.years} years are too many"
        problems.append(Problem(what, hint=f"customers × years may be {CUSTOMER_YEARS_MAX:,} at most"))
    if asked.parameters.rate_shape > RATE_MEAN_MAX * asked.parameters.rate_days:
        mean = asked.parameters.rate_shape / asked.parameters.rate_days
        hint = f"rate_shape ÷ rate_days may be {RATE_MEAN_MAX:g} at most"
        problems.append(Problem(f"{mean:g} purchases a day are too many for a mean", hint=hint))
    if not 0 <= asked.seed <= SEED_MAX:
        problems.append(Problem(f"{asked.seed} is no seed", hint="give a whole number from 0 on"))
    first_year = asked.until.year - max(asked.years, 1)
    if first_year < FIRST_YEAR or asked.until.year > LAST_YEAR:
        what = (
            f"a simulation from {first_year} until {asked.until} leaves the years {FIRST_YEAR} to {LAST_YEAR}"
        )
        problems.append(
            Problem(what, hint="the table of Spring Festivals covers those; choose another --until")
        )
    if problems:
        raise Refused(problems)
