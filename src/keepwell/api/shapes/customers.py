"""Customers: in a list, one of them, and what happened to one."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from keepwell.api.shapes.shared import (
    AsOf,
    CustomerId,
    Instant,
    Minor,
    Shape,
    Values,
    Words,
)


class HeldReason(Shape):
    """Why a customer is in a segment, in plain words with their own figures."""

    name: str
    says: Words


class ReasonCount(Shape):
    """How many customers of an answer have a reason."""

    name: str
    label: Words | None
    customers: int


class Customer(Shape):
    """A customer in a list. Personal values are masked."""

    customer_id: CustomerId
    party_keys: list[str] = Field(description="system:id of each identity")
    masked: dict[str, str] = Field(description="personal values by column, masked")
    values: Values = Field(description="fields by name; /fields says their types")
    reasons: list[HeldReason]
    because: list[str] = Field(description="the parts of the condition that decided")


class CustomerList(Shape):
    """A page of the customers who meet a condition."""

    as_of: AsOf
    count: int = Field(description="how many meet it")
    of: int = Field(description="how many this key sees")
    worth: str | None = Field(description="the field that says what is at stake")
    worth_minor: Minor | None = Field(description="its sum over those who meet it")
    worth_of_minor: Minor | None = Field(description="its sum over all this key sees")
    reasons: list[ReasonCount]
    customers: list[Customer]
    next_cursor: str | None


class FoundCustomers(Shape):
    """Customers found exactly, at most 50."""

    as_of: AsOf
    customers: list[Customer]


class Identity(Shape):
    """One identity of a customer: who knows it, and its personal values, masked."""

    party_key: str
    sources: list[str]
    masked: dict[str, str]


class MembershipOf(Shape):
    """A segment a customer is in, and why."""

    segment: str
    label: Words
    reasons: list[HeldReason]


class RhythmItem(Shape):
    """Something a customer has a rhythm of."""

    rhythm: str
    item: str
    days: int
    gap_days: float = Field(description="the usual gap")
    last_on: date
    expected_on: date
    overdue_days: int
    is_live: bool = Field(description="false once silence has ended the rhythm")


class CustomerProfile(Shape):
    """One customer."""

    as_of: AsOf
    customer_id: CustomerId
    identities: list[Identity]
    segments: list[MembershipOf]
    values: Values
    decided_by: dict[str, list[str]] = Field(description="field with cases: the parts that decided")
    items: list[RhythmItem]


class TimeLineEvent(Shape):
    """A fact, or a segment's entry or exit."""

    occurred_at: Instant
    kind: str = Field(examples=["order", "segment"])
    source: str = Field(description="the source; of an entry or exit the segment")
    key: str
    values: Values


class TimeLine(Shape):
    """A page of what happened, the newest first."""

    as_of: AsOf
    events: list[TimeLineEvent]
    next_cursor: str | None


class RevealedValues(Shape):
    """Personal values in the clear. Keep them nowhere."""

    customer_id: CustomerId
    party_key: str
    values: dict[str, str]
