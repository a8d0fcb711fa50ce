"""The further articles that an answer in several parts cited, each with the customer's reaction."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "outcome_also",
        sa.Column("outcome", sa.Integer, sa.ForeignKey("outcomes.id"), primary_key=True, autoincrement=False),
        sa.Column("article", sa.String(200), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("reaction", sa.String(12), nullable=True),
    )
    op.create_index("outcome_also_article", "outcome_also", ["article"])


def downgrade() -> None:
    op.drop_table("outcome_also")
