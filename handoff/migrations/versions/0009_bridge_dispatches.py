"""Cases that a helpdesk outside mirrors, what it must still be told of them, and how it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "bridge_peers",
        sa.Column("bridge", sa.String(100), primary_key=True),
        sa.Column("mirrors", sa.Boolean, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failing_since", sa.String(40), nullable=True),
        sa.Column("next_try", sa.String(40), nullable=True),
        sa.Column("says", sa.Text, nullable=False),
    )
    op.create_table(
        "bridge_cases",
        sa.Column("case_number", sa.Integer, sa.ForeignKey("cases.number"), primary_key=True),
        sa.Column("bridge", sa.String(100), nullable=False),
        sa.Column("handoff_id", sa.String(100), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("case_key", sa.String(500), nullable=True),
        sa.Column("url", sa.Text, nullable=True),
        sa.Column("more", sa.JSON, nullable=False),
        sa.Column("controller", sa.String(8), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("since", sa.String(40), nullable=False),
        sa.Column("opened_at", sa.String(40), nullable=True),
        sa.UniqueConstraint("bridge", "handoff_id"),
    )
    op.create_table(
        "bridge_keys",
        sa.Column("bridge", sa.String(100), primary_key=True),
        sa.Column("case_key", sa.String(500), primary_key=True),
        sa.Column("case_number", sa.Integer, sa.ForeignKey("cases.number"), nullable=False),
    )
    op.create_index("bridge_keys_of_a_case", "bridge_keys", ["case_number"])
    op.create_table(
        "bridge_dispatches",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("bridge", sa.String(100), nullable=False),
        sa.Column("case_number", sa.Integer, sa.ForeignKey("cases.number"), nullable=False),
        sa.Column("handoff_id", sa.String(100), nullable=False),
        sa.Column("op", sa.String(8), nullable=False),
        sa.Column("key", sa.String(160), nullable=False, unique=True),
        sa.Column("seq", sa.Integer, nullable=True),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("strikes", sa.Integer, nullable=False),
        sa.Column("not_before", sa.String(40), nullable=False),
        sa.Column("remote_id", sa.String(500), nullable=True),
        sa.Column("why", sa.Text, nullable=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("done_at", sa.String(40), nullable=True),
    )
    op.create_index("bridge_dispatches_owed", "bridge_dispatches", ["bridge", "state", "case_number"])
    op.create_index("bridge_dispatches_of_a_case", "bridge_dispatches", ["case_number"])
    op.create_index("bridge_dispatches_remote", "bridge_dispatches", ["bridge", "remote_id"])
    op.create_table(
        "bridge_attempts",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("dispatch", sa.Integer, sa.ForeignKey("bridge_dispatches.id"), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("says", sa.Text, nullable=False),
    )
    op.create_index("bridge_attempts_of_a_dispatch", "bridge_attempts", ["dispatch"])


def downgrade() -> None:
    op.drop_table("bridge_attempts")
    op.drop_table("bridge_dispatches")
    op.drop_table("bridge_keys")
    op.drop_table("bridge_cases")
    op.drop_table("bridge_peers")
