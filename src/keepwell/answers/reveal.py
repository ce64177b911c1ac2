"""Personal values in the clear: for who may see them, with a reason, a few times an hour, and on the record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from keepwell.access.model import Permission, Viewer
from keepwell.answers.persons import party_keys_of
from keepwell.answers.sight import Sight
from keepwell.core.errors import Forbidden, LimitExceeded, NotFound, Refused
from keepwell.customers.vault import reveal
from keepwell.store.audit import count_since, record
from keepwell.store.locks import one_at_a_time

ACTION = "reveal_values"
PER_HOUR = 60
"""So many parties one user may reveal within an hour: enough for work at a counter, too few to copy a list."""
OTHER = "other"
REASONS = ("asked_by_customer", "delivery", "correction", "complaint", OTHER)
"""Why somebody may look. Of the last one, they say in their own words."""
WORDS_MIN, WORDS_MAX = 5, 200
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
SHORTEST_VALUE = 4
"""A shorter value, such as a surname, may stand in a reason by chance."""
TELLING_DIGITS = 8
"""So many last digits tell a number, with or without what stands before them."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One of :data:`REASONS`, and words of one's own, which :data:`OTHER` needs."""

    code: str
    words: str = ""

    def check(self) -> None:
        """Raise Refused for a reason that says nothing."""
        if self.code not in REASONS:
            raise Refused("say why you need to see the values", hint="choose one of the reasons")
        if self.code == OTHER and len(self.words.strip()) < WORDS_MIN:
            raise Refused("say why you need to see the values", hint=f"in at least {WORDS_MIN} characters")
        if CONTROLS.search(self.words):
            raise Refused("a reason holds no control characters", hint="take them out; nobody can see them")
        if len(self.words) > WORDS_MAX:
            raise Refused(f"a reason has at most {WORDS_MAX} characters")


def reveal_values(
    sight: Sight,
    session: Session,
    viewer: Viewer,
    customer_id: str,
    party_key: str,
    reason: Reason,
    *,
    now: datetime,
) -> Mapping[str, str]:
    """The personal values of one party of a customer, by column; recorded in the same transaction.

    The audit log is told who, whom, which columns and why, never the values. Show them once the transaction is over.
    Raises Forbidden for who may not, NotFound where the viewer does not see such a customer, Refused for a reason
    that says nothing or repeats a value, LimitExceeded after :data:`PER_HOUR` within an hour.
    """
    if not viewer.may(Permission.REVEAL_VALUES):
        raise Forbidden(f"you may not do this: it needs `{Permission.REVEAL_VALUES}`")
    reason.check()
    if party_key not in party_keys_of(sight, viewer, [customer_id]).get(customer_id, []):
        raise NotFound(f"there is no customer `{customer_id}` with such a party")
    one_at_a_time(session, ACTION)
    if count_since(session, actor=viewer.name, action=ACTION, since=now - timedelta(hours=1)) >= PER_HOUR:
        raise LimitExceeded(
            f"{PER_HOUR} persons are as many as one may reveal within an hour", hint="go on in a while"
        )
    values = reveal(session, sight.keys, [party_key]).get(party_key, {})
    if any(_repeats(reason.words, value) for value in values.values()):
        raise Refused("the reason holds one of the values", hint="reasons are kept for good: leave it out")
    record(
        session,
        at=now,
        actor=viewer.name,
        action=ACTION,
        subject_kind="customer",
        subject_id=customer_id,
        details={
            "party": party_key,
            "columns": sorted(values),
            "reason": reason.code,
            "words": reason.words.strip(),
        },
    )
    return values


def _repeats(words: str, value: str) -> bool:
    """Whether words hold a value, however it is spaced, set apart by signs, or written in small or capital letters."""
    told, kept = ("".join(filter(str.isalnum, text)).casefold() for text in (words, value))
    if len(kept) < SHORTEST_VALUE:
        return False
    digits = "".join(filter(str.isdecimal, kept))[-TELLING_DIGITS:]
    return kept in told or (len(digits) == TELLING_DIGITS and digits in "".join(filter(str.isdecimal, told)))
