"""The editors' room's SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

import numpy as np
import sqlalchemy as sa

from config.database import Database
from config.failpoints import failpoint
from kb.article import Article, ArticleId, Published, Revision
from kb.embedders import Floats1d
from kb.store import tables
from kb.store.rows import LATEST, LIVE, one_article, one_revision, read_article, read_articles, read_revision
from kb.store.writing import Writing

__all__ = ["CHANGES", "Audited", "Store", "Writing"]

T = TypeVar("T")

CHANGES = "changes"
"""The doorbell topic that rings when the index has something to learn."""

KEPT = tables.articles.c.deleted_at.is_(None)
"""Not in the bin."""

_AT_ONCE = 400  # values in one IN (…); every database takes that many


@dataclass(frozen=True, slots=True)
class Audited:
    """One line of the audit: who did what, and what exactly, when it isn't the text."""

    at: datetime
    actor: str
    verb: str
    detail: str


class Store:
    """Reads of this room's tables; everything that changes an article goes through `write`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def database(self) -> Database:
        return self._database

    def article(self, article: ArticleId) -> Article:
        """Raises NoArticleError."""
        with self._database.read() as connection:
            return one_article(connection, article)

    def by_slug(self, language: str, slug: str) -> Article | None:
        where = (tables.articles.c.language == language) & (tables.articles.c.slug == slug)
        with self._database.read() as connection:
            return next(read_articles(connection, LATEST.where(where, KEPT)), None)

    def redirect(self, language: str, slug: str) -> Article | None:
        """The article that had this address before it got the one it has now."""
        moved, here = tables.redirects, tables.articles.c.id
        query = LATEST.join(moved, moved.c.article == here).where(
            moved.c.language == language, moved.c.slug == slug, KEPT
        )
        with self._database.read() as connection:
            return next(read_articles(connection, query), None)

    def redirects(self, article: ArticleId) -> tuple[tuple[str, str], ...]:
        """The addresses an article has had, as (language, slug), oldest first."""
        moved = tables.redirects
        query = sa.select(moved.c.language, moved.c.slug).where(moved.c.article == article)
        with self._database.read() as connection:
            return tuple((row.language, row.slug) for row in connection.execute(query.order_by(moved.c.at)))

    def articles(self, where: Mapping[str, str | bool]) -> tuple[Article, ...]:
        """All articles whose columns equal the given values, last changed first; not those in the bin."""
        fits = (tables.articles.c[name] == value for name, value in where.items())
        with self._database.read() as connection:
            return tuple(read_articles(connection, LATEST.where(KEPT, *fits)))

    def deleted(self) -> tuple[Article, ...]:
        """What is in the bin, last deleted first."""
        query = LATEST.where(tables.articles.c.deleted_at.is_not(None))
        with self._database.read() as connection:
            found = tuple(read_articles(connection, query))
        return tuple(sorted(found, key=lambda one: str(one.deleted_at), reverse=True))

    def deleted_before(self, moment: datetime) -> tuple[ArticleId, ...]:
        """What has been in the bin since before then."""
        return self._ids(tables.articles.c.deleted_at < moment)

    def due(self, moment: datetime) -> tuple[ArticleId, ...]:
        """What is to be published by then, first come first."""
        return self._ids((tables.articles.c.publish_at <= moment) & KEPT)

    def audited(self, article: ArticleId) -> tuple[Audited, ...]:
        """Everything that was done to an article, newest first; it outlives the article."""
        audit = tables.audit
        query = sa.select(audit).where(audit.c.article == article).order_by(audit.c.id.desc())
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(Audited(row["at"], row["actor"], row["verb"], row["detail"] or "") for row in rows)

    def revision(self, article: ArticleId, number: int) -> Revision:
        """Raises NoArticleError."""
        with self._database.read() as connection:
            return one_revision(connection, article, number)

    def revisions(self, article: ArticleId) -> tuple[Revision, ...]:
        """Newest first."""
        query = (
            sa.select(tables.revisions)
            .where(tables.revisions.c.article == article)
            .order_by(tables.revisions.c.number.desc())
        )
        with self._database.read() as connection:
            return tuple(read_revision(row) for row in connection.execute(query).mappings())

    def published(self) -> tuple[tuple[Published, ...], int]:
        """Every answerable article with its live revision, by id, and the last change they include."""
        with self._database.read() as connection:
            last = connection.execute(sa.select(sa.func.max(tables.changes.c.number))).scalar() or 0
            rows = connection.execute(LIVE).mappings().all()
        return tuple(Published(read_article(row), read_revision(row)) for row in rows), last

    def changed(self, after: int = 0) -> tuple[dict[ArticleId, Published | None], int]:
        """Each article that a change past `after` is about as it is now, None if it is not answerable; and
        the last change."""
        changes = tables.changes.c
        with self._database.read() as connection:
            rows = connection.execute(
                sa.select(changes.number, changes.article).where(changes.number > after)
            ).all()
            found: dict[ArticleId, Published | None] = dict.fromkeys(ArticleId(row.article) for row in rows)
            wanted = iter(tuple(found))
            while some := list(islice(wanted, _AT_ONCE)):
                live = connection.execute(LIVE.where(tables.articles.c.id.in_(some))).mappings()
                for row in live:
                    found[ArticleId(row["id"])] = Published(read_article(row), read_revision(row))
        return found, max((row.number for row in rows), default=after)

    def last_change(self) -> int:
        """The number of the newest change that no generation has taken up yet; 0 if there is none."""
        with self._database.read() as connection:
            return connection.execute(sa.select(sa.func.max(tables.changes.c.number))).scalar() or 0

    def last_generation(self) -> tuple[int, str]:
        """The number of the newest generation and the SHA-256 of its manifest; (0, "") before the first."""
        query = sa.select(tables.generations.c.number, tables.generations.c.sha256).order_by(
            tables.generations.c.number.desc()
        )
        with self._database.read() as connection:
            row = connection.execute(query.limit(1)).first()
        return (row.number, row.sha256) if row else (0, "")

    def add_generation(
        self,
        number: int,
        *,
        upto: int,
        model_id: str,
        sha256: str,
        articles: int,
        passages: int,
        at: datetime,
    ) -> None:
        """Note that a generation is on disk; the changes up to `upto` are in it and need no more work."""

        def work(connection: sa.Connection) -> None:
            connection.execute(
                tables.generations.insert().values(
                    number=number,
                    model_id=model_id,
                    sha256=sha256,
                    articles=articles,
                    passages=passages,
                    built_at=at,
                )
            )
            connection.execute(tables.changes.delete().where(tables.changes.c.number <= upto))

        self._database.write(work)

    def vectors(self, model_id: str, hashes: Iterable[str]) -> dict[str, Floats1d]:
        """The cached vectors of these texts' SHA-256, as far as they are known; float32."""
        found: dict[str, Floats1d] = {}
        wanted = iter(hashes)
        with self._database.read() as connection:
            while some := list(islice(wanted, _AT_ONCE)):
                where = (tables.vectors.c.model_id == model_id) & tables.vectors.c.sha256.in_(some)
                for row in connection.execute(
                    sa.select(tables.vectors.c.sha256, tables.vectors.c.vector).where(where)
                ):
                    found[row.sha256] = np.frombuffer(row.vector, dtype="<f4")
        return found

    def add_vectors(self, model_id: str, vectors: Mapping[str, Floats1d]) -> None:
        """Cache vectors by the SHA-256 of their texts; those known already are left alone."""

        def work(connection: sa.Connection) -> None:
            hashes = list(vectors)
            for start in range(0, len(hashes), _AT_ONCE):
                some = hashes[start : start + _AT_ONCE]
                where = (tables.vectors.c.model_id == model_id) & tables.vectors.c.sha256.in_(some)
                known = set(connection.execute(sa.select(tables.vectors.c.sha256).where(where)).scalars())
                rows = [
                    {"model_id": model_id, "sha256": sha, "vector": vectors[sha].astype("<f4").tobytes()}
                    for sha in some
                    if sha not in known
                ]
                if rows:
                    connection.execute(tables.vectors.insert(), rows)

        if vectors:
            self._database.write(work)

    def _ids(self, where: sa.ColumnElement[bool]) -> tuple[ArticleId, ...]:
        query = sa.select(tables.articles.c.id).where(where).order_by(tables.articles.c.publish_at)
        with self._database.read() as connection:
            return tuple(ArticleId(id) for id in connection.execute(query).scalars())

    def write(self, work: Callable[[Writing], T]) -> T:
        """Run `work` in one transaction; ring `changes` once what it announced is durable."""
        value = self._database.write(lambda connection: work(Writing(connection)), wakes=(CHANGES,))
        failpoint("kb.change.written")
        return value
