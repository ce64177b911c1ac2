"""Keys of programs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007_api"
down_revision = "0004_access"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    op.create_table(
        "access_key",
        sa.Column("id", big, nullable=False, autoincrement=True),
        sa.Column("user_id", big, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("beginning", sa.String(20), nullable=False),
        sa.Column("permissions", json, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("window_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_key"),
        sa.UniqueConstraint("token_hash", name="uq_access_key_token_hash"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["access_user.id"], name="fk_access_key_user_id_access_user", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_access_key_user_id", "access_key", ["user_id"])
