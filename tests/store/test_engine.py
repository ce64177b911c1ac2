from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert, make_url, select, text
from sqlalchemy.exc import DBAPIError

from keepwell.store.audit import entries, record
from keepwell.store.engine import Store, open_store
from keepwell.store.errors import StoreAddressRefused, StoreUnavailable, TextRefused
from keepwell.store.jobs import enqueue, queue_length
from keepwell.store.tables import jobs
from support.databases import MakeUrl

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def test_a_write_is_kept_and_one_that_raises_is_not(store: Store) -> None:
    with store.write() as session:
        enqueue(session, "kept", {}, now=NOW)

    def enqueue_and_raise() -> None:
        with store.write() as session:
            enqueue(session, "lost", {}, now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        enqueue_and_raise()
    with store.read() as session:
        assert list(session.scalars(select(jobs.c.kind))) == ["kept"]


def test_a_read_cannot_write(store: Store) -> None:
    with pytest.raises((StoreUnavailable, DBAPIError)), store.read() as session:
        enqueue(session, "sneaked", {}, now=NOW)
    with store.read() as session:
        assert queue_length(session) == 0


def test_a_read_sees_one_moment(store: Store) -> None:
    with store.read() as session:
        assert queue_length(session) == 0
        with store.write() as other:
            enqueue(other, "later", {}, now=NOW)
        assert queue_length(session) == 0


def test_a_write_within_a_write_is_a_mistake(store: Store) -> None:
    with store.write(), pytest.raises(RuntimeError, match="open already"), store.write():
        pass


def test_instants_are_aware_utc_and_sort(store: Store) -> None:
    shanghai = timezone(timedelta(hours=8))
    given = datetime(2026, 3, 1, 20, 0, 0, 123456, tzinfo=shanghai)
    with store.write() as session:
        job = enqueue(session, "zoned", {"名": "值"}, now=given)
    assert job.created_at == NOW
    assert job.created_at.tzinfo is UTC
    assert job.arguments == {"名": "值"}
    with store.read() as session:
        assert session.scalar(select(jobs.c.id).where(jobs.c.run_at <= NOW)) == job.id
        assert session.scalar(select(jobs.c.id).where(jobs.c.run_at < NOW)) is None


def test_a_naive_instant_is_a_mistake(store: Store) -> None:
    with pytest.raises(Exception, match="must be aware"), store.write() as session:
        enqueue(session, "naive", {}, now=datetime(2026, 3, 1))  # noqa: DTZ001


def test_audit_entries_cannot_be_changed_or_deleted(store: Store) -> None:
    with store.write() as session:
        for number in range(5):
            record(
                session, at=NOW, actor="ada", action="reveal", subject_kind="customer", subject_id=str(number)
            )
    for statement in ("UPDATE audit_entry SET actor = 'eve'", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError, match="append-only"), store.write() as session:
            session.execute(text(statement))
    with store.read() as session:
        first = entries(session, actor="ada", limit=3)
        second = entries(session, actor="ada", limit=3, cursor=first.cursor)
        assert [entry.subject_id for entry in first.entries + second.entries] == ["4", "3", "2", "1", "0"]
        assert second.cursor is None
        assert entries(session, subject_kind="customer", subject_id="2").entries[0].at == NOW


def test_an_error_of_a_statement_does_not_show_its_values(store: Store) -> None:
    row = {"kind": "x", "arguments": {"phone": "13812345678"}, "state": "queued", "run_at": NOW}
    with pytest.raises(DBAPIError) as caught, store.write() as session:
        session.execute(insert(jobs).values(**row, attempt=0, max_attempts=None, created_at=NOW))
    assert "13812345678" not in str(caught.value).split("DETAIL")[0]


def test_threads_write_one_after_the_other(store: Store) -> None:
    def write() -> None:
        for _ in range(20):
            with store.write() as session:
                enqueue(session, "one", {}, now=NOW)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as session:
        assert queue_length(session) == 80


def test_a_locked_sqlite_file_says_so(sqlite_store: Store) -> None:
    store = open_store(f"sqlite:///{sqlite_store.path}", lock_wait_seconds=0.05)
    with sqlite_store.write() as session:
        enqueue(session, "holds", {}, now=NOW)
        with pytest.raises(StoreUnavailable, match="is locked by another program"), store.write():
            pass
        with store.read() as reading:
            assert queue_length(reading) == 0
    store.close()


@pytest.mark.postgres
def test_a_locked_table_of_postgres_says_so(new_database: MakeUrl) -> None:
    url = new_database("postgres")
    first, second = open_store(url), open_store(url, lock_wait_seconds=0.05)
    with first.write() as session:
        session.execute(text("CREATE TABLE t (a int)"))
    with first.write() as session:
        session.execute(text("LOCK TABLE t"))
        with pytest.raises(StoreUnavailable, match="is locked by another"), second.write() as other:
            other.execute(text("INSERT INTO t VALUES (1)"))
    first.close()
    second.close()


def test_a_full_disk_says_so_and_keeps_nothing_of_the_change(sqlite_store: Store) -> None:
    with sqlite_store.read() as session:
        pages = session.scalar(text("PRAGMA page_count"))

    def fill() -> None:
        with sqlite_store.write() as session:
            session.execute(text(f"PRAGMA max_page_count={pages}"))
            for _ in range(1000):
                enqueue(session, "big", {"x": "y" * 1000}, now=NOW)

    with pytest.raises(StoreUnavailable, match="the disk is full"):
        fill()
    with sqlite_store.read() as session:
        assert queue_length(session) == 0


def test_reading_only_needs_the_file_and_never_writes(sqlite_store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path / 'nothing.db'}", read_only=True)
    assert not (tmp_path / "nothing.db").exists()
    with sqlite_store.write() as session:
        enqueue(session, "there", {}, now=NOW)
    reader = open_store(f"sqlite:///{sqlite_store.path}", read_only=True)
    with reader.read() as session:
        assert queue_length(session) == 1
    with pytest.raises(RuntimeError, match="for reading only"), reader.write():
        pass
    reader.close()


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    path.write_text("order_id,amount\n" * 500)
    with pytest.raises(StoreUnavailable, match="is not a SQLite file"):
        open_store(f"sqlite:///{path}")


@pytest.mark.parametrize("url", ["store.db", "mysql://u:p4ssw0rd@h/d", "sqlite://", "sqlite:///:memory:", ""])
def test_an_address_that_is_none_is_refused_with_the_forms_there_are(url: str) -> None:
    with pytest.raises(StoreAddressRefused, match="sqlite:///path") as caught:
        open_store(url)
    assert "p4ssw0rd" not in str(caught.value)


def test_a_server_that_is_not_there_says_so_without_the_password() -> None:
    with pytest.raises(StoreUnavailable, match="cannot be reached") as caught:
        open_store("postgresql+psycopg://ada:p4ssw0rd@127.0.0.1:1/shop")
    assert "p4ssw0rd" not in str(caught.value)
    assert "127.0.0.1:1/shop" in str(caught.value)


@pytest.mark.postgres
def test_a_database_that_is_not_there_says_so(new_database: MakeUrl) -> None:
    missing = make_url(new_database("postgres")).set(database="no_such_database")
    with pytest.raises(StoreUnavailable, match="does not exist"):
        open_store(missing.render_as_string(hide_password=False))


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from keepwell.store.engine import open_store
from keepwell.store.jobs import enqueue
store = open_store(sys.argv[1])
now = datetime(2026, 3, 1, tzinfo=UTC)
with store.write() as session:
    enqueue(session, "committed", {}, now=now)
with store.write() as session:
    for _ in range(500):
        enqueue(session, "killed", {"x": "y" * 500}, now=now)
    session.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_killed_in_a_transaction_leaves_nothing_of_it(store: Store, store_url: str) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, store_url], check=False, timeout=60)
    assert ended.returncode == -9
    with store.write() as session:
        assert list(session.scalars(select(jobs.c.kind))) == ["committed"]
    if store.path:
        with sqlite3.connect(store.path) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()


def test_a_text_with_nul_is_refused_where_it_cannot_be_kept(store: Store, database_kind: str) -> None:
    def keep() -> None:
        with store.write() as session:
            record(session, at=NOW, actor="a\0b", action="x", subject_kind="y", subject_id="z")

    def look() -> int:
        with store.read() as session:
            return len(entries(session, actor="a\0b").entries)

    if database_kind == "postgres":
        for refused in (keep, look):
            with pytest.raises(TextRefused, match="NUL"):
                refused()
    else:
        keep()
        assert look() == 1
