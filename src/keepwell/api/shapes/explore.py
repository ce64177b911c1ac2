"""What the views of Explore answer."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from keepwell.api.shapes.shared import AsOf, Instant, Minor, Shape


class TrendPoint(Shape):
    """So many of those there were, in the period that begins on a day."""

    start: date
    kept: int
    of: int


class FallFound(Shape):
    """A fall that chance does not explain. Positions count in the points of its trend, from 0."""

    found: Literal["fall"] = "fall"
    at: int = Field(description="the first lower period")
    earliest: int
    latest: int
    lasting: int = Field(description="periods until it was complete; 1: at once")
    before: float
    after: float
    change: float = Field(description="the factor between them, less 1")
    low: float
    high: float
    p_value: float
    seasons: int


class NoFallFound(Shape):
    """No fall that chance does not explain."""

    found: Literal["no_fall"] = "no_fall"
    p_value: float
    seasons: int


class TooLittleFound(Shape):
    """Nothing can be said yet, and why."""

    found: Literal["not_enough_data"] = "not_enough_data"
    missing: str = Field(examples=["periods"], description="what there is too little of")
    there: int
    needed: int


class TrendFound(Shape):
    """Periods that are over, oldest first, and what is found in them."""

    points: list[TrendPoint]
    finding: FallFound | NoFallFound | TooLittleFound = Field(discriminator="found")


class CohortCell(Shape):
    """How many of a cohort bought in a later period; one that is not complete may still grow."""

    bought: int
    complete: bool


class CohortRow(Shape):
    """The buyers of a period, and what they did in those after it."""

    start: date
    size: int
    complete: bool
    cells: list[CohortCell]


class Cohorts(Shape):
    """Who buys again, cohort by cohort, and whether it began to fall."""

    as_of: AsOf
    by: str
    level: str
    cohorts: list[CohortRow]
    trend: TrendFound


class CameBack(Shape):
    """How many came back within so many days, and on exactly the last of them."""

    days: int
    within: int
    on: int
    complete: bool


class NewcomerMonth(Shape):
    """Who first bought in a month."""

    start: date
    size: int
    back: list[CameBack]


class NewCustomers(Shape):
    """New customers by month, and how many came back."""

    as_of: AsOf
    months: list[NewcomerMonth]
    trend: TrendFound


class SilentMonth(Shape):
    """Customers at the end of a month by how long they had been silent."""

    start: date
    stages: list[int]


class SilentMonths(Shape):
    """Who was silent for how long, and who was heard from again."""

    as_of: AsOf
    stages: list[str] = Field(description="what each number of a month counts")
    months: list[SilentMonth]
    trend: TrendFound


class FunnelStep(Shape):
    """How many took a step."""

    customers: int
    median_days: float | None = Field(description="since the step before")


class FirstSteps(Shape):
    """From the first purchase to the next contact, and to the second purchase."""

    as_of: AsOf
    since: date
    bought: int
    touched: FunnelStep
    bought_again: FunnelStep
    directly: int = Field(description="bought again without the step between")
    too_recent: int = Field(description="left out: they have not had all the days yet")


class ScoreSquare(Shape):
    """Customers with two scores."""

    down: int
    across: int
    customers: int
    worth_minor: Minor | None


class ScoreGrid(Shape):
    """Customers by two scores; squares without customers are left out."""

    as_of: AsOf
    down: str
    across: str
    worth: str | None
    squares: list[ScoreSquare]
    without: int = Field(description="customers who lack a score")


class CustomerClass(Shape):
    """One class of a field. Shares are from 0 to 1."""

    value: str
    customers: int
    customer_share: float | None
    worth_minor: Minor | None
    worth_share: float | None


class CustomerClasses(Shape):
    """Customers by the classes of a field."""

    as_of: AsOf
    field: str
    worth: str | None
    classes: list[CustomerClass]
    without: int


class ClassMove(Shape):
    """Customers who were in one class and are in another; none being no class."""

    before: str | None
    is_new: bool = Field(description="nothing was known of them at the beginning")
    after: str | None
    customers: int
    worth_before_minor: Minor | None
    worth_after_minor: Minor | None


class ClassMoves(Shape):
    """Who moved from which class to which between two instants."""

    as_of: AsOf
    field: str
    worth: str | None
    start: Instant
    end: Instant
    moves: list[ClassMove]


class BasketCell(Shape):
    """Customers by how often they bought and how much."""

    customers: int
    spend_minor: Minor | None


class Baskets(Shape):
    """Buyers by number of purchases (rows) and average basket (columns)."""

    as_of: AsOf
    since: date
    purchases_from: list[int] = Field(description="each row from so many purchases on")
    baskets_to: list[Minor] = Field(description="each column up to so much; the last beyond")
    rows: list[list[BasketCell]]


class OverdueBand(Shape):
    """Customers silent for so many of their usual gaps."""

    least: float | None
    below: float | None
    customers: int
    worth_minor: Minor | None
    where: str = Field(description="the customers behind it, as /customers takes it")


class OverdueItem(Shape):
    """An item that customers buy in a rhythm that lives."""

    name: str
    customers: int
    overdue: int
    gap_days: float = Field(description="mean of their usual gaps")


class OverdueCustomers(Shape):
    """How far overdue customers are by their own rhythm."""

    as_of: AsOf
    bands: list[OverdueBand]
    without: int = Field(description="customers without a usual gap")
    worth: str | None
    rhythm: str | None
    items: list[OverdueItem]
