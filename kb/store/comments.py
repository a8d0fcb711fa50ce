"""The comments on articles; they are written in the transaction of what was done with them."""

from __future__ import annotations

import sqlalchemy as sa

from config.database import Database
from kb.article import ArticleId
from kb.editing.review import Comment, Kind
from kb.store.tables import comments


class CommentStore:
    """Reads of the comments."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, article: ArticleId) -> tuple[Comment, ...]:
        """Oldest first."""
        query = sa.select(comments).where(comments.c.article == article).order_by(comments.c.id)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            Comment(
                row["id"],
                ArticleId(row["article"]),
                row["revision"],
                Kind(row["kind"]),
                row["text"],
                row["author"],
                row["at"],
            )
            for row in rows
        )
