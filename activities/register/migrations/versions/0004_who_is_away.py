"""Who is away on a leave is known to the register, whatever base keeps the leave."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WORD, MOMENT = sa.String(200), sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "away",
        sa.Column("leave_id", WORD, primary_key=True),
        sa.Column("member", WORD, nullable=False),
        sa.Column("out_at", MOMENT, nullable=False),
    )
    op.create_index("away_by_member", "away", ["member"])


def downgrade() -> None:
    op.drop_table("away")
