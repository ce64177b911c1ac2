"""The vault's tables, of sealed values and keyed hashes alone, and that of what is said by hand.

Without rowid, SQLite keeps one tree for each table instead of two.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from keepwell.store.tables import metadata
from keepwell.store.types import BigId, UtcDateTime

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

tag_words = Table(
    "tag_word",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("tag", String(63), nullable=False),
    Column("party_key", Text, nullable=False),
    # The value in canonical text; NULL takes back what was said.
    Column("value", Text),
    Column("said_at", UtcDateTime, nullable=False),
    Column("actor", String(200), nullable=False),
    Index(None, "tag", "party_key", "number"),
    sqlite_autoincrement=True,
)

tag_acts = Table(
    "tag_act",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("tag", String(63), nullable=False),
    Column("value", Text),
    Column("actor", String(200), nullable=False),
    Column("said_at", UtcDateTime, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("parties", Integer, nullable=False),
    Column("undone_at", UtcDateTime),
    Index(None, "actor", "id"),
    sqlite_autoincrement=True,
)
