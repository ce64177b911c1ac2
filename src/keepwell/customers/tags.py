"""Tags set by hand: words about parties, added and never changed. The latest one about a party counts.

Numbers rise in the order in which words become visible, since writers wait for one another; so whoever has read
up to a number has missed none below it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from keepwell.customers.tables import tag_words
from keepwell.store.audit import record
from keepwell.store.bulk import insert_missing
from keepwell.store.locks import one_at_a_time


@dataclass(frozen=True, slots=True)
class Word:
    """What was said of a party: ``value`` in canonical text, None where an earlier value was taken back."""

    number: int
    tag: str
    party_key: str
    value: str | None
    said_at: datetime


def set_tag(
    session: Session, tag: str, party_keys: Iterable[str], value: str | None, *, actor: str, now: datetime
) -> int:
    """Say ``value`` of parties, or take back what was said; of how many parties that is news.

    Those of whom the same was said last are left as they are, so that it may be done twice.
    """
    one_at_a_time(session, "tags")
    said = last_said(session, tag)
    news = [key for key in dict.fromkeys(party_keys) if said.get(key) != value]
    if not news:
        return 0
    row = {"tag": tag, "value": value, "said_at": now, "actor": actor}
    insert_missing(session, tag_words, [row | {"party_key": key} for key in news])
    record(
        session,
        at=now,
        actor=actor,
        action="untag" if value is None else "tag",
        subject_kind="tag",
        subject_id=tag,
        details={"value": value, "parties": len(news)},
    )
    return len(news)


def last_said(session: Session, tag: str) -> dict[str, str]:
    """Party → the value a tag has of it now."""
    newest = (
        select(func.max(tag_words.c.number)).where(tag_words.c.tag == tag).group_by(tag_words.c.party_key)
    )
    rows = session.execute(
        select(tag_words.c.party_key, tag_words.c.value).where(tag_words.c.number.in_(newest))
    )
    return {party_key: value for party_key, value in rows if value is not None}


def words_after(session: Session, number: int, *, limit: int) -> list[Word]:
    """The words that follow ``number``, in their order."""
    columns = [tag_words.c[name] for name in ("number", "tag", "party_key", "value", "said_at")]
    wanted = select(*columns).where(tag_words.c.number > number).order_by(tag_words.c.number).limit(limit)
    return [Word(*row) for row in session.execute(wanted)]
