"""From which network a sign-in by another service was begun, so that one cannot use up the room of all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_oidc_addresses"
down_revision = "0007_api"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Requests under way last ten minutes: those of before are begun again.
    op.execute("DELETE FROM access_oidc_request")
    with op.batch_alter_table("access_oidc_request") as table:
        table.add_column(sa.Column("address_hash", sa.LargeBinary, nullable=False))
    op.create_index("ix_access_oidc_request_address_hash", "access_oidc_request", ["address_hash"])
