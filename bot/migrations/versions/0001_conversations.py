"""Conversations, their messages, the tracker's events, the turns' traces and the promised escalations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=True),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("address", sa.String(300), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("page", sa.String(2000), nullable=True),
        sa.Column("holder", sa.String(12), nullable=False),
        sa.Column("agent", sa.String(200), nullable=True),
        sa.Column("last", sa.Integer, nullable=False, server_default="0"),
        sa.Column("handled", sa.Integer, nullable=False, server_default="0"),
        sa.Column("waiting", sa.Integer, nullable=False, server_default="0"),
        sa.Column("delivered", sa.Integer, nullable=False, server_default="0"),
        sa.Column("episode", sa.Integer, nullable=False, server_default="0"),
        sa.Column("events", sa.Integer, nullable=False, server_default="0"),
        sa.Column("started_at", sa.String(40), nullable=False),
        sa.UniqueConstraint("channel", "address"),
    )
    # The turns that a crash cut short are found by this, at start, without reading every conversation.
    op.create_index(
        "conversations_unhandled",
        "conversations",
        ["waiting"],
        sqlite_where=sa.text("waiting > handled"),
        postgresql_where=sa.text("waiting > handled"),
    )
    op.create_table(
        "messages",
        sa.Column("conversation", sa.String(64), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("author", sa.String(12), nullable=False),
        sa.Column("name", sa.String(200), nullable=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("sent_at", sa.String(40), nullable=False),
        sa.Column("client_id", sa.String(100), nullable=True),
        sa.Column("payload", sa.Text, nullable=True),
        sa.Column("buttons", sa.JSON, nullable=False),
        sa.Column("source", sa.JSON, nullable=True),
        sa.Column("question", sa.Text, nullable=True),
        sa.UniqueConstraint("conversation", "client_id"),
    )
    op.create_table(
        "events",
        sa.Column("conversation", sa.String(64), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_table(
        "turns",
        sa.Column("conversation", sa.String(64), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("message", sa.Integer, primary_key=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("trace", sa.JSON, nullable=False),
    )
    op.create_table(
        "escalations",
        sa.Column("handoff_id", sa.String(100), primary_key=True),
        sa.Column("conversation", sa.String(64), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("because", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("case_number", sa.Integer, nullable=True),
        sa.Column("forwarded", sa.Integer, nullable=False),
        sa.Column("acknowledged", sa.Boolean, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
    )
    op.create_index("escalations_conversation", "escalations", ["conversation", "closed"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("conversation", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("verb", sa.String(40), nullable=False),
        sa.Column("before", sa.String(40), nullable=True),
        sa.Column("after", sa.String(40), nullable=True),
    )


def downgrade() -> None:
    for table in ("audit", "escalations", "turns", "events", "messages", "conversations"):
        op.drop_table(table)
