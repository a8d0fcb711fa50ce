"""When the bot is to come back to a conversation by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "reminders",
        sa.Column("conversation", sa.String(64), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("event", sa.Integer, nullable=False),
        sa.Column("intent", sa.Text, nullable=False),
        sa.Column("entities", sa.JSON, nullable=False),
        sa.Column("unless_heard", sa.Boolean, nullable=False),
        sa.Column("due_at", sa.String(40), nullable=False),
    )
    op.create_index("reminders_due", "reminders", ["due_at"])


def downgrade() -> None:
    op.drop_table("reminders")
