"""Words said by hand: added, never changed, once each; on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from keepwell.customers.tags import last_said, set_tag, words_after
from keepwell.store.audit import entries
from keepwell.store.engine import Store

NOW = datetime(2025, 3, 10, 4, tzinfo=UTC)
HOSTILE = "=cmd|'/c calc'!A1 \"; DROP TABLE tag_word; -- <b>💎</b> 客户"


def say(store: Store, tag: str, parties: list[str], value: str | None) -> int:
    with store.write() as session:
        return set_tag(session, tag, parties, value, actor="wei", now=NOW)


def said(store: Store, tag: str) -> dict[str, str]:
    with store.read() as session:
        return last_said(session, tag)


def test_the_latest_word_counts_and_is_said_once(store: Store) -> None:
    assert say(store, "vip", ["p:1", "p:2", "p:1"], "gold") == 2
    assert say(store, "vip", ["p:1", "p:2"], "gold") == 0  # done again after a crash nobody saw
    assert say(store, "vip", ["p:2", "p:3"], "silver") == 2
    assert say(store, "note", ["p:1"], HOSTILE) == 1
    assert say(store, "vip", ["p:1", "p:9"], None) == 1  # nothing was said of p:9
    assert said(store, "vip") == {"p:2": "silver", "p:3": "silver"}
    assert said(store, "note") == {"p:1": HOSTILE}
    with store.read() as session:
        words = words_after(session, 0, limit=100)
    assert sorted((word.tag, word.party_key, word.value) for word in words if word.value) == [
        ("note", "p:1", HOSTILE),
        ("vip", "p:1", "gold"),
        ("vip", "p:2", "gold"),
        ("vip", "p:2", "silver"),
        ("vip", "p:3", "silver"),
    ]
    assert [word.number for word in words] == sorted({word.number for word in words})
    assert {word.said_at for word in words} == {NOW}


def test_words_are_read_in_parts(store: Store) -> None:
    say(store, "vip", [f"p:{n}" for n in range(7)], "gold")
    seen, number = [], 0
    with store.read() as session:
        while words := words_after(session, number, limit=3):
            seen += [word.party_key for word in words]
            number = words[-1].number
    assert sorted(seen) == [f"p:{n}" for n in range(7)]


def test_who_said_it_stands_in_the_audit(store: Store) -> None:
    say(store, "vip", ["p:1"], "gold")
    say(store, "vip", ["p:1"], "gold")
    say(store, "vip", ["p:1"], None)
    with store.read() as session:
        page = entries(session, subject_kind="tag")
    assert [(entry.actor, entry.action, entry.subject_id, entry.details) for entry in page.entries] == [
        ("wei", "untag", "vip", {"value": None, "parties": 1}),
        ("wei", "tag", "vip", {"value": "gold", "parties": 1}),
    ]


@pytest.mark.parametrize("change", ["UPDATE tag_word SET value = 'x'", "DELETE FROM tag_word"])
def test_the_database_refuses_changes(store: Store, change: str) -> None:
    say(store, "vip", ["p:1"], "gold")
    with pytest.raises(DatabaseError, match="append-only"), store.write() as session:
        session.execute(text(change))
    assert said(store, "vip") == {"p:1": "gold"}


def test_many_who_speak_at_once_leave_no_number_behind(store: Store) -> None:
    """Whoever read up to a number finds no smaller one later, and one of them has the last word of all parties."""
    parties = [f"p:{n}" for n in range(50)]
    start = threading.Barrier(5)
    read: list[int] = []

    def speak(value: str) -> None:
        start.wait()
        say(store, "vip", parties, value)

    def listen() -> None:
        start.wait()
        for _ in range(20):
            with store.read() as session:
                read.extend(word.number for word in words_after(session, read[-1] if read else 0, limit=1000))

    threads = [threading.Thread(target=speak, args=(value,)) for value in ("a", "b", "c", "d")]
    threads.append(threading.Thread(target=listen))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as session:
        read += [word.number for word in words_after(session, read[-1] if read else 0, limit=1000)]
        every = [word.number for word in words_after(session, 0, limit=1000)]
    assert read == every
    assert len(every) == 4 * len(parties)
    assert len(set(said(store, "vip").values())) == 1
