"""Personal values, free texts and quarantined rows of an input, from intake into the vault.

Everything here may be done twice: persons are merged by the time they were recorded, originals and texts are kept
by id. So an input that is taken in again after a crash changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

import pyarrow as pa

from keepwell.customers.keys import KeyStore
from keepwell.customers.originals import Original, drop_originals, keep_originals, kept_originals
from keepwell.customers.search import Kind
from keepwell.customers.vault import Person, keep_persons
from keepwell.intake.contract import Contract
from keepwell.intake.quarantine import QUARANTINE_PREFIX, QuarantinedRow
from keepwell.intake.take_in import Taken
from keepwell.store.engine import Store

PERSONS_PER_TRANSACTION = 50_000
ORIGINALS_PER_TRANSACTION = 5_000


def keep_personal(
    store: Store, keys: KeyStore, contract: Contract, taken: Taken, fresh: pa.Array[Any], *, now: datetime
) -> None:
    """Write what an input holds of persons, in transactions of bounded size.

    Only the ``fresh`` rows speak, by number: what an unchanged row says was heard before. A row speaks of the time
    it happened, or of now, so that an old order read late does not overrule a newer phone.
    """
    kinds = search_kinds(contract)
    for rows in taken.personal.persons(contract.personal, fresh, PERSONS_PER_TRANSACTION):
        persons = [Person(key, values, said_at or now) for key, said_at, values in rows if values]
        with store.write() as session:
            keep_persons(session, keys, persons, kinds=kinds, now=now)
    keep_rows(store, keys, taken.quarantined, input_id=contract.name, now=now)
    told = taken.personal.free_texts(contract.free_text, fresh)
    texts = [Original(text_id(contract.name, key), party, values) for key, party, values in told]
    _keep(store, keys, texts, input_id=f"text:{contract.name}", now=now)


def keep_rows(
    store: Store, keys: KeyStore, rows: Sequence[QuarantinedRow], *, input_id: str, now: datetime
) -> None:
    """Seal quarantined rows as they came."""
    originals = [Original(row.quarantine_id, row.party_key, row.original) for row in rows]
    _keep(store, keys, originals, input_id=input_id, now=now)


def forget_originals(store: Store, quarantine_ids: Sequence[str]) -> None:
    """Drop the originals of rows that left the quarantine."""
    for start in range(0, len(quarantine_ids), ORIGINALS_PER_TRANSACTION):
        with store.write() as session:
            drop_originals(session, quarantine_ids[start : start + ORIGINALS_PER_TRANSACTION])


def forget_settled(store: Store, open_ids: set[str]) -> None:
    """Drop the originals of all rows but those still in quarantine: what a crash kept from being dropped."""
    with store.read() as session:
        kept = kept_originals(session, QUARANTINE_PREFIX)
    forget_originals(store, sorted(kept - open_ids))


def text_id(source: str, key: str) -> str:
    """Under which the free texts of a fact are sealed."""
    return "t" + blake2b(f"{source}\x1f{key}".encode(), digest_size=16).hexdigest()


def search_kinds(contract: Contract) -> dict[str, Kind]:
    """Personal columns one may search by. A party id that is personal is searched as an id."""
    return {
        name: "id" if kind == "other" else kind
        for name, kind in contract.personal.items()
        if kind != "other" or name == "party"
    }


def _keep(
    store: Store, keys: KeyStore, originals: Sequence[Original], *, input_id: str, now: datetime
) -> None:
    for start in range(0, len(originals), ORIGINALS_PER_TRANSACTION):
        with store.write() as session:
            part = originals[start : start + ORIGINALS_PER_TRANSACTION]
            keep_originals(session, keys, part, input_id=input_id, now=now)
