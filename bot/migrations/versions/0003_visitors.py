"""Who a customer is, where their company vouches for them, and what they are looking at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "visitors",
        sa.Column("id", sa.String(190), primary_key=True),
        sa.Column("name", sa.String(200), nullable=True),
        sa.Column("email", sa.String(320), nullable=True),
        sa.Column("business", sa.Boolean, nullable=False),
        sa.Column("verified_at", sa.String(40), nullable=False),
    )
    op.add_column("conversations", sa.Column("visitor", sa.String(190), nullable=True))
    op.add_column("conversations", sa.Column("site", sa.JSON, nullable=True))
    op.create_index("conversations_visitor", "conversations", ["visitor", "started_at"])
    # A customer who comes back on another device gets a token of its own; the first one stays where it was.
    op.create_table(
        "tokens",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("conversation", sa.String(64), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_index("tokens_conversation", "tokens", ["conversation", "at"])


def downgrade() -> None:
    op.drop_table("tokens")
    op.drop_index("conversations_visitor", "conversations")
    op.drop_column("conversations", "site")
    op.drop_column("conversations", "visitor")
    op.drop_table("visitors")
