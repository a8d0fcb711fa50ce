"""What a message carries beside its text, what a response carried back, and the deliveries still owed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("messages", sa.Column("data", sa.JSON, nullable=False, server_default="{}"))
    op.add_column("turns", sa.Column("answered_after", sa.Integer, nullable=True))
    op.add_column("turns", sa.Column("answered_to", sa.Integer, nullable=True))
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("conversation", sa.String(64), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("message", sa.Integer, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False, server_default="0"),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("not_before", sa.String(40), nullable=False),
        sa.Column("parked", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("why", sa.Text, nullable=True),
        sa.UniqueConstraint("conversation", "message"),
    )
    op.create_index("deliveries_owed", "deliveries", ["parked", "id"])


def downgrade() -> None:
    op.drop_table("deliveries")
    op.drop_column("turns", "answered_to")
    op.drop_column("turns", "answered_after")
    op.drop_column("messages", "data")
