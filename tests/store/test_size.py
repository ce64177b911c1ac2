"""How much room the store takes, on each kind of database."""

from __future__ import annotations

from datetime import UTC, datetime

from keepwell.store.engine import Store
from keepwell.store.jobs import enqueue
from keepwell.store.size import store_bytes


def test_a_store_grows_with_what_it_holds(store: Store) -> None:
    before = store_bytes(store)
    assert before > 4096
    with store.write() as session:
        for number in range(300):
            enqueue(
                session, "kind", {"text": "x" * 3000, "number": number}, now=datetime(2026, 1, 1, tzinfo=UTC)
            )
    assert store_bytes(store) > before
