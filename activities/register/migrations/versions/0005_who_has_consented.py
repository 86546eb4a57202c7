"""Who has decided on a leave is known to the register from its paper on: a base asks for it before it exempts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

WORD = sa.String(200)


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("leave_id", WORD, primary_key=True),
        sa.Column("capacity", WORD, primary_key=True),
        sa.Column("member", WORD, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("consents")
