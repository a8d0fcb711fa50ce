"""What a customer was not brought in time, or not at all, until the desk knows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("conversation", sa.String(64), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("message", sa.Integer, nullable=False),
        sa.Column("what", sa.String(12), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("told", sa.Boolean, nullable=False),
        sa.UniqueConstraint("conversation", "message", "what"),
    )
    op.create_index("reports_untold", "reports", ["told", "id"])


def downgrade() -> None:
    op.drop_table("reports")
