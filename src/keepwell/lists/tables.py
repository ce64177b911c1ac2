"""Saved lists, chosen columns, and requests for exports."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)  # fmt: skip

from keepwell.store.tables import metadata
from keepwell.store.types import BigId, Json, UtcDateTime

saved_lists = Table(
    "list_saved",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("user_id", BigId, ForeignKey("access_user.id", ondelete="CASCADE"), nullable=False),
    Column("owner", String(100), nullable=False),
    Column("name", String(100), nullable=False),
    Column("name_key", String(200), nullable=False),
    Column("is_shared", Boolean, nullable=False, index=True),
    Column("question", Json, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("user_id", "name_key"),
    sqlite_autoincrement=True,
)

chosen_columns = Table(
    "list_columns",
    metadata,
    Column("user_id", BigId, ForeignKey("access_user.id", ondelete="CASCADE"), primary_key=True),
    Column("columns", Json, nullable=False),
)

export_requests = Table(
    "list_export",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("user_id", BigId, ForeignKey("access_user.id", ondelete="CASCADE"), nullable=False),
    Column("asked_by", String(100), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    # Whom it is about, as it was shown; the conditions are those that the segment had then.
    Column("question", Json, nullable=False),
    Column("conditions", Json, nullable=False),
    Column("sort", String(100)),
    Column("columns", Json, nullable=False),
    Column("personal", Json, nullable=False),
    Column("is_unmasked", Boolean, nullable=False),
    Column("customers", Integer, nullable=False),
    Column("scope_condition", Text),
    Column("scope_units", Json),
    Column("reason", Text, nullable=False),
    Column("needs_approval", Boolean, nullable=False),
    Column("state", String(10), nullable=False),
    Column("decided_by_id", BigId),
    Column("decided_by", String(100)),
    Column("decided_at", UtcDateTime),
    Column("decided_because", Text, nullable=False),
    Column("open_until", UtcDateTime, nullable=False),
    Column("downloads_left", Integer, nullable=False),
    Index(None, "user_id", "asked_at"),
    Index(None, "state", "open_until"),
    CheckConstraint("decided_by_id <> user_id", name="two_persons"),
    CheckConstraint("downloads_left >= 0", name="downloads_left"),
    sqlite_autoincrement=True,
)
