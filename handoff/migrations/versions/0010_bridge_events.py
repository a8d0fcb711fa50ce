"""What a helpdesk outside tells us: kept before it is answered, applied later; and how far it was read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "bridge_events",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("bridge", sa.String(200), nullable=False),
        sa.Column("event_id", sa.String(200), nullable=False),
        sa.Column("case_key", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("occurred_at", sa.String(40), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=True),
        sa.Column("document", sa.JSON, nullable=True),
        sa.Column("raw", sa.LargeBinary, nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", sa.String(40), nullable=False),
        sa.Column("why", sa.Text, nullable=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("done_at", sa.String(40), nullable=True),
        sa.UniqueConstraint("bridge", "event_id"),
    )
    op.create_index("bridge_events_due", "bridge_events", ["state", "not_before"])
    op.create_index("bridge_events_of_case", "bridge_events", ["bridge", "case_key"])
    op.create_table(
        "bridge_cursors",
        sa.Column("bridge", sa.String(200), primary_key=True),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("quiet", sa.Integer, nullable=False),
        sa.Column("not_before", sa.String(40), nullable=False),
        sa.Column("why", sa.Text, nullable=True),
        sa.Column("at", sa.String(40), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("bridge_cursors")
    op.drop_table("bridge_events")
