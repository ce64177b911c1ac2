"""How much room the store takes."""

from __future__ import annotations

from sqlalchemy import text

from keepwell.store.engine import Store


def store_bytes(store: Store) -> int:
    """Bytes: the file of a SQLite store with its write-ahead log, or the whole database on PostgreSQL."""
    if store.path is not None:
        files = (store.path, store.path.with_name(f"{store.path.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())
    with store.read() as session:
        return int(session.scalars(text("SELECT pg_database_size(current_database())")).one())
