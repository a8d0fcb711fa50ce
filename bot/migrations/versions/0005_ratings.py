"""How a conversation ended, what its customer thought of it, and which hand-overs they have left."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("ended", sa.Integer, nullable=True))
    op.add_column("escalations", sa.Column("left_by", sa.String(12), nullable=True))
    op.add_column("escalations", sa.Column("left_after", sa.Integer, nullable=True))
    op.create_table(
        "endings",
        sa.Column("conversation", sa.String(64), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("ended_by", sa.String(12), nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("handoff_id", sa.String(100), nullable=True),
        sa.Column("helpers", sa.JSON, nullable=False),
    )
    op.create_table(
        "ratings",
        sa.Column("conversation", sa.String(64), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("ending", sa.Integer, primary_key=True),
        sa.Column("helper", sa.String(12), primary_key=True),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("comment", sa.Text, nullable=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("told", sa.Boolean, nullable=False),
    )
    op.create_index("ratings_untold", "ratings", ["told"])


def downgrade() -> None:
    op.drop_table("ratings")
    op.drop_table("endings")
    op.drop_column("escalations", "left_after")
    op.drop_column("escalations", "left_by")
    op.drop_column("conversations", "ended")
