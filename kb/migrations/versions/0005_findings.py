"""What the checks have found, what editors have accepted of it, and when the base was last checked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "findings",
        sa.Column("key", sa.String(32), primary_key=True),
        # What is most pressing comes first.
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("case", sa.String(40), nullable=False),
        sa.Column("severity", sa.String(12), nullable=False),
        sa.Column("places", sa.JSON, nullable=False),
        sa.Column("values", sa.JSON, nullable=False),
        sa.Column("basis", sa.String(32), nullable=False),
        sa.Column("found_at", sa.String(40), nullable=False),
    )
    op.create_table(
        "accepted_findings",
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_table(
        "checked",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("articles", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )


def downgrade() -> None:
    for table in ("checked", "accepted_findings", "findings"):
        op.drop_table(table)
