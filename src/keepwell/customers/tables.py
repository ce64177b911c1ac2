"""The vault's tables: only sealed values and keyed hashes.

Without rowid, SQLite keeps one tree for each table instead of two.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from keepwell.store.tables import metadata
from keepwell.store.types import UtcDateTime

persons = Table(
    "vault_person",
    metadata,
    Column("party_key", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    # The marks of this person one after the other, so that they are found again without opening the seal.
    Column("marks", LargeBinary, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

marks = Table(
    "vault_mark",
    metadata,
    Column("mark", LargeBinary, primary_key=True),
    Column("party_key", Text, primary_key=True),
    sqlite_with_rowid=False,
)

originals = Table(
    "vault_original",
    metadata,
    Column("quarantine_id", Text, primary_key=True),
    Column("key_name", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False),
    Index(None, "key_name"),
    sqlite_with_rowid=False,
)
