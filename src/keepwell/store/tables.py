"""The one MetaData of the store, and the store's own tables.

Each live room adds its tables in its own ``tables.py``.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint

from keepwell.store.types import BigId, Json, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# sqlite_autoincrement: an id is never given twice, as on PostgreSQL, even where its row was deleted.

jobs = Table(
    "job",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("kind", String(100), nullable=False),
    Column("arguments", Json, nullable=False),
    Column("state", String(10), nullable=False),
    Column("run_at", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("leased_by", String(200)),
    Column("attempt", Integer, nullable=False),
    Column("max_attempts", Integer, nullable=False),
    Column("idempotency_key", String(200), unique=True),
    Column("progress", Json),
    Column("result", Json),
    Column("error", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Index(None, "state", "run_at"),
    sqlite_autoincrement=True,
)

audit_entries = Table(
    "audit_entry",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("action", String(100), nullable=False),
    Column("subject_kind", String(100), nullable=False),
    Column("subject_id", String(400), nullable=False),
    Column("details", Json, nullable=False),
    Index(None, "subject_kind", "subject_id", "id"),
    Index(None, "subject_id", "id"),
    Index(None, "actor", "id"),
    Index(None, "action", "id"),
    sqlite_autoincrement=True,
)

kept_answers = Table(
    "kept_answer",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("owner", String(100), nullable=False),
    Column("key", String(200), nullable=False),
    Column("request_hash", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    UniqueConstraint("owner", "key"),
    sqlite_autoincrement=True,
)
