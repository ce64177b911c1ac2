"""The published versions of the plan; rows are added and never changed."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from keepwell.store.tables import metadata
from keepwell.store.types import Json, UtcDateTime

plan_versions = Table(
    "plan_version",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("author", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("files", Json, nullable=False),
    Column("sha256", String(64), nullable=False),
)
