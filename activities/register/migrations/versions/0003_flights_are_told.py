"""Which flights an import changed stays with it; a flight knows its newest change, and who is to be told of that."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

WORD, MOMENT = sa.String(200), sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("versions", sa.Column("flights", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("flights", sa.Column("n", sa.Integer(), nullable=True))
    op.create_table(
        "flight_news",
        sa.Column("n", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("flight", WORD, primary_key=True),
        sa.Column("leave_id", WORD, primary_key=True),
        sa.Column("why", WORD, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
    )
    op.create_index("flight_news_by_told", "flight_news", ["told_at"])


def downgrade() -> None:
    op.drop_table("flight_news")
    op.drop_column("flights", "n")
    op.drop_column("versions", "flights")
