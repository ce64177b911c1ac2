from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from keepwell.customers.tables import marks, originals, persons
from keepwell.store import bulk
from keepwell.store.bulk import in_chunks, insert_missing, put, rows_among
from keepwell.store.engine import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MANY = 2 * bulk.CHUNK_ROWS + 3


def person(number: int, sealed: bytes = b"\x00\xff") -> dict[str, object]:
    return {"party_key": f"shop:{number}", "sealed": sealed, "marks": b"", "updated_at": NOW}


def test_chunks_hold_all_in_order() -> None:
    assert list(in_chunks(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(in_chunks([], 3)) == []


@pytest.mark.parametrize("count", [0, 1, MANY])
def test_many_are_put_read_and_overwritten(count: int, store: Store) -> None:
    with store.write() as session:
        put(session, persons, [person(number) for number in range(count)])
        put(session, persons, [person(number, b"new") for number in range(0, count, 2)])
    asked = [f"shop:{number}" for number in range(count + 5)]
    with store.read() as session:
        found = rows_among(session, persons.c.party_key, asked, persons.c.sealed)
        assert all(at == NOW for at in session.scalars(select(persons.c.updated_at).limit(5)))
    assert found == {f"shop:{n}": (b"\x00\xff" if n % 2 else b"new",) for n in range(count)}


def test_what_is_there_is_left_and_the_rest_is_counted(store: Store) -> None:
    rows: list[dict[str, Any]] = [{"mark": number.to_bytes(16), "party_key": "王"} for number in range(MANY)]
    with store.write() as session:
        assert insert_missing(session, marks, rows[:10]) == 10
        assert insert_missing(session, marks, rows) == MANY - 10
        assert insert_missing(session, marks, rows[:10]) == 0
        assert insert_missing(session, marks, []) == 0
    with store.read() as session:
        found = rows_among(session, marks.c.mark, [row["mark"] for row in rows[:20]], marks.c.party_key)
    assert found == {row["mark"]: ("王",) for row in rows[:20]}


def test_all_columns_but_the_key_are_overwritten(store: Store) -> None:
    row = {"quarantine_id": "q", "key_name": "a", "sealed": b"1", "kept_at": NOW}
    with store.write() as session:
        put(session, originals, [row])
        put(session, originals, [row | {"key_name": "b", "sealed": b"2"}])
    with store.read() as session:
        assert session.execute(select(originals)).one() == ("q", "b", b"2", NOW)
