"""Personal values, each person's sealed under the person's own key."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from keepwell.customers.keys import KeyStore
from keepwell.customers.search import Kind


@dataclass(frozen=True, slots=True)
class Person:
    """What one source row says of a person. Empty values say nothing."""

    party_key: str
    values: Mapping[str, str]
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """How many persons were new, changed, unchanged, or skipped because they were erased."""

    new: int
    changed: int
    unchanged: int
    erased_skipped: int


def keep_persons(
    session: Session,
    keys: KeyStore,
    persons: Sequence[Person],
    *,
    kinds: Mapping[str, Kind],
    now: datetime,
) -> Kept:
    raise NotImplementedError


def reveal(session: Session, keys: KeyStore, party_keys: Collection[str]) -> dict[str, dict[str, str]]:
    raise NotImplementedError


def find(session: Session, keys: KeyStore, kind: str, value: str, *, limit: int = 100) -> list[str]:
    raise NotImplementedError


def erase(session: Session, keys: KeyStore, party_keys: Collection[str]) -> int:
    raise NotImplementedError
