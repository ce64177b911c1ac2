"""Personal values in the clear: with a reason, a few times an hour, and on the record.

No idempotency key is asked for: sent again, the values leave the house again, and the record says so.
"""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from keepwell.access.model import Permission
from keepwell.answers.reveal import WORDS_MAX, Reason, reveal_values
from keepwell.api.asking import AnyKey, needs
from keepwell.api.shapes.customers import RevealedValues
from keepwell.api.writes import Sent

SEE, REVEAL = needs(Permission.SEE_CUSTOMERS), needs(Permission.REVEAL_VALUES)

routes = APIRouter(tags=["customers"], dependencies=[SEE, REVEAL])


class RevealAsked(Sent):
    """Whose values, and why."""

    party_key: str = Field(max_length=400, description="one identity of the customer")
    reason: Literal["asked_by_customer", "delivery", "correction", "complaint", "other"]
    words: str = Field("", max_length=WORDS_MAX, description="in your own words; `other` needs them")


@routes.post("/customers/{customer_id}/reveal")
def reveal_customer(asking: AnyKey, customer_id: str, sent: RevealAsked) -> RevealedValues:
    """The personal values of one identity of a customer. The audit log keeps who, whom and why, never the values."""
    reason = Reason(sent.reason, sent.words)
    with asking.sight() as sight:
        with asking.write() as session:
            values = reveal_values(
                sight, session, asking.viewer, customer_id, sent.party_key, reason, now=asking.now
            )
        return RevealedValues(customer_id=customer_id, party_key=sent.party_key, values=dict(values))
