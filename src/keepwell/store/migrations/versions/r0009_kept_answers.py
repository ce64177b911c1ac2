"""Answers to writes, kept with their idempotency keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_kept_answers"
down_revision = "0008_oidc_addresses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_answer",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False, autoincrement=True
        ),
        sa.Column("owner", sa.String(100), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("request_hash", sa.LargeBinary, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kept_answer"),
        sa.UniqueConstraint("owner", "key", name="uq_kept_answer_owner_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_kept_answer_at", "kept_answer", ["at"])
