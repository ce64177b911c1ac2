"""Users, their sessions and identities elsewhere, attempts to sign in, and links that work once.

Tokens are kept hashed. A user without a password has an empty text in its place.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from keepwell.store.tables import metadata
from keepwell.store.types import BigId, Json, UtcDateTime

users = Table(
    "access_user",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("name", String(100), nullable=False),
    Column("name_key", String(200), nullable=False, unique=True),
    Column("password_hash", String(200), nullable=False),
    Column("roles", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("scope_condition", Text),
    Column("scope_units", Json),
    Column("disabled_at", UtcDateTime),
    sqlite_autoincrement=True,
)

sessions = Table(
    "access_session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("user_id", BigId, ForeignKey("access_user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

attempts = Table(
    "access_attempt",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("name_hash", LargeBinary, nullable=False),
    Column("address_hash", LargeBinary, nullable=False),
    Index(None, "name_hash", "at"),
    Index(None, "address_hash", "at"),
    sqlite_autoincrement=True,
)

keys = Table(
    "access_key",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("user_id", BigId, ForeignKey("access_user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("beginning", String(20), nullable=False),
    Column("permissions", Json, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Column("window_at", UtcDateTime, nullable=False),
    Column("window_count", Integer, nullable=False),
    sqlite_autoincrement=True,
)

first_run_links = Table(
    "access_first_run_link",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
)

password_links = Table(
    "access_password_link",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("user_id", BigId, ForeignKey("access_user.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
)

identities = Table(
    "access_identity",
    metadata,
    Column("issuer", String(400), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("user_id", BigId, ForeignKey("access_user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
)

oidc_requests = Table(
    "access_oidc_request",
    metadata,
    Column("state_hash", LargeBinary, primary_key=True),
    Column("browser_hash", LargeBinary, nullable=False),
    Column("address_hash", LargeBinary, nullable=False, index=True),
    Column("nonce", String(100), nullable=False),
    Column("verifier", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
)
