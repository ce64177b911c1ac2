"""One data key per person, kept apart from the values it seals.

Destroying a key makes the person's values unreadable everywhere, in old backups of the store too. The key
store itself names nobody: a key is found by a keyed hash of the party key, and wrapped under the master
secret.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from sqlalchemy import Column, LargeBinary, MetaData, String, Table, delete, select
from sqlalchemy.orm import Session

from keepwell.customers.errors import SecretRefused
from keepwell.customers.seal import KEY_BYTES, seal, unseal
from keepwell.customers.secret import VARIABLE, make_secret, read_secret
from keepwell.store.bulk import in_chunks, insert_missing, put, rows_among
from keepwell.store.engine import Store, open_store
from keepwell.store.schema import make_tables

HASH_BYTES = 16

key_tables = MetaData()

data_keys = Table(
    "data_key",
    key_tables,
    Column("id", LargeBinary, primary_key=True),
    Column("wrapped", LargeBinary),  # missing once it is destroyed: the row stays and says so
    sqlite_with_rowid=False,
)

facts = Table(
    "key_store",
    key_tables,
    Column("name", String(20), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)


class KeyStore:
    """Data keys by name (a party key, or another name that begins with a colon), and keyed hashes.

    Each call that changes keys is a transaction of its own, committed when it returns: keys are there before
    anything is sealed under them. Made by :func:`open_keys`.
    """

    def __init__(self, store: Store, secret: bytes) -> None:
        self.store = store
        self._wrapping = AESGCM(_derived(secret, "wrap"))
        self._ids = _hasher(secret, "id")
        self._pseudonyms = _hasher(secret, "pseudonym")
        self._searches = _hasher(secret, "search")

    def for_parties(self, names: Iterable[str]) -> dict[str, bytes]:
        """The 32-byte data key of each, made where there is none; destroyed ones are left out."""
        found: dict[str, bytes] = {}
        for chunk in in_chunks(names):
            by_id = self._by_id(chunk)
            with self.store.read() as session:
                rows = _read(session, by_id)
            if missing := sorted(by_id.keys() - rows.keys()):
                new = {key_id: os.urandom(KEY_BYTES) for key_id in missing}
                with self.store.write() as session:
                    if insert_missing(session, data_keys, self._wrapped(by_id, new)) == len(new):
                        found |= {by_id[key_id]: data_key for key_id, data_key in new.items()}
                    else:  # another process was first with some
                        rows |= _read(session, missing)
            found |= self._unwrapped(by_id, rows)
        return found

    def existing(self, names: Iterable[str]) -> dict[str, bytes]:
        """The data keys there are; makes none."""
        found: dict[str, bytes] = {}
        for chunk in in_chunks(names):
            by_id = self._by_id(chunk)
            with self.store.read() as session:
                found |= self._unwrapped(by_id, _read(session, by_id))
        return found

    def erased(self, names: Iterable[str]) -> set[str]:
        """Those whose key was destroyed."""
        found: set[str] = set()
        for chunk in in_chunks(names):
            by_id = self._by_id(chunk)
            with self.store.read() as session:
                rows = _read(session, by_id)
            found |= {by_id[key_id] for key_id, wrapped in rows.items() if wrapped is None}
        return found

    def is_erased(self, party_key: str) -> bool:
        """Whether the party's key was destroyed, so that nothing more is kept of it."""
        return bool(self.erased([party_key]))

    def destroy(self, names: Iterable[str]) -> None:
        """Destroy the keys for good: none is ever made again under these names, known before or not."""
        for chunk in in_chunks(names):
            with self.store.write() as session:
                put(
                    session,
                    data_keys,
                    [{"id": key_id, "wrapped": None} for key_id in sorted(self._by_id(chunk))],
                )
        self.store.forget_deleted(data_keys.name)

    def drop(self, names: Iterable[str]) -> None:
        """Delete the keys; new ones may be made under the same names."""
        for chunk in in_chunks(names):
            with self.store.write() as session:
                session.execute(delete(data_keys).where(data_keys.c.id.in_(self._by_id(chunk))))
        self.store.forget_deleted(data_keys.name)

    def pseudonym(self, system: str, value: str) -> str:
        """Stands for an id that is itself personal: 32 hexadecimal digits, the same for the same id."""
        return _hash(self._pseudonyms, system, value).hex()

    def search_hash(self, kind: str, value: str) -> bytes:
        """16 bytes that stand for a value one may search by."""
        return _hash(self._searches, kind, value)

    def close(self) -> None:
        """Close the key store."""
        self.store.close()

    def _by_id(self, names: Iterable[str]) -> dict[bytes, str]:
        return {_hash(self._ids, "key", name): name for name in names}

    def _wrapped(self, by_id: Mapping[bytes, str], new: Mapping[bytes, bytes]) -> list[dict[str, bytes]]:
        return [
            {"id": key_id, "wrapped": seal(self._wrapping, data_key, by_id[key_id])}
            for key_id, data_key in new.items()
        ]

    def _unwrapped(self, by_id: Mapping[bytes, str], rows: Mapping[bytes, bytes | None]) -> dict[str, bytes]:
        return {
            by_id[key_id]: unseal(self._wrapping, wrapped, by_id[key_id])
            for key_id, wrapped in rows.items()
            if wrapped is not None
        }


def open_keys(url: str, *, secret_file: Path, environment: Mapping[str, str] | None = None) -> KeyStore:
    """Open the key store at ``url``, made when missing, under the master secret.

    The secret is that of KEEPWELL_SECRET (32 bytes in base64) or of ``secret_file``, which is made only
    together with the key store. Raises SecretRefused where it is missing, malformed or not the one the keys
    were wrapped under.
    """
    environment = os.environ if environment is None else environment
    store = open_store(url)
    try:
        make_tables(store, key_tables)
        with store.read() as session:
            is_new = session.execute(select(facts.c.name)).first() is None
        secret = read_secret(secret_file, environment)
        if secret is None and is_new:
            make_secret(secret_file)
            secret = read_secret(secret_file, environment)
        if secret is None:
            raise SecretRefused(
                f"the secret that opens the key store {store.name} is missing",
                hint=f"put it back into {secret_file} or {VARIABLE}: without it personal values are lost",
            )
        _verify(store, secret)
    except BaseException:
        store.close()
        raise
    return KeyStore(store, secret)


def _verify(store: Store, secret: bytes) -> None:
    """Write into a new key store what only this secret gives; compare it in one that is there."""
    expected = _derived(secret, "verify")
    with store.read() as session:
        found = session.scalar(select(facts.c.value).where(facts.c.name == "verifier"))
    if found is None:
        with store.write() as session:
            insert_missing(session, facts, [{"name": "verifier", "value": expected}])
            found = session.scalar(select(facts.c.value).where(facts.c.name == "verifier"))
    if found is None or not hmac.compare_digest(found, expected):
        raise SecretRefused(
            f"this is not the secret that the key store {store.name} was made with",
            hint=f"put the right one back into the secret file or {VARIABLE}",
        )


def _read(session: Session, key_ids: Iterable[bytes]) -> dict[bytes, bytes | None]:
    rows = rows_among(session, data_keys.c.id, key_ids, data_keys.c.wrapped)
    return {key_id: wrapped for key_id, (wrapped,) in rows.items()}


def _derived(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose; the purposes tell nothing of one another."""
    return HKDFExpand(SHA256(), 32, f"keepwell {purpose} 1".encode()).derive(secret)


def _hasher(secret: bytes, purpose: str) -> hashlib.blake2b:
    return hashlib.blake2b(key=_derived(secret, purpose), digest_size=HASH_BYTES)


def _hash(hasher: hashlib.blake2b, kind: str, value: str) -> bytes:
    started = hasher.copy()
    started.update(f"{kind}\0{value}".encode())
    return started.digest()
