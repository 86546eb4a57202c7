"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

WORD = sa.String(200)
EXACT = sa.String(32)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "bases",
        sa.Column("base", WORD, primary_key=True),
        sa.Column("name", WORD, nullable=False),
        sa.Column("zone", WORD, nullable=False),
        sa.Column("clearance", WORD, nullable=False),
    )
    op.create_table(
        "flights",
        sa.Column("flight", WORD, primary_key=True),
        sa.Column("origin", WORD, nullable=False),
        sa.Column("destination", WORD, nullable=False),
        sa.Column("departs", MOMENT, nullable=False),
        sa.Column("arrives", MOMENT, nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("manifest_closes", MOMENT, nullable=False),
        sa.Column("cancelled_at", MOMENT, nullable=True),
    )
    op.create_index("flights_by_route", "flights", ["origin", "destination", "departs"])
    op.create_table(
        "mission_orders",
        sa.Column("name", WORD, primary_key=True),
        sa.Column("order", sa.JSON(), nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("leave_id", WORD, primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("recipient", WORD, primary_key=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
    )
    op.create_index("outbox_by_next_try", "outbox", ["sent_at", "next_try_at"])
    op.create_table(
        "papers",
        sa.Column("leave_id", WORD, primary_key=True),
        sa.Column("serial", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", WORD, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
    )
    op.create_index("papers_by_number", "papers", ["number"])
    op.create_table(
        "settings",
        sa.Column("setting", WORD, primary_key=True),
        sa.Column("value", WORD, nullable=False),
    )
    op.create_table(
        "versions",
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("by", WORD, nullable=False),
        sa.Column("digests", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
    )
    op.create_table(
        "wishes",
        sa.Column("leave_id", WORD, primary_key=True),
        sa.Column("what", WORD, primary_key=True),
        sa.Column("n", sa.Integer(), nullable=False),
    )
    op.create_table(
        "seats",
        sa.Column("leave_id", WORD, primary_key=True),
        sa.Column("leg", WORD, primary_key=True),
        sa.Column(
            "flight", WORD, sa.ForeignKey("flights.flight", deferrable=True, initially="DEFERRED"), nullable=False
        ),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("state", WORD, nullable=False),
    )
    op.create_index("seats_by_flight", "seats", ["flight", "state"])
    op.create_table(
        "units",
        sa.Column("unit", WORD, primary_key=True),
        sa.Column("base", WORD, sa.ForeignKey("bases.base", deferrable=True, initially="DEFERRED"), nullable=False),
        sa.Column("nation", WORD, nullable=False),
        sa.Column("component", WORD, nullable=False),
        sa.Column("commander", WORD, nullable=False),
    )
    op.create_table(
        "members",
        sa.Column("id", WORD, primary_key=True),
        sa.Column("service_number", WORD, nullable=False, unique=True),
        sa.Column("name", WORD, nullable=False),
        sa.Column("rank", WORD, nullable=False),
        sa.Column("nation", WORD, nullable=False),
        sa.Column("component", WORD, nullable=False),
        sa.Column("service", WORD, nullable=False),
        sa.Column("unit", WORD, sa.ForeignKey("units.unit", deferrable=True, initially="DEFERRED"), nullable=False),
        sa.Column("base", WORD, sa.ForeignKey("bases.base", deferrable=True, initially="DEFERRED"), nullable=False),
        sa.Column("email", WORD, nullable=True),
        sa.Column("arrived", sa.Date(), nullable=False),
        sa.Column("departs", sa.Date(), nullable=True),
        sa.Column("pack", WORD, nullable=True),
        sa.Column("left_at", MOMENT, nullable=True),
    )
    op.create_index("members_by_base", "members", ["base"])
    op.create_index("members_by_unit", "members", ["unit"])
    op.create_table(
        "posts",
        sa.Column("post", WORD, primary_key=True),
        sa.Column("role", WORD, nullable=False),
        sa.Column("base", WORD, sa.ForeignKey("bases.base", deferrable=True, initially="DEFERRED"), nullable=True),
        sa.Column("unit", WORD, sa.ForeignKey("units.unit", deferrable=True, initially="DEFERRED"), nullable=True),
        sa.Column(
            "reports_to", WORD, sa.ForeignKey("posts.post", deferrable=True, initially="DEFERRED"), nullable=True
        ),
        sa.Column("deputy", WORD, sa.ForeignKey("posts.post", deferrable=True, initially="DEFERRED"), nullable=True),
    )
    op.create_table(
        "absences",
        sa.Column("member", WORD, sa.ForeignKey("members.id", deferrable=True, initially="DEFERRED"), primary_key=True),
        sa.Column("first", sa.Date(), primary_key=True),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("reason", WORD, nullable=False),
        sa.Column("source", WORD, nullable=False),
    )
    op.create_table(
        "appointments",
        sa.Column("post", WORD, sa.ForeignKey("posts.post", deferrable=True, initially="DEFERRED"), primary_key=True),
        sa.Column("member", WORD, sa.ForeignKey("members.id", deferrable=True, initially="DEFERRED"), primary_key=True),
        sa.Column("since", sa.Date(), primary_key=True),
        sa.Column("until", sa.Date(), nullable=True),
    )
    op.create_index("appointments_by_member", "appointments", ["member"])
    op.create_table(
        "balances",
        sa.Column("member", WORD, sa.ForeignKey("members.id", deferrable=True, initially="DEFERRED"), primary_key=True),
        sa.Column("purse", WORD, primary_key=True),
        sa.Column("days", EXACT, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source", WORD, nullable=False),
    )
    op.create_table(
        "delegations",
        sa.Column("post", WORD, sa.ForeignKey("posts.post", deferrable=True, initially="DEFERRED"), primary_key=True),
        sa.Column("member", WORD, sa.ForeignKey("members.id", deferrable=True, initially="DEFERRED"), primary_key=True),
        sa.Column("since", sa.Date(), primary_key=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("document", WORD, nullable=False),
    )
    op.create_index("delegations_by_member", "delegations", ["member"])


def downgrade() -> None:
    for table in (
        "delegations",
        "balances",
        "appointments",
        "absences",
        "posts",
        "members",
        "units",
        "seats",
        "wishes",
        "versions",
        "settings",
        "papers",
        "outbox",
        "mission_orders",
        "flights",
        "bases",
    ):
        op.drop_table(table)
