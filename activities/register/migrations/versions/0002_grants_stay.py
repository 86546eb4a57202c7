"""Appointments and delegations which an import no longer has stay, marked: what was seen from a post is told later."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for table in ("appointments", "delegations"):
        op.add_column(table, sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table in ("appointments", "delegations"):
        op.drop_column(table, "withdrawn_at")
