"""Personal values, each person's sealed under the person's own key.

Of each field the latest word counts: the value recorded last, and of two recorded at the same instant the
greater one. So the same words give the same person in whatever order, and however often, they arrive.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from keepwell.customers.errors import VaultDamaged
from keepwell.customers.keys import HASH_BYTES, KeyStore
from keepwell.customers.seal import seal, unseal
from keepwell.customers.search import Kind, search_form, search_forms
from keepwell.customers.tables import marks, originals, persons
from keepwell.store.bulk import in_chunks, insert_missing, put, rows_among
from keepwell.store.locks import one_at_a_time

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Word: TypeAlias = tuple[int, str, Kind | None]
"""What is kept of one field: recorded_at in microseconds, the value, and what it is searched as."""


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


@dataclass(frozen=True, slots=True)
class _Row:
    """A person as the store holds it."""

    sealed: bytes
    marks: bytes


def keep_persons(
    session: Session,
    keys: KeyStore,
    said: Sequence[Person],
    *,
    kinds: Mapping[str, Kind],
    now: datetime,
) -> Kept:
    """Merge what sources say into the vault; ``kinds`` names the fields that can be searched.

    The same call once more changes nothing. Persons that were erased stay so. Keys are committed before this
    transaction is; a process killed between leaves keys without values, which the next call uses. Raises
    VaultDamaged where a person that is there cannot be opened. Hand over some ten thousand persons at a time.
    """
    one_at_a_time(session, "vault")
    counts = {"new": 0, "changed": 0, "unchanged": 0, "erased_skipped": 0}
    for chunk in in_chunks(said):
        _keep_chunk(session, keys, _words(chunk, kinds), now=now, counts=counts)
    return Kept(**counts)


def reveal(session: Session, keys: KeyStore, party_keys: Collection[str]) -> dict[str, dict[str, str]]:
    """The values of each party by field, in the clear; parties of whom nothing is kept are left out.

    Raises VaultDamaged where values are there and their key is not.
    """
    found: dict[str, dict[str, str]] = {}
    for chunk in in_chunks(party_keys):
        rows = _rows(session, chunk)
        data_keys = keys.existing(rows)
        if keyless := rows.keys() - data_keys.keys() - keys.erased(rows.keys() - data_keys.keys()):
            raise VaultDamaged(
                f"{len(keyless)} persons are kept and their keys are missing",
                hint="see that the key store is the right one, or restore it from its backup",
            )
        for party_key, data_key in data_keys.items():
            words = _opened(AESGCM(data_key), rows[party_key], party_key)
            found[party_key] = {field: value for field, (_, value, _) in words.items()}
    return found


def find(session: Session, keys: KeyStore, kind: str, value: str, *, limit: int = 100) -> list[str]:
    """The party keys, in order, of whom this phone, email, name, id or last four digits is kept."""
    form = search_form(kind, value)
    if not form:
        return []
    wanted = select(marks.c.party_key).where(marks.c.mark == keys.search_hash(kind, form))
    found = list(session.scalars(wanted.order_by(marks.c.party_key).limit(limit)))
    # A store restored from an old backup still marks persons who were erased since.
    gone = keys.erased(found)
    return [party_key for party_key in found if party_key not in gone]


def erase(session: Session, keys: KeyStore, party_keys: Collection[str]) -> int:
    """Destroy the keys of persons and delete all that is kept of them; how many were there.

    The keys go first and for good, so that a process killed between leaves nothing readable; the same call
    once more removes the rest. Nothing is kept of these parties ever again.
    """
    keys.destroy(party_keys)
    one_at_a_time(session, "vault")
    count = 0
    for chunk in in_chunks(party_keys):
        rows = _rows(session, chunk)
        _unmark(session, ((mark, key) for key, row in rows.items() for mark in _split(row.marks)))
        session.execute(delete(persons).where(persons.c.party_key.in_(chunk)))
        session.execute(delete(originals).where(originals.c.key_name.in_(chunk)))
        count += len(rows)
    return count


def _words(chunk: Iterable[Person], kinds: Mapping[str, Kind]) -> dict[str, dict[str, Word]]:
    """What is said of each party, field by field."""
    said: dict[str, dict[str, Word]] = {}
    for person in chunk:
        recorded = (person.recorded_at - EPOCH) // MICROSECOND
        words = said.setdefault(person.party_key, {})
        for field, value in person.values.items():
            if value:
                _merge(words, field, (recorded, value, kinds.get(field)))
    return said


def _merge(words: dict[str, Word], field: str, word: Word) -> None:
    there = words.get(field)
    if there is None or word[:2] >= there[:2]:
        words[field] = word


def _keep_chunk(
    session: Session,
    keys: KeyStore,
    said: Mapping[str, Mapping[str, Word]],
    *,
    now: datetime,
    counts: dict[str, int],
) -> None:
    data_keys = keys.for_parties(said)
    rows = _rows(session, said)
    written: list[dict[str, object]] = []
    marked: list[tuple[bytes, str]] = []
    unmarked: list[tuple[bytes, str]] = []
    for party_key, words in said.items():
        if party_key not in data_keys:
            counts["erased_skipped"] += 1
            continue
        cipher, row = AESGCM(data_keys[party_key]), rows.get(party_key)
        before = _opened(cipher, row, party_key) if row else {}
        after = dict(before)
        for field, word in words.items():
            _merge(after, field, word)
        if after == before:
            counts["unchanged"] += 1
            continue
        old = _split(row.marks) if row else set()
        new = _marks(keys, after)
        marked += ((mark, party_key) for mark in new - old)
        unmarked += ((mark, party_key) for mark in old - new)
        sealed = seal(cipher, _packed(after), party_key)
        joined = b"".join(sorted(new))
        written.append({"party_key": party_key, "sealed": sealed, "marks": joined, "updated_at": now})
        counts[_outcome(before, after)] += 1
    put(session, persons, written)
    _unmark(session, unmarked)
    insert_missing(session, marks, [{"mark": mark, "party_key": key} for mark, key in sorted(marked)])


def _outcome(before: Mapping[str, Word], after: Mapping[str, Word]) -> str:
    """Unchanged is also one of whom only the same was said again, later."""
    if not before:
        return "new"
    same = before.keys() == after.keys() and all(before[field][1] == after[field][1] for field in after)
    return "unchanged" if same else "changed"


def _rows(session: Session, party_keys: Iterable[str]) -> dict[str, _Row]:
    found = rows_among(session, persons.c.party_key, party_keys, persons.c.sealed, persons.c.marks)
    return {party_key: _Row(*row) for party_key, row in found.items()}


def _opened(cipher: AESGCM, row: _Row, party_key: str) -> dict[str, Word]:
    content = json.loads(unseal(cipher, row.sealed, party_key))
    return {field: (recorded, value, kind) for field, (recorded, value, kind) in content.items()}


def _packed(words: Mapping[str, Word]) -> bytes:
    return ENCODE(words).encode()


def _marks(keys: KeyStore, words: Mapping[str, Word]) -> set[bytes]:
    return {
        keys.search_hash(searched, form)
        for _, value, kind in words.values()
        if kind is not None
        for searched, form in search_forms(kind, value)
    }


def _split(joined: bytes) -> set[bytes]:
    return {joined[start : start + HASH_BYTES] for start in range(0, len(joined), HASH_BYTES)}


def _unmark(session: Session, pairs: Iterable[tuple[bytes, str]]) -> None:
    statement = delete(marks).where(
        marks.c.mark == bindparam("old_mark"), marks.c.party_key == bindparam("of_party")
    )
    for chunk in in_chunks(pairs):
        rows = [{"old_mark": mark, "of_party": party_key} for mark, party_key in chunk]
        session.connection().execute(statement, rows)
