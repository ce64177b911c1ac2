"""What people keep of the list of customers, requests for exports, and what was tagged at one time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010_lists"
down_revision = "0009_kept_answers"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    _saved_lists()
    _exports()
    _acts_of_tags()


def _saved_lists() -> None:
    op.create_table(
        "list_saved",
        sa.Column("id", BIG, nullable=False, autoincrement=True),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("owner", sa.String(100), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("name_key", sa.String(200), nullable=False),
        sa.Column("is_shared", sa.Boolean, nullable=False),
        sa.Column("question", JSON, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_list_saved"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["access_user.id"], name="fk_list_saved_user_id_access_user", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("user_id", "name_key", name="uq_list_saved_user_id_name_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_list_saved_is_shared", "list_saved", ["is_shared"])
    op.create_table(
        "list_columns",
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_list_columns"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["access_user.id"], name="fk_list_columns_user_id_access_user", ondelete="CASCADE"
        ),
    )


def _exports() -> None:
    op.create_table(
        "list_export",
        sa.Column("id", BIG, nullable=False, autoincrement=True),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("asked_by", sa.String(100), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("question", JSON, nullable=False),
        sa.Column("conditions", JSON, nullable=False),
        sa.Column("sort", sa.String(100)),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("personal", JSON, nullable=False),
        sa.Column("is_unmasked", sa.Boolean, nullable=False),
        sa.Column("customers", sa.Integer, nullable=False),
        sa.Column("scope_condition", sa.Text),
        sa.Column("scope_units", JSON),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("needs_approval", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_by_id", BIG),
        sa.Column("decided_by", sa.String(100)),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_because", sa.Text, nullable=False),
        sa.Column("open_until", MOMENT, nullable=False),
        sa.Column("downloads_left", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_list_export"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["access_user.id"], name="fk_list_export_user_id_access_user", ondelete="CASCADE"
        ),
        sa.CheckConstraint("decided_by_id <> user_id", name="ck_list_export_two_persons"),
        sa.CheckConstraint("downloads_left >= 0", name="ck_list_export_downloads_left"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_list_export_user_id_asked_at", "list_export", ["user_id", "asked_at"])
    op.create_index("ix_list_export_state_open_until", "list_export", ["state", "open_until"])


def _acts_of_tags() -> None:
    op.create_table(
        "tag_act",
        sa.Column("id", BIG, nullable=False, autoincrement=True),
        sa.Column("tag", sa.String(63), nullable=False),
        sa.Column("value", sa.Text),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("parties", sa.Integer, nullable=False),
        sa.Column("undone_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_tag_act"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tag_act_actor_id", "tag_act", ["actor", "id"])
