from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from keepwell.customers.errors import VaultDamaged
from keepwell.customers.keys import KeyStore
from keepwell.customers.originals import Original, drop_input, drop_originals, keep_originals, original
from keepwell.customers.tables import originals
from keepwell.store.engine import Store

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ROW: dict[str, str | None] = {"name": "李娜", "phone": "13900001111", "amount": "12,5O", "note": None}


def keep(store: Store, keys: KeyStore, *many: Original, input_id: str = "f") -> int:
    with store.write() as session:
        return keep_originals(session, keys, many, input_id=input_id, now=NOW)


def test_they_come_back_as_they_were_and_again(store: Store, keys: KeyStore) -> None:
    for _ in range(2):
        assert keep(store, keys, Original("q1", None, ROW), Original("q2", "shop:2", ROW)) == 2
    with store.read() as session:
        assert original(session, keys, "q1") == ROW
        assert original(session, keys, "q2") == ROW
        assert original(session, keys, "q3") is None


def test_they_are_dropped_one_by_one_or_with_their_input(store: Store, keys: KeyStore) -> None:
    many = [Original(f"q{number}", None, ROW) for number in range(4)]
    keep(store, keys, *many)
    keep(store, keys, Original("other", None, ROW), input_id="g")
    with store.write() as session:
        assert drop_originals(session, ["q0", "q9"]) == 1
        assert drop_input(session, keys, "f") == 3
    with store.read() as session:
        assert original(session, keys, "q1") is None
        assert original(session, keys, "other") == ROW
    assert keep(store, keys, *many) == 4


def test_a_moved_one_is_refused(store: Store, keys: KeyStore) -> None:
    keep(store, keys, Original("q1", None, ROW), Original("q2", None, ROW))
    with store.write() as session:
        session.execute(update(originals).where(originals.c.quarantine_id == "q1").values(quarantine_id="q3"))
    with store.read() as session, pytest.raises(VaultDamaged):
        original(session, keys, "q3")
