"""What polls have found that webhooks had not told, so that people see it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "bridge_missed",
        sa.Column("bridge", sa.String(200), primary_key=True),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("since", sa.String(40), nullable=False),
        sa.Column("last", sa.String(40), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("bridge_missed")
