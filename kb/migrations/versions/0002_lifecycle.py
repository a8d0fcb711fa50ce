"""Appointments, the bin, what a translation says, comments, moved addresses, images, what a change was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ADDED = ("publish_at", "publish_revision", "publish_by", "translated_revision", "deleted_at")


def upgrade() -> None:
    op.add_column("articles", sa.Column("publish_at", sa.String(40), nullable=True))
    op.add_column("articles", sa.Column("publish_revision", sa.Integer, nullable=True))
    op.add_column("articles", sa.Column("publish_by", sa.String(200), nullable=True))
    op.add_column("articles", sa.Column("translated_revision", sa.Integer, nullable=True))
    op.add_column("articles", sa.Column("deleted_at", sa.String(40), nullable=True))
    op.create_index("articles_publish_at", "articles", ["publish_at"])
    op.create_index("articles_deleted_at", "articles", ["deleted_at"])
    # Whoever wrote a translation before this was kept had the original of that day before them: take it that
    # what is live now is what it says.
    op.execute(
        "UPDATE articles SET translated_revision = "
        "(SELECT COALESCE(original.live, original.latest) FROM articles AS original"
        " WHERE original.id = articles.translation_of)"
    )
    op.add_column("audit", sa.Column("detail", sa.Text, nullable=True))
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("article", sa.String(200), sa.ForeignKey("articles.id"), nullable=False, index=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "redirects",
        sa.Column("language", sa.String(3), primary_key=True),
        sa.Column("slug", sa.String(80), primary_key=True),
        sa.Column("article", sa.String(200), sa.ForeignKey("articles.id"), nullable=False, index=True),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_table(
        "images",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("called", sa.String(200), nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )


def downgrade() -> None:
    for table in ("images", "redirects", "comments"):
        op.drop_table(table)
    op.drop_index("articles_deleted_at", "articles")
    op.drop_index("articles_publish_at", "articles")
    op.drop_column("audit", "detail")
    for column in _ADDED:
        op.drop_column("articles", column)
