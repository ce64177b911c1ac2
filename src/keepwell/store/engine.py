"""Opening a store and its transactions: the same meaning on SQLite and PostgreSQL.

A write is one transaction that sees what is committed; on SQLite it takes the only write lock at its
beginning, so that it never fails half-way for want of it. A read sees one moment and cannot write.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from keepwell.store.errors import StoreAddressRefused, StoreUnavailable
from keepwell.store.failures import reported

LOCK_WAIT_SECONDS = 10.0
STATEMENT_SECONDS = 120
CONNECTIONS_KEPT = 10
CONNECTIONS_EXTRA = 30
SQLITE_CACHE_KIBIBYTES = 32 * 1024
ADDRESS_HINT = "give sqlite:///path/to/store.db or postgresql+psycopg://user:password@host/database"


class Store:
    """An open store. Safe to share between threads; one transaction per session.

    ``name`` says which store it is and is safe to show: it never holds a password. ``path`` is the file of a
    SQLite store and None otherwise.
    """

    def __init__(self, url: URL, *, read_only: bool, lock_wait_seconds: float) -> None:
        self.url = url
        self.read_only = read_only
        self.path = Path(url.database) if is_sqlite(url) and url.database else None
        self.name = str(self.path) if self.path else url.render_as_string(hide_password=True).split("?")[0]
        self._lock_wait_seconds = lock_wait_seconds
        self._writer = threading.Lock()
        self._writing = threading.local()
        engine = _sqlite_engine(self.path, read_only, lock_wait_seconds) if self.path else None
        self._engine = engine or _postgres_engine(url, read_only, lock_wait_seconds)
        if self.path:
            self._write_engine = self._engine.execution_options(writes=True)
            self._read_engine = self._engine
        else:
            self._write_engine = self._engine
            self._read_engine = self._engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One writing transaction: committed when the block ends, rolled back when it raises.

        Raises StoreUnavailable where the store is locked, full or unreachable. A second one inside it, in the
        same thread, is a mistake of ours and raises RuntimeError.
        """
        if self.read_only:
            raise RuntimeError(f"{self.name} was opened for reading only")
        with self._one_writer(), reported(self.name), Session(self._write_engine) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One reading transaction: it sees one moment of the store; writing in it fails."""
        with reported(self.name), Session(self._read_engine) as session, session.begin():
            yield session

    def forget_deleted(self) -> None:
        """Make what was deleted leave the files too: SQLite's write-ahead log, PostgreSQL's dead rows.

        Where somebody reads at the moment, it is left to the database's own housekeeping.
        """
        with reported(self.name), self._engine.connect() as connection:
            raw = connection.connection.driver_connection
            if isinstance(raw, sqlite3.Connection):
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                return
        with reported(self.name), self._engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM")

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        if getattr(self._writing, "now", False):
            raise RuntimeError("this thread has a write transaction open already")
        locked = self.path is not None
        if locked and not self._writer.acquire(timeout=self._lock_wait_seconds):
            raise StoreUnavailable(
                f"another part of this process has been writing to {self.name} for more than "
                f"{self._lock_wait_seconds:g} seconds",
                hint="try again in a moment",
            )
        self._writing.now = True
        try:
            yield
        finally:
            self._writing.now = False
            if locked:
                self._writer.release()


def is_sqlite(url: URL) -> bool:
    """Whether an address names a SQLite file."""
    return url.get_backend_name() == "sqlite"


def open_store(url: str, *, read_only: bool = False, lock_wait_seconds: float = LOCK_WAIT_SECONDS) -> Store:
    """Open the store at ``sqlite:///path`` or ``postgresql+psycopg://…``.

    A SQLite file is made when missing, not so with ``read_only``. Tables are not made here: see
    ``migrations.upgrade``. Raises StoreAddressRefused for an address that cannot be understood and
    StoreUnavailable where there is nothing to open.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreAddressRefused("this is not the address of a store", hint=ADDRESS_HINT) from None
    if parsed.drivername not in {"sqlite", "postgresql+psycopg", "postgresql"}:
        raise StoreAddressRefused(f"a store cannot be kept in {parsed.drivername!r}", hint=ADDRESS_HINT)
    if is_sqlite(parsed) and (not parsed.database or parsed.database == ":memory:"):
        raise StoreAddressRefused("a SQLite store needs the path of a file", hint=ADDRESS_HINT)
    if not is_sqlite(parsed):
        parsed = parsed.set(drivername="postgresql+psycopg")
    store = Store(parsed, read_only=read_only, lock_wait_seconds=lock_wait_seconds)
    try:
        with store.read():
            pass
    except BaseException:
        store.close()
        raise
    return store


def to_json(value: object) -> str:
    """JSON as the store keeps it: readable text, no NaN."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _sqlite_engine(path: Path, read_only: bool, lock_wait_seconds: float) -> Engine:
    if not read_only:
        path.parent.mkdir(parents=True, exist_ok=True)

    def connect() -> sqlite3.Connection:
        uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
        connection = sqlite3.connect(
            uri, uri=True, timeout=lock_wait_seconds, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA cache_size=-{SQLITE_CACHE_KIBIBYTES}")
        if not read_only:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA secure_delete=ON")
        return connection

    engine = create_engine(
        "sqlite://",
        creator=connect,
        pool_size=CONNECTIONS_KEPT,
        max_overflow=CONNECTIONS_EXTRA,
        json_serializer=to_json,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = bool(connection.get_execution_options().get("writes"))
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgres_engine(url: URL, read_only: bool, lock_wait_seconds: float) -> Engine:
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=CONNECTIONS_KEPT,
        max_overflow=CONNECTIONS_EXTRA,
        connect_args={"connect_timeout": 10, "application_name": "keepwell"},
        json_serializer=to_json,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET TIME ZONE 'UTC'")
            cursor.execute(f"SET lock_timeout = {int(lock_wait_seconds * 1000)}")
            cursor.execute(f"SET statement_timeout = {STATEMENT_SECONDS * 1000}")
            if read_only:
                cursor.execute("SET default_transaction_read_only = on")
        connection.commit()

    return engine
