"""Words said by hand: added, never changed, once each; on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from keepwell.core.errors import Conflict, NotFound
from keepwell.customers.tags import Act, acts_of, last_said, said_of, set_tag, undo_act, words_after
from keepwell.store.audit import entries
from keepwell.store.bulk import CHUNK_ROWS
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


def undo(store: Store, act: int, *, actor: str = "wei") -> int:
    with store.write() as session:
        return undo_act(session, act, actor=actor, now=NOW)


def newest_act(store: Store) -> Act:
    with store.read() as session:
        return acts_of(session, "wei")[0]


def test_what_was_said_at_one_time_is_undone_at_one_time(store: Store) -> None:
    say(store, "vip", ["p:1", "p:2"], "silver")
    say(store, "note", ["p:1"], "other")
    say(store, "vip", ["p:1", "p:2", "p:3", "p:4"], "gold")
    act = newest_act(store)
    assert (act.parties, act.last - act.first) == (4, 3)
    say(store, "vip", ["p:4"], "tin")  # said since: stays
    assert undo(store, act.id) == 3
    assert said(store, "vip") == {"p:1": "silver", "p:2": "silver", "p:4": "tin"}
    assert said(store, "note") == {"p:1": "other"}
    with pytest.raises(Conflict, match="undone already"):
        undo(store, act.id)
    for number, actor in ((act.id, "min"), (999, "wei")):
        with pytest.raises(NotFound):
            undo(store, number, actor=actor)
    with store.read() as session:
        newest = entries(session, subject_kind="tag", limit=1).entries[0]
    assert (newest.action, newest.details["parties"]) == ("undo_tag", 3)


def test_taking_back_is_undone_too(store: Store) -> None:
    say(store, "vip", ["p:1", "p:2"], "gold")
    say(store, "vip", ["p:1", "p:2"], None)
    undo(store, newest_act(store).id)
    assert said(store, "vip") == {"p:1": "gold", "p:2": "gold"}


def test_two_who_undo_at_once(store: Store) -> None:
    parties = [f"p:{n}" for n in range(100)]
    say(store, "vip", parties, "gold")
    act, start = newest_act(store).id, threading.Barrier(4)
    outcomes: list[str] = []

    def go() -> None:
        start.wait()
        try:
            outcomes.append(str(undo(store, act)))
        except Conflict:
            outcomes.append("undone already")

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["100", *["undone already"] * 3]
    assert said(store, "vip") == {}


def test_more_parties_than_one_statement_takes(store: Store) -> None:
    many = [f"p:{n}" for n in range(2 * CHUNK_ROWS + 1)]
    say(store, "vip", many[:1000], "silver")
    assert say(store, "vip", many, "gold") == len(many)
    assert undo(store, newest_act(store).id) == len(many)
    assert said(store, "vip") == dict.fromkeys(many[:1000], "silver")


def test_the_last_word_about_a_customer_is_that_about_any_of_their_parties(store: Store) -> None:
    say(store, "vip", ["p:1"], "gold")
    say(store, "vip", ["p:2"], "silver")
    say(store, "note", ["p:2"], "a")
    say(store, "note", ["p:1"], "b")
    say(store, "note", ["p:1"], None)
    with store.read() as session:
        found = said_of(session, ["vip", "note", "none"], ["p:1", "p:2"])
    assert {tag: (each.value, each.actor) for tag, each in found.items()} == {
        "vip": ("silver", "wei"),
        "note": (None, "wei"),
    }
