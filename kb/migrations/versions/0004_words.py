"""The bot's words as sets that are published whole; examples taught, and the models trained with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "word_revisions",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        # null: as it ships
        sa.Column("variants", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        # A number is never used twice: it is what an editor's page holds against the others'.
        sqlite_autoincrement=True,
    )
    op.create_index("word_revisions_of_text", "word_revisions", ["text", "language"])
    op.create_table(
        "word_drafts",
        sa.Column("text", sa.String(200), primary_key=True),
        sa.Column("language", sa.String(12), primary_key=True),
        sa.Column("revision", sa.Integer, sa.ForeignKey("word_revisions.id"), nullable=False),
    )
    op.create_table(
        "word_sets",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        # The earlier set that this one brought back.
        sa.Column("again", sa.Integer, nullable=True),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "examples",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("intent", sa.String(200), nullable=False),
        sa.Column("conversation", sa.String(64), nullable=True),
        sa.Column("message", sa.Integer, nullable=True),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("retired_at", sa.String(40), nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "judged_messages",
        sa.Column("conversation", sa.String(64), primary_key=True),
        sa.Column("message", sa.Integer, primary_key=True),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_table(
        "candidates",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("ended_at", sa.String(40), nullable=True),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("why", sa.Text, nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "candidate_examples",
        sa.Column("candidate", sa.Integer, sa.ForeignKey("candidates.number"), primary_key=True),
        # No foreign key: an example that a customer had forgotten leaves its number behind.
        sa.Column("example", sa.Integer, primary_key=True),
    )
    op.create_table(
        "model_publications",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("candidate", sa.Integer, sa.ForeignKey("candidates.number"), nullable=False),
        sa.Column("again", sa.Boolean, nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        # null while it is promised, and after it was refused, which `why` tells
        sa.Column("applied_at", sa.String(40), nullable=True),
        sa.Column("why", sa.Text, nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "bot_edits",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("verb", sa.String(40), nullable=False),
        sa.Column("about", sa.String(200), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
    )


def downgrade() -> None:
    op.drop_index("word_revisions_of_text", "word_revisions")
    for table in (
        *("bot_edits", "model_publications", "candidate_examples", "candidates", "judged_messages"),
        *("examples", "word_sets", "word_drafts", "word_revisions"),
    ):
        op.drop_table(table)
