"""Writes that come twice are done once: their answer is kept, in the write's own transaction, with their key.

    begun = begin(session, owner=…, key=…, request_hash=…, now=…)
    if isinstance(begun, Answer):
        return begun                    # it was done before; this is what was said then
    … the work …
    keep(session, begun, answer)

Of two at once the second waits until the first has committed, and then gets its answer, or does the work where
the first has failed. A write that failed has kept nothing and may be sent again under the same key.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from keepwell.core.errors import LimitExceeded
from keepwell.store.errors import IdempotencyKeyRefused, KeyReused
from keepwell.store.locks import one_at_a_time
from keepwell.store.tables import kept_answers

KEPT = timedelta(hours=24)
KEY = re.compile(r"[!-~]{1,200}")
BODY_BYTES_MAX = 64 * 1024
ANSWERS_PER_OWNER = 50_000
PURGED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said to a write: the HTTP status, and the body to the letter."""

    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A write that is to be done now; its answer goes to :func:`keep`."""

    owner: str
    key: str
    request_hash: bytes
    at: datetime


def request_hash(*parts: str | bytes) -> bytes:
    """What tells one request from another: its method, its path, its body and so on."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.digest()


def begin(session: Session, *, owner: str, key: str, request_hash: bytes, now: datetime) -> Answer | Begun:
    """The answer that was given to this write within :data:`KEPT`, or leave to do it now.

    ``owner`` is whose key it is, so that no one meets another's; that they still may do this was looked at before.
    ``key`` is the text of the header. Raises IdempotencyKeyRefused for a key that is none, KeyReused where the same
    key came with another request, LimitExceeded after too many writes, StoreUnavailable where the same write has
    been under way for long.
    """
    if not KEY.fullmatch(key):
        raise IdempotencyKeyRefused(
            "an idempotency key has 1 to 200 visible ASCII characters, without spaces",
            hint="make a new one for each write, such as a UUID",
        )
    one_at_a_time(session, f"write {owner} {key}")
    mine = kept_answers.c.owner == owner
    same = mine & (kept_answers.c.key == key)
    kept = session.execute(select(kept_answers).where(same)).one_or_none()
    if kept is not None and kept.at > now - KEPT:
        if kept.request_hash != request_hash:
            raise KeyReused(
                "this idempotency key came before with another request",
                hint="use a new key for each write, and the same one only to send the same again",
            )
        return Answer(kept.status, kept.body)
    session.execute(delete(kept_answers).where(same))
    _purge(session, now=now)
    counted = select(kept_answers.c.id).where(mine).limit(ANSWERS_PER_OWNER).subquery()
    if (session.scalar(select(func.count()).select_from(counted)) or 0) >= ANSWERS_PER_OWNER:
        raise LimitExceeded(
            f"more than {ANSWERS_PER_OWNER:,} writes within a day", hint="send many changes in one request"
        )
    return Begun(owner, key, request_hash, now)


def keep(session: Session, begun: Begun, answer: Answer) -> None:
    """Keep the answer to a write that was done in this transaction.

    Raises LimitExceeded for one of more than :data:`BODY_BYTES_MAX`, which undoes the write.
    """
    if len(answer.body.encode()) > BODY_BYTES_MAX:
        raise LimitExceeded(f"the answer to a write has at most {BODY_BYTES_MAX:,} bytes")
    values = {"owner": begun.owner, "key": begun.key, "request_hash": begun.request_hash, "at": begun.at}
    session.execute(insert(kept_answers).values(values | {"status": answer.status, "body": answer.body}))


def _purge(session: Session, *, now: datetime) -> None:
    """Forget what is older than :data:`KEPT`, some at each write; nobody waits here for another who does so too."""
    old = select(kept_answers.c.id).where(kept_answers.c.at <= now - KEPT).order_by(kept_answers.c.at)
    some = session.scalars(old.limit(PURGED_AT_ONCE).with_for_update(skip_locked=True)).all()
    if some:
        session.execute(delete(kept_answers).where(kept_answers.c.id.in_(some)))
