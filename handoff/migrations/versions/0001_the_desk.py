"""Cases, their summaries and threads, dispatches, the desk's log, the audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("handoff_id", sa.String(100), nullable=False, unique=True),
        sa.Column("conversation_id", sa.String(80), nullable=False),
        sa.Column("episode", sa.Integer, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("team", sa.String(60), nullable=False),
        sa.Column("priority", sa.String(12), nullable=False),
        sa.Column("priority_because", sa.Text, nullable=False),
        sa.Column("skills", sa.JSON, nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("headline", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("customer_id", sa.String(200), nullable=False),
        sa.Column("customer_name", sa.String(200), nullable=True),
        sa.Column("agent", sa.String(200), nullable=True),
        sa.Column("agent_name", sa.String(200), nullable=True),
        sa.Column("opened_at", sa.String(40), nullable=False),
        sa.Column("waiting_since", sa.String(40), nullable=True),
        sa.Column("first_reply_by", sa.String(40), nullable=True),
        sa.Column("resolve_by", sa.String(40), nullable=False),
        sa.Column("due_by", sa.String(40), nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("claimed_at", sa.String(40), nullable=True),
        sa.Column("first_replied_at", sa.String(40), nullable=True),
        sa.Column("resolved_at", sa.String(40), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.Column("unread", sa.Integer, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    # At most one case that is not resolved a conversation: the database holds to it, whoever writes.
    op.create_index(
        "cases_one_open",
        "cases",
        ["conversation_id"],
        unique=True,
        sqlite_where=sa.text("status <> 'resolved'"),
        postgresql_where=sa.text("status <> 'resolved'"),
    )
    op.create_index("cases_queue", "cases", ["status", "due_by", "rank", "opened_at"])
    op.create_index("cases_customer", "cases", ["customer_id"])
    op.create_table(
        "summaries",
        sa.Column("case_number", sa.Integer, sa.ForeignKey("cases.number"), primary_key=True),
        sa.Column("document", sa.JSON, nullable=False),
        sa.Column("escalation", sa.JSON, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_table(
        "entries",
        sa.Column("case_number", sa.Integer, sa.ForeignKey("cases.number"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer, nullable=True),
        sa.Column("client_id", sa.String(160), nullable=True),
        sa.UniqueConstraint("case_number", "number"),
        sa.UniqueConstraint("case_number", "client_id"),
    )
    op.create_table(
        "dispatches",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("case_number", sa.Integer, sa.ForeignKey("cases.number"), nullable=False),
        sa.Column("handoff_id", sa.String(100), nullable=False),
        sa.Column("conversation_id", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("author_name", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("client_id", sa.String(160), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.Column("seq", sa.Integer, nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", sa.String(40), nullable=False),
        sa.Column("why", sa.Text, nullable=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("done_at", sa.String(40), nullable=True),
    )
    op.create_index("dispatches_waiting", "dispatches", ["state", "id"])
    op.create_table(
        "desk_log",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("case_number", sa.Integer, nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("verb", sa.String(40), nullable=False),
        sa.Column("case_number", sa.Integer, nullable=False),
        sa.Column("before", sa.JSON, nullable=True),
        sa.Column("after", sa.JSON, nullable=True),
    )


def downgrade() -> None:
    for table in ("audit", "desk_log", "dispatches", "entries", "summaries", "cases"):
        op.drop_table(table)
