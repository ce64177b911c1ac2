"""Making writers wait for one another where reading first and writing then must be one act."""

from __future__ import annotations

from zlib import crc32

from sqlalchemy import text
from sqlalchemy.orm import Session


def one_at_a_time(session: Session, what: str) -> None:
    """Until this transaction ends, no other one passes here for the same ``what``.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        key = crc32(f"keepwell {what}".encode())
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
