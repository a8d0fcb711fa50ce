"""Who works at the desk and when: members, what routing has done, and changes of the arrangements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "members",
        sa.Column("email", sa.String(200), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("teams", sa.JSON, nullable=False),
        sa.Column("skills", sa.JSON, nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("capacity", sa.Integer, nullable=True),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("status_at", sa.String(40), nullable=True),
        sa.Column("last_seen", sa.String(40), nullable=True),
        sa.Column("given_at", sa.String(40), nullable=True),
    )
    op.create_table(
        "watches",
        sa.Column("case_number", sa.Integer, sa.ForeignKey("cases.number"), primary_key=True),
        sa.Column("told", sa.JSON, nullable=False),
        sa.Column("raised", sa.JSON, nullable=False),
        sa.Column("teams", sa.JSON, nullable=False),
        sa.Column("late", sa.Integer, nullable=False),
        sa.Column("promised_by", sa.String(40), nullable=True),
    )
    op.create_table(
        "arrangements",
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("name", sa.String(60), primary_key=True),
        # NULL where the table of that name was removed.
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        # The version that made it first: tables that are new stand in this order.
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    # Who has lost a case is read from here whenever one waits.
    op.create_index("audit_case", "audit", ["case_number", "verb"])


def downgrade() -> None:
    op.drop_index("audit_case", "audit")
    for table in ("arrangements", "watches", "members"):
        op.drop_table(table)
