"""The business, the key that asks, today's figures, and the fields there are."""

from __future__ import annotations

from functools import partial

from pydantic import Field

from keepwell.answers.sight import Sight
from keepwell.answers.today import Today
from keepwell.answers.wording import choice_text
from keepwell.api.shapes.segments import SegmentStanding, standing
from keepwell.api.shapes.shared import AsOf, CustomerId, Minor, Shape, Words, as_of, in_both, words
from keepwell.catalog.dictionary import Entry, data_dictionary
from keepwell.catalog.plan import Plan
from keepwell.language.types import Type


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
    value: int
    before: int | None
    where: str = Field(description="the customers behind it, as /customers takes it")
    is_money: bool = Field(description="whether it is in the currency's minor unit")


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
    type: str = Field(examples=[each.value for each in Type][:3])
    choices: list[Choice] = Field(description="its only values, where they are known")
    unit: str | None
    kind: str | None = Field(description="the kind of definition that makes it")
    formula: str
    owner: str | None


class FieldList(Shape):
    """Every field of customers, as the snapshot has them."""

    as_of: AsOf
    fields: list[FieldEntry]


def today_figures(sight: Sight, found: Today) -> TodayFigures:
    """Today."""
    return TodayFigures(
        as_of=as_of(sight),
        figures=[TodayFigure.model_validate(each) for each in found.figures],
        leaving=standing(sight, found.leaving) if found.leaving else None,
        reasons=[ReasonAtStake.model_validate(each) for each in found.reasons],
        entered=[EnteredCustomer(customer_id=each, worth_minor=worth) for each, worth in found.entered],
        changed_segments=[standing(sight, each) for each in found.segments],
    )


def field_list(sight: Sight) -> FieldList:
    """The dictionary."""
    entries = [each for each in data_dictionary(sight.plan) if each.table == "customers"]
    return FieldList(as_of=as_of(sight), fields=[_field(sight.plan, each) for each in entries])


def _field(plan: Plan, entry: Entry) -> FieldEntry:
    owner = plan.owner(entry.name)
    choices = plan.customer_record().fields[entry.name].choices or ()
    return FieldEntry(
        name=entry.name,
        label=Words(en=entry.label_en, zh=entry.label_zh),
        about=words(plan, owner.about) if owner else None,
        type=entry.type,
        choices=[
            Choice(value=each, label=in_both(partial(choice_text, plan, entry.name, each)))
            for each in choices
        ],
        unit=entry.unit or None,
        kind=entry.kind or None,
        formula=entry.formula,
        owner=entry.owner or None,
    )
