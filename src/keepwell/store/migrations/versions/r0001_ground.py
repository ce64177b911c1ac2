"""Jobs, audit, vault, users.

The types are those of ``keepwell.store.types`` written out, so that this file stays what it was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

moment = sa.DateTime(timezone=True)
json = sa.JSON().with_variant(JSONB(), "postgresql")
big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    make_jobs()
    make_audit()
    make_vault()
    make_access()


def make_jobs() -> None:
    op.create_table(
        "job",
        sa.Column("id", big_id, nullable=False, autoincrement=True),
        sa.Column("kind", sa.String(100), nullable=False),
        sa.Column("arguments", json, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("run_at", moment, nullable=False),
        sa.Column("lease_until", moment),
        sa.Column("leased_by", sa.String(200)),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("max_attempts", sa.Integer, nullable=False),
        sa.Column("idempotency_key", sa.String(200)),
        sa.Column("progress", json),
        sa.Column("result", json),
        sa.Column("error", sa.Text),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("finished_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("idempotency_key", name="uq_job_idempotency_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_job_state_run_at", "job", ["state", "run_at"])


def make_audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", big_id, nullable=False, autoincrement=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("action", sa.String(100), nullable=False),
        sa.Column("subject_kind", sa.String(100), nullable=False),
        sa.Column("subject_id", sa.String(400), nullable=False),
        sa.Column("details", json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
        sqlite_autoincrement=True,
    )
    columns = ["subject_kind", "subject_id", "id"]
    op.create_index("ix_audit_entry_subject_kind_subject_id_id", "audit_entry", columns)
    refuse_changes("audit_entry")


def refuse_changes(table: str) -> None:
    """Let the database itself refuse to change or delete a row."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


def make_vault() -> None:
    op.create_table(
        "vault_person",
        sa.Column("party_key", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("marks", sa.LargeBinary, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("party_key", name="pk_vault_person"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vault_mark",
        sa.Column("mark", sa.LargeBinary, nullable=False),
        sa.Column("party_key", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("mark", "party_key", name="pk_vault_mark"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vault_original",
        sa.Column("quarantine_id", sa.Text, nullable=False),
        sa.Column("key_name", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("quarantine_id", name="pk_vault_original"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_vault_original_key_name", "vault_original", ["key_name"])


def make_access() -> None:
    op.create_table(
        "access_user",
        sa.Column("id", big_id, nullable=False, autoincrement=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("name_key", sa.String(200), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("roles", json, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_user"),
        sa.UniqueConstraint("name_key", name="uq_access_user_name_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "access_session",
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("user_id", big_id, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_access_session"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["access_user.id"], "fk_access_session_user_id_access_user", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_access_session_user_id", "access_session", ["user_id"])
    op.create_table(
        "access_attempt",
        sa.Column("id", big_id, nullable=False, autoincrement=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("name_hash", sa.LargeBinary, nullable=False),
        sa.Column("address_hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_attempt"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_access_attempt_at", "access_attempt", ["at"])
    op.create_index("ix_access_attempt_name_hash_at", "access_attempt", ["name_hash", "at"])
    op.create_index("ix_access_attempt_address_hash_at", "access_attempt", ["address_hash", "at"])
    op.create_table(
        "access_first_run_link",
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_access_first_run_link"),
    )
