"""Quarantined rows as they came, sealed: under the person's key, or under the key of their input."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from keepwell.customers.errors import VaultDamaged
from keepwell.customers.keys import KeyStore
from keepwell.customers.seal import seal, unseal
from keepwell.customers.tables import originals
from keepwell.store.bulk import in_chunks, put


@dataclass(frozen=True, slots=True)
class Original:
    """A quarantined row as it came; ``party_key`` is None where the row does not say whose it is."""

    quarantine_id: str
    party_key: str | None
    row: Mapping[str, str | None]


def keep_originals(
    session: Session, keys: KeyStore, said: Sequence[Original], *, input_id: str, now: datetime
) -> int:
    """Keep quarantined rows of one input; how many. Those of erased persons are not kept.

    A row that is there already is written anew.
    """
    kept = 0
    for chunk in in_chunks(said):
        named = {one.quarantine_id: (one.party_key or _input_key(input_id), one) for one in chunk}
        data_keys = keys.for_parties({key_name for key_name, _ in named.values()})
        rows = [
            {
                "quarantine_id": quarantine_id,
                "key_name": key_name,
                "sealed": seal(AESGCM(data_keys[key_name]), _packed(one), _belongs(quarantine_id)),
                "kept_at": now,
            }
            for quarantine_id, (key_name, one) in named.items()
            if key_name in data_keys
        ]
        put(session, originals, rows)
        kept += len(rows)
    return kept


def original(session: Session, keys: KeyStore, quarantine_id: str) -> dict[str, str | None] | None:
    """A quarantined row as it came; None where it is not kept, or its person was erased."""
    wanted = select(originals.c.key_name, originals.c.sealed)
    found = session.execute(wanted.where(originals.c.quarantine_id == quarantine_id)).one_or_none()
    if found is None or keys.is_erased(found.key_name):
        return None
    data_key = keys.existing([found.key_name]).get(found.key_name)
    if data_key is None:
        raise VaultDamaged(
            f"the key of the quarantined row {quarantine_id} is missing",
            hint="see that the key store is the right one, or restore it from its backup",
        )
    row: dict[str, str | None] = json.loads(unseal(AESGCM(data_key), found.sealed, _belongs(quarantine_id)))
    return row


def drop_originals(session: Session, quarantine_ids: Collection[str]) -> int:
    """Delete quarantined rows that are mended or given up; how many were there."""
    count = 0
    for chunk in in_chunks(quarantine_ids):
        gone = delete(originals).where(originals.c.quarantine_id.in_(chunk))
        count += len(session.execute(gone.returning(originals.c.quarantine_id)).all())
    return count


def kept_originals(session: Session, prefix: str) -> set[str]:
    """The ids under which originals are kept, of those that begin with ``prefix``."""
    wanted = select(originals.c.quarantine_id).where(
        originals.c.quarantine_id.startswith(prefix, autoescape=True)
    )
    return set(session.scalars(wanted))


def drop_input(session: Session, keys: KeyStore, input_id: str) -> int:
    """Delete the rows of an input that name no person, and their key; how many were there."""
    keys.drop([_input_key(input_id)])
    gone = delete(originals).where(originals.c.key_name == _input_key(input_id))
    return len(session.execute(gone.returning(originals.c.quarantine_id)).all())


def _input_key(input_id: str) -> str:
    """A party key begins with the name of a system; a colon in front keeps the two apart."""
    return f":quarantine:{input_id}"


def _belongs(quarantine_id: str) -> str:
    return f":original:{quarantine_id}"


def _packed(one: Original) -> bytes:
    return json.dumps(dict(one.row), ensure_ascii=False, separators=(",", ":")).encode()
