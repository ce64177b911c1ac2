"""What users may see, links to a new password, identities elsewhere; the audit log by who and by what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004_access"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.add_column("access_user", sa.Column("scope_condition", sa.Text))
    op.add_column("access_user", sa.Column("scope_units", JSON))
    op.add_column("access_user", sa.Column("disabled_at", MOMENT))
    op.create_table(
        "access_password_link",
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_access_password_link"),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["access_user.id"],
            name="fk_access_password_link_user_id_access_user",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("user_id", name="uq_access_password_link_user_id"),
    )
    op.create_table(
        "access_identity",
        sa.Column("issuer", sa.String(400), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_access_identity"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["access_user.id"], name="fk_access_identity_user_id_access_user", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_access_identity_user_id", "access_identity", ["user_id"])
    op.create_table(
        "access_oidc_request",
        sa.Column("state_hash", sa.LargeBinary, nullable=False),
        sa.Column("browser_hash", sa.LargeBinary, nullable=False),
        sa.Column("nonce", sa.String(100), nullable=False),
        sa.Column("verifier", sa.String(200), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name="pk_access_oidc_request"),
    )
    op.create_index("ix_access_oidc_request_created_at", "access_oidc_request", ["created_at"])
    op.create_index("ix_audit_entry_subject_id_id", "audit_entry", ["subject_id", "id"])
    op.create_index("ix_audit_entry_actor_id", "audit_entry", ["actor", "id"])
    op.create_index("ix_audit_entry_action_id", "audit_entry", ["action", "id"])
