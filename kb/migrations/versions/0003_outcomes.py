"""What became of every question, the gaps they form, and what agents' cases taught."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_KEPT = "question, language, reason, conversation, at"


def upgrade() -> None:
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("conversation", sa.String(200), nullable=True),
        sa.Column("message", sa.Integer, nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("again", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("reason", sa.String(40), nullable=True),
        sa.Column("article", sa.String(200), nullable=True),
        sa.Column("revision", sa.Integer, nullable=True),
        sa.Column("passage", sa.Integer, nullable=True),
        sa.Column("probability", sa.Float, nullable=True),
        sa.Column("generation", sa.Integer, nullable=True),
        sa.Column("reaction", sa.String(12), nullable=True),
        sa.Column("handoff", sa.String(40), nullable=True),
        sa.Column("case_number", sa.Integer, nullable=True),
        sa.Column("gap", sa.Integer, nullable=True),
        sa.Column("at", sa.String(40), nullable=False),
        # A turn that is taken again asks the same question of the same message again.
        sa.UniqueConstraint("conversation", "message", "sha256"),
        # A number is never used twice, so a proof never cites another customer's question.
        sqlite_autoincrement=True,
    )
    op.create_index("outcomes_article", "outcomes", ["article", "at"])
    op.create_index("outcomes_gap", "outcomes", ["gap"])
    op.create_index("outcomes_case", "outcomes", ["case_number"])
    # Few of the questions have failed, and fewer are in no gap yet: looking for them costs nothing.
    unplaced = sa.text("gap IS NULL AND (reason IS NOT NULL OR reaction = 'rejected' OR handoff IS NOT NULL)")
    op.create_index("outcomes_unplaced", "outcomes", ["id"], sqlite_where=unplaced, postgresql_where=unplaced)
    op.execute(f"INSERT INTO outcomes ({_KEPT}) SELECT {_KEPT} FROM gaps ORDER BY id")
    op.drop_table("gaps")
    op.create_table(
        "gaps",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("clearest", sa.Integer, nullable=True),
        sa.Column("article", sa.String(200), nullable=True),
        sa.Column("joined", sa.Integer, nullable=True),
        sa.Column("opened_at", sa.String(40), nullable=False),
        sa.Column("changed_at", sa.String(40), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "gap_centres",
        sa.Column("gap", sa.Integer, sa.ForeignKey("gaps.id"), primary_key=True),
        sa.Column("language", sa.String(12), primary_key=True),
        sa.Column("model_id", sa.String(200), nullable=False),
        sa.Column("members", sa.Integer, nullable=False),
        sa.Column("sum", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "gap_events",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("gap", sa.Integer, sa.ForeignKey("gaps.id"), nullable=False),
        sa.Column("event", sa.String(20), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_table(
        "gap_proofs",
        sa.Column("gap", sa.Integer, sa.ForeignKey("gaps.id"), primary_key=True),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("replayed", sa.JSON, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_table(
        "lessons",
        sa.Column("case_number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("conversation", sa.String(200), nullable=True),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("asked_in", sa.JSON, nullable=False),
        sa.Column("replies", sa.JSON, nullable=False),
        sa.Column("minutes", sa.Float, nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("resolved_at", sa.String(40), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("gap", sa.Integer, nullable=True),
        sa.Column("near", sa.String(200), nullable=True),
        sa.Column("near_title", sa.String(200), nullable=False),
        sa.Column("relation", sa.String(12), nullable=False),
        sa.Column("draft", sa.String(200), nullable=True),
        sa.Column("because", sa.Text, nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("decided_at", sa.String(40), nullable=True),
    )
    op.create_table(
        "places",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("place", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    for table in ("places", "lessons", "gap_proofs", "gap_events", "gap_centres", "gaps"):
        op.drop_table(table)
    op.create_table(
        "gaps",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("conversation", sa.String(64), nullable=True),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.execute(
        f"INSERT INTO gaps ({_KEPT}) SELECT {_KEPT} FROM outcomes WHERE reason IS NOT NULL ORDER BY id"
    )
    op.drop_table("outcomes")
