"""The business, the key that asks, today's figures, and the fields there are."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from keepwell.api.shapes.segments import SegmentStanding
from keepwell.api.shapes.shared import AsOf, CustomerId, Minor, Shape, Words


class Business(Shape):
    """What is true of the whole business."""

    name: str
    version: str = Field(description="of Keepwell")
    currency: str = Field(examples=["CNY"])
    minor_per_major: int = Field(description="so many minor units make one of the currency", examples=[100])
    time_zone: str = Field(examples=["Asia/Shanghai"])
    language: str = Field(description="the plan's own", examples=["zh"])
    plan_version: int | None = Field(description="the published one; none before the first")
    as_of: AsOf | None = Field(description="the newest snapshot; none before the first run")


class AskingKey(Shape):
    """What the key that asks may do."""

    key_id: int | None
    owner: str
    permissions: list[str]
    has_scope: bool = Field(description="whether its owner sees only some customers")


class TodayFigure(Shape):
    """A figure of the first page, and the one of the 90 days before."""

    name: str = Field(examples=["active"])
    unit: Literal["count", "money", "share"] = Field(description="money is in the currency's minor unit")
    value: int | float | None = Field(description="none where there is nothing to divide by")
    before: int | float | None
    where: str = Field(description="the customers behind it, as /customers takes it")
    customers: int | None = Field(description="how many those are, where it is known")


class TodayMonth(Shape):
    """What was bought in a month; one that is not complete may still grow."""

    start: date
    complete: bool
    buyers: int
    new: int = Field(description="who bought for the first time")
    orders: int
    sales_minor: Minor | None
    kept: int = Field(description="buyers of the month before who bought again, among `of`")
    of: int


class ReasonAtStake(Shape):
    """How many of those about to leave have a reason, and what is at stake with them."""

    name: str
    customers: int
    worth_minor: Minor | None


class EnteredCustomer(Shape):
    """Who is about to leave since the last run."""

    customer_id: CustomerId
    worth_minor: Minor | None


class TodayFigures(Shape):
    """What changed, and who is about to leave."""

    as_of: AsOf
    figures: list[TodayFigure]
    months: list[TodayMonth] = Field(description="the latest ones, the oldest first")
    leaving: SegmentStanding | None = Field(description="none where the plan has no such segment")
    reasons: list[ReasonAtStake]
    entered: list[EnteredCustomer]
    changed_segments: list[SegmentStanding]


class Choice(Shape):
    """A value of a field, and what people call it."""

    value: str
    label: Words


class FieldEntry(Shape):
    """A field of customers."""

    name: str
    label: Words
    about: Words | None
    type: str = Field(examples=["whole", "money", "text"])
    choices: list[Choice] = Field(description="its only values, where they are known")
    unit: str | None
    kind: str | None = Field(description="the kind of definition that makes it")
    formula: str
    owner: str | None


class FieldList(Shape):
    """Every field of customers, as the snapshot has them."""

    as_of: AsOf
    fields: list[FieldEntry]
