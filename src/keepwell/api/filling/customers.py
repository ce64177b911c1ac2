"""Fills lists of customers and the profile of one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from keepwell.answers.ask import Answer, Found
from keepwell.answers.customer import Profile
from keepwell.answers.sight import Sight
from keepwell.answers.wording import reason_text
from keepwell.api.filling.shared import as_of, chosen, in_both, label_of, words
from keepwell.api.shapes.customers import (
    Customer,
    CustomerList,
    CustomerProfile,
    HeldReason,
    Identity,
    MembershipOf,
    ReasonCount,
    RhythmItem,
)
from keepwell.catalog.kinds import Reason
from keepwell.language.types import Value


def customer_list(
    sight: Sight, answer: Answer, fields: Collection[str] | None, segment: str | None, cursor: str | None
) -> CustomerList:
    """A page of an answer."""
    definition = sight.plan.segments.get(segment) if segment else None
    reasons = definition.reasons if definition else ()
    return CustomerList(
        as_of=as_of(sight),
        count=answer.count,
        of=answer.of,
        worth=answer.worth,
        worth_minor=answer.worth_minor,
        worth_of_minor=answer.worth_of_minor,
        reasons=[
            ReasonCount(
                name=each.name, label=words(sight.plan, each.label), customers=answer.by_reason[each.name]
            )
            for each in reasons
        ],
        customers=[customer(sight, each, fields) for each in answer.found],
        next_cursor=cursor,
    )


def customer(sight: Sight, found: Found, fields: Collection[str] | None) -> Customer:
    """One of an answer."""
    return Customer(
        customer_id=found.customer_id,
        party_keys=list(found.person.party_keys),
        masked=dict(found.person.masked),
        values=chosen(found.values, fields),
        reasons=_reasons(sight, found.reasons, found.values),
        because=[part for part in found.because if part != "true"],
    )


def customer_profile(sight: Sight, found: Profile) -> CustomerProfile:
    """One customer with all there is."""
    return CustomerProfile(
        as_of=as_of(sight),
        customer_id=found.customer_id,
        identities=[Identity.model_validate(each) for each in found.person.parties],
        segments=[
            MembershipOf(
                segment=each.segment,
                label=label_of(sight.plan, each.segment, "segment"),
                reasons=_reasons(sight, each.reasons, found.values),
            )
            for each in found.memberships
        ],
        values=dict(found.values),
        decided_by={name: list(parts) for name, parts in found.decided_by.items()},
        items=[RhythmItem.model_validate(each) for each in found.items],
    )


def _reasons(sight: Sight, reasons: Sequence[Reason], values: Mapping[str, Value]) -> list[HeldReason]:
    return [
        HeldReason(name=each.name, says=in_both(partial(reason_text, sight.plan, each, values)))
        for each in reasons
    ]
