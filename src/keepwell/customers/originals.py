"""Quarantined rows as they came, sealed: under the person's key, or under the key of their input."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from keepwell.customers.keys import KeyStore


@dataclass(frozen=True, slots=True)
class Original:
    """A quarantined row as it came; ``party_key`` is None where the row does not say whose it is."""

    quarantine_id: str
    party_key: str | None
    row: Mapping[str, str | None]


def keep_originals(
    session: Session, keys: KeyStore, originals: Sequence[Original], *, input_id: str, now: datetime
) -> int:
    raise NotImplementedError


def original(session: Session, keys: KeyStore, quarantine_id: str) -> dict[str, str | None] | None:
    raise NotImplementedError


def drop_originals(session: Session, quarantine_ids: Collection[str]) -> int:
    raise NotImplementedError
