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
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from keepwell.store.errors import StoreAddressRefused, StoreUnavailable
from keepwell.store.failures import reported

LOCK_WAIT_SECONDS = 10.0
STATEMENT_SECONDS = 120
CONNECTIONS_KEPT = 10
CONNECTIONS_EXTRA = 30
CONNECT_SECONDS = 10
SQLITE_PRAGMAS = ("foreign_keys=ON", "cache_size=-32768")
SQLITE_WRITING_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")
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
        self.lock_wait_seconds = lock_wait_seconds
        self._writer = threading.Lock()
        self._writing = threading.local()
        self._engine, self._write_engine, self._read_engine = _engines(self)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One writing transaction: committed when the block ends, rolled back when it raises.

        Raises StoreUnavailable where the store is locked, full or unreachable. A second one inside it, in the
        same thread, is a mistake of ours and raises RuntimeError.
        """
        if self.read_only:
            raise RuntimeError(f"{self.name} was opened for reading only")
        with self._one_writer(), reported(self.name), Session(self._write_engine) as session, session.begin():
            session.connection()  # begins at once: SQLite's write lock is taken here or not at all
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One reading transaction: it sees one moment of the store; writing in it fails."""
        with reported(self.name), Session(self._read_engine) as session, session.begin():
            session.connection()
            yield session

    def forget_deleted(self, *tables: str) -> None:
        """Make what was deleted from the tables leave the files too, as far as nobody reads it at the moment.

        SQLite overwrites deleted content; here its write-ahead log is emptied. PostgreSQL frees dead rows.
        """
        with reported(self.name), self._engine.connect() as connection:
            if self.path is not None:
                raw = connection.connection.driver_connection
                assert isinstance(raw, sqlite3.Connection)
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                return
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql(f"VACUUM {', '.join(tables)}")

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        if getattr(self._writing, "now", False):
            raise RuntimeError("this thread has a write transaction open already")
        locked = self.path is not None
        if locked and not self._writer.acquire(timeout=self.lock_wait_seconds):
            raise StoreUnavailable(
                f"another part of this process has been writing to {self.name} for more than "
                f"{self.lock_wait_seconds:g} seconds",
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


def _engines(store: Store) -> tuple[Engine, Engine, Engine]:
    """The engine, and its faces for writing and for reading."""
    if store.path:
        engine = _sqlite_engine(store, store.path)
        return engine, engine.execution_options(writes=True), engine
    engine = _postgres_engine(store)
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine, engine, snapshot


def _sqlite_engine(store: Store, path: Path) -> Engine:
    if not store.read_only:
        path.parent.mkdir(parents=True, exist_ok=True)
    address = f"{path.absolute().as_uri()}?mode={'ro' if store.read_only else 'rwc'}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address, uri=True, timeout=store.lock_wait_seconds, isolation_level=None, check_same_thread=False
        )
        for pragma in SQLITE_PRAGMAS if store.read_only else SQLITE_PRAGMAS + SQLITE_WRITING_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    engine = create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
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


def _postgres_engine(store: Store) -> Engine:
    settings = [
        "TIME ZONE 'UTC'",
        f"lock_timeout = {int(store.lock_wait_seconds * 1000)}",
        f"statement_timeout = {STATEMENT_SECONDS * 1000}",
        f"default_transaction_read_only = {'on' if store.read_only else 'off'}",
    ]
    identity = {"connect_timeout": CONNECT_SECONDS, "application_name": "keepwell"}
    engine = create_engine(
        store.url,
        pool_pre_ping=True,
        connect_args=identity,
        pool_size=CONNECTIONS_KEPT,
        max_overflow=CONNECTIONS_EXTRA,
        json_serializer=to_json,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for setting in settings:
            cursor.execute(f"SET {setting}")
        cursor.close()
        connection.commit()

    return engine
