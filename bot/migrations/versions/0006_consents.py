"""What customers were told about their data and agreed to, and who was forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("version", sa.String(16), primary_key=True),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_table(
        "consents",
        sa.Column("conversation", sa.String(64), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("version", sa.String(16), sa.ForeignKey("notices.version"), primary_key=True),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("tokens", sa.JSON, nullable=False),
        sa.Column("conversation", sa.String(64), nullable=True),
        sa.Column("words", sa.JSON, nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("asked_at", sa.String(40), nullable=False),
        sa.Column("done_at", sa.String(40), nullable=True),
        sa.Column("proof", sa.JSON, nullable=True),
    )
    op.create_index("erasures_owed", "erasures", ["state", "id"])


def downgrade() -> None:
    for table in ("erasures", "consents", "notices"):
        op.drop_table(table)
