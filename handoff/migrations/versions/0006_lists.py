"""The index of what is resolved also holds what it is narrowed to, so that a rare filter reads no rows."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.drop_index("cases_ended", "cases")
    op.create_index(
        "cases_ended",
        "cases",
        ["status", "resolved_at", "number", "team", "language", "channel", "priority"],
    )


def downgrade() -> None:
    op.drop_index("cases_ended", "cases")
    op.create_index("cases_ended", "cases", ["status", "resolved_at", "number"])
