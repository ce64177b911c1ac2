"""Tags set by hand: words about parties, added and never changed. The latest one about a party counts.

Numbers rise in the order in which words become visible, since writers wait for one another; so whoever has read
up to a number has missed none below it, and the words of one act follow one another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from keepwell.core.errors import Conflict, NotFound
from keepwell.customers.tables import tag_acts, tag_words
from keepwell.store.audit import record
from keepwell.store.bulk import in_chunks, insert_missing
from keepwell.store.locks import one_at_a_time
from keepwell.store.types import JsonObject

ACTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Word:
    """What was said of a party: ``value`` in canonical text, None where an earlier value was taken back."""

    number: int
    tag: str
    party_key: str
    value: str | None
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What a tag says of a customer now, who said it and when; ``value`` is None where it was taken back."""

    tag: str
    value: str | None
    said_at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody said at one time of many parties: the words from ``first`` to ``last``."""

    id: int
    tag: str
    value: str | None
    actor: str
    said_at: datetime
    first: int
    last: int
    parties: int
    undone_at: datetime | None


def set_tag(
    session: Session, tag: str, party_keys: Iterable[str], value: str | None, *, actor: str, now: datetime
) -> int:
    """Say ``value`` of parties, or take back what was said; of how many parties that is news.

    Those of whom the same was said last are left as they are, so that it may be done twice.
    """
    one_at_a_time(session, "tags")
    keys = list(dict.fromkeys(party_keys))
    said = last_said(session, tag, among=keys)
    news = {key: value for key in keys if said.get(key) != value}
    if not news:
        return 0
    first, last = _say(session, tag, news, actor=actor, now=now)
    act = {"tag": tag, "value": value, "actor": actor, "said_at": now, "parties": len(news)}
    session.execute(insert(tag_acts).values(act | {"first": first, "last": last}))
    action = "untag" if value is None else "tag"
    _record(session, action, tag, {"value": value, "parties": len(news)}, actor=actor, now=now)
    return len(news)


def undo_act(session: Session, act_id: int, *, actor: str, now: datetime) -> int:
    """Say again what had been said before one of the actor's own acts; of how many parties.

    Parties of whom something else was said since are left as they are. Raises NotFound for an act of somebody else,
    Conflict for one that was undone.
    """
    one_at_a_time(session, "tags")
    act = _act(session, act_id, actor)
    if act.undone_at is not None:
        raise Conflict("this was undone already")
    again: dict[str, str | None] = {}
    within = tag_words.c.number.between(act.first, act.last) & (tag_words.c.tag == act.tag)
    for keys in in_chunks(session.scalars(select(tag_words.c.party_key).where(within)).all()):
        newest = _newest(session, act.tag, keys)
        before = last_said(session, act.tag, among=keys, below=act.first)
        again |= {key: before.get(key) for key in keys if newest[key] <= act.last}
    if again:
        _say(session, act.tag, again, actor=actor, now=now)
    session.execute(update(tag_acts).where(tag_acts.c.id == act_id).values(undone_at=now))
    details: JsonObject = {"value": act.value, "parties": len(again), "said_at": act.said_at.isoformat()}
    _record(session, "undo_tag", act.tag, details, actor=actor, now=now)
    return len(again)


def acts_of(session: Session, actor: str, *, limit: int = ACTS_SHOWN) -> list[Act]:
    """What somebody said, act by act, the newest first."""
    wanted = select(tag_acts).where(tag_acts.c.actor == actor).order_by(tag_acts.c.id.desc()).limit(limit)
    return [Act(**row) for row in session.execute(wanted).mappings()]


def last_said(
    session: Session, tag: str, *, among: Collection[str] | None = None, below: int | None = None
) -> dict[str, str]:
    """Party → the value a tag has of it now, or had before the word ``below``; of some parties, or of all."""
    found: dict[str, str] = {}
    for keys in [None] if among is None else in_chunks(among):
        newest = select(func.max(tag_words.c.number)).where(tag_words.c.tag == tag)
        if keys is not None:
            newest = newest.where(tag_words.c.party_key.in_(keys))
        if below is not None:
            newest = newest.where(tag_words.c.number < below)
        words = select(tag_words.c.party_key, tag_words.c.value).where(
            tag_words.c.number.in_(newest.group_by(tag_words.c.party_key)), tag_words.c.value.is_not(None)
        )
        found |= dict(session.execute(words).all())
    return found


def said_of(session: Session, tags: Collection[str], party_keys: Collection[str]) -> dict[str, Said]:
    """Tag → what was last said by it of a customer, by whichever of their parties."""
    newest = (
        select(func.max(tag_words.c.number))
        .where(tag_words.c.tag.in_(tags), tag_words.c.party_key.in_(party_keys))
        .group_by(tag_words.c.tag)
    )
    columns = [tag_words.c[name] for name in Said.__slots__]
    rows = session.execute(select(*columns).where(tag_words.c.number.in_(newest)))
    return {row.tag: Said(*row) for row in rows}


def words_after(session: Session, number: int, *, limit: int) -> list[Word]:
    """The words that follow ``number``, in their order."""
    columns = [tag_words.c[name] for name in ("number", "tag", "party_key", "value", "said_at")]
    wanted = select(*columns).where(tag_words.c.number > number).order_by(tag_words.c.number).limit(limit)
    return [Word(*row) for row in session.execute(wanted)]


def _say(
    session: Session, tag: str, values: Mapping[str, str | None], *, actor: str, now: datetime
) -> tuple[int, int]:
    """Add words, whose first and last number are given back. The caller holds the lock that writers wait for."""
    highest = select(func.coalesce(func.max(tag_words.c.number), 0))
    before = session.scalars(highest).one()
    row = {"tag": tag, "said_at": now, "actor": actor}
    insert_missing(
        session, tag_words, [row | {"party_key": key, "value": value} for key, value in values.items()]
    )
    return before + 1, session.scalars(highest).one()


def _newest(session: Session, tag: str, keys: Collection[str]) -> dict[str, int]:
    """Party → the number of the last word about it."""
    newest = (
        select(tag_words.c.party_key, func.max(tag_words.c.number))
        .where(tag_words.c.tag == tag, tag_words.c.party_key.in_(keys))
        .group_by(tag_words.c.party_key)
    )
    return dict(session.execute(newest).all())


def _act(session: Session, act_id: int, actor: str) -> Act:
    wanted = select(tag_acts).where(tag_acts.c.id == act_id, tag_acts.c.actor == actor)
    row = session.execute(wanted).mappings().one_or_none()
    if row is None:
        raise NotFound("there is nothing of yours to undo by that number")
    return Act(**row)


def _record(
    session: Session, action: str, tag: str, details: JsonObject, *, actor: str, now: datetime
) -> None:
    record(session, at=now, actor=actor, action=action, subject_kind="tag", subject_id=tag, details=details)
