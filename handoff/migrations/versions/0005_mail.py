"""Letters to customers, kept until they are sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "mails",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("case_number", sa.Integer, sa.ForeignKey("cases.number"), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("receiver", sa.String(254), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("entries", sa.JSON, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", sa.String(40), nullable=False),
        sa.Column("why", sa.Text, nullable=True),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("done_at", sa.String(40), nullable=True),
        sa.UniqueConstraint("case_number", "key"),
    )
    op.create_index("mails_waiting", "mails", ["state", "not_before"])
    op.create_index("mails_receiver", "mails", ["receiver", "at"])


def downgrade() -> None:
    op.drop_table("mails")
