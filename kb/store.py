"""The editors' room's SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

import numpy as np
import sqlalchemy as sa

from config.database import Database, UtcDateTime
from config.failpoints import failpoint
from kb.article import Article, ArticleId, Event, Published, Revision, Status
from kb.embedders import Floats1d
from kb.errors import ArticleExistsError, NoArticleError, SlugTakenError
from kb.gaps import Gap

T = TypeVar("T")

CHANGES = "changes"
"""The doorbell topic that rings when the index has something to learn."""

_AT_ONCE = 400  # values in one IN (…); every database takes that many

_tables = sa.MetaData()
_articles = sa.Table(
    "articles",
    _tables,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("slug", sa.String),
    sa.Column("language", sa.String),
    sa.Column("status", sa.String),
    sa.Column("category", sa.String),
    sa.Column("labels", sa.JSON),
    sa.Column("public", sa.Boolean),
    sa.Column("owner", sa.String),
    sa.Column("review_by", sa.Date),
    sa.Column("translation_of", sa.String),
    sa.Column("live", sa.Integer),
    sa.Column("latest", sa.Integer),
    sa.Column("version", sa.Integer),
    sa.Column("updated_at", UtcDateTime),
)
_revisions = sa.Table(
    "revisions",
    _tables,
    sa.Column("article", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("title", sa.String),
    sa.Column("body", sa.Text),
    sa.Column("questions", sa.JSON),
    sa.Column("author", sa.String),
    sa.Column("created_at", UtcDateTime),
)
_changes = sa.Table(
    "changes",
    _tables,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("article", sa.String),
    sa.Column("at", UtcDateTime),
)
_generations = sa.Table(
    "generations",
    _tables,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("model_id", sa.String),
    sa.Column("sha256", sa.String),
    sa.Column("articles", sa.Integer),
    sa.Column("passages", sa.Integer),
    sa.Column("built_at", UtcDateTime),
)
_vectors = sa.Table(
    "vectors",
    _tables,
    sa.Column("model_id", sa.String, primary_key=True),
    sa.Column("sha256", sa.String, primary_key=True),
    sa.Column("vector", sa.LargeBinary),
)
_gaps = sa.Table(
    "gaps",
    _tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("question", sa.Text),
    sa.Column("language", sa.String),
    sa.Column("reason", sa.String),
    sa.Column("conversation", sa.String),
    sa.Column("at", UtcDateTime),
)
_audit = sa.Table(
    "audit",
    _tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime),
    sa.Column("actor", sa.String),
    sa.Column("verb", sa.String),
    sa.Column("article", sa.String),
    sa.Column("before", sa.String),
    sa.Column("after", sa.String),
)

_LATEST = (
    sa.select(_articles, _revisions.c.title, _revisions.c.questions)
    .join(_revisions, (_revisions.c.article == _articles.c.id) & (_revisions.c.number == _articles.c.latest))
    .order_by(_articles.c.updated_at.desc(), _articles.c.id)
)
_LIVE = (
    sa.select(_articles, _revisions)
    .join(_revisions, (_revisions.c.article == _articles.c.id) & (_revisions.c.number == _articles.c.live))
    .order_by(_articles.c.id)
)


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
            return _one(connection, article)

    def by_slug(self, language: str, slug: str) -> Article | None:
        where = (_articles.c.language == language) & (_articles.c.slug == slug)
        with self._database.read() as connection:
            return next(_read_articles(connection, _LATEST.where(where)), None)

    def articles(self, where: Mapping[str, str | bool]) -> tuple[Article, ...]:
        """All articles whose columns equal the given values, last changed first."""
        query = _LATEST.where(*(_articles.c[name] == value for name, value in where.items()))
        with self._database.read() as connection:
            return tuple(_read_articles(connection, query))

    def revision(self, article: ArticleId, number: int) -> Revision:
        """Raises NoArticleError."""
        with self._database.read() as connection:
            return _revision(connection, article, number)

    def revisions(self, article: ArticleId) -> tuple[Revision, ...]:
        """Newest first."""
        query = (
            sa.select(_revisions).where(_revisions.c.article == article).order_by(_revisions.c.number.desc())
        )
        with self._database.read() as connection:
            return tuple(_read_revision(row) for row in connection.execute(query).mappings())

    def published(self) -> tuple[tuple[Published, ...], int]:
        """Every answerable article with its live revision, by id, and the last change they include."""
        with self._database.read() as connection:
            last = connection.execute(sa.select(sa.func.max(_changes.c.number))).scalar() or 0
            rows = connection.execute(_LIVE).mappings().all()
        return tuple(Published(_read_article(row), _read_revision(row)) for row in rows), last

    def last_change(self) -> int:
        """The number of the newest change that no generation has taken up yet; 0 if there is none."""
        with self._database.read() as connection:
            return connection.execute(sa.select(sa.func.max(_changes.c.number))).scalar() or 0

    def last_generation(self) -> tuple[int, str]:
        """The number of the newest generation and the SHA-256 of its manifest; (0, "") before the first."""
        query = sa.select(_generations.c.number, _generations.c.sha256).order_by(_generations.c.number.desc())
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
                _generations.insert().values(
                    number=number,
                    model_id=model_id,
                    sha256=sha256,
                    articles=articles,
                    passages=passages,
                    built_at=at,
                )
            )
            connection.execute(_changes.delete().where(_changes.c.number <= upto))

        self._database.write(work)

    def vectors(self, model_id: str, hashes: Iterable[str]) -> dict[str, Floats1d]:
        """The cached vectors of these texts' SHA-256, as far as they are known; float32."""
        found: dict[str, Floats1d] = {}
        wanted = iter(hashes)
        with self._database.read() as connection:
            while some := list(islice(wanted, _AT_ONCE)):
                where = (_vectors.c.model_id == model_id) & _vectors.c.sha256.in_(some)
                for row in connection.execute(sa.select(_vectors.c.sha256, _vectors.c.vector).where(where)):
                    found[row.sha256] = np.frombuffer(row.vector, dtype="<f4")
        return found

    def add_vectors(self, model_id: str, vectors: Mapping[str, Floats1d]) -> None:
        """Cache vectors by the SHA-256 of their texts; those known already are left alone."""

        def work(connection: sa.Connection) -> None:
            hashes = list(vectors)
            for start in range(0, len(hashes), _AT_ONCE):
                some = hashes[start : start + _AT_ONCE]
                where = (_vectors.c.model_id == model_id) & _vectors.c.sha256.in_(some)
                known = set(connection.execute(sa.select(_vectors.c.sha256).where(where)).scalars())
                rows = [
                    {"model_id": model_id, "sha256": sha, "vector": vectors[sha].astype("<f4").tobytes()}
                    for sha in some
                    if sha not in known
                ]
                if rows:
                    connection.execute(_vectors.insert(), rows)

        if vectors:
            self._database.write(work)

    def add_gap(
        self, question: str, language: str, reason: str, conversation: str | None, at: datetime
    ) -> None:
        values = {"question": question, "language": language, "reason": reason, "conversation": conversation}
        self._database.write(
            lambda connection: connection.execute(_gaps.insert().values(**values, at=at)) and None
        )

    def gaps(self, limit: int) -> tuple[Gap, ...]:
        """The newest unanswered questions first."""
        query = sa.select(_gaps).order_by(_gaps.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            Gap(row["question"], row["language"], row["reason"], row["conversation"], row["at"])
            for row in rows
        )

    def write(self, work: Callable[[Writing], T]) -> T:
        """Run `work` in one transaction; ring `changes` once what it announced is durable."""
        value = self._database.write(lambda connection: work(Writing(connection)), wakes=(CHANGES,))
        failpoint("kb.change.written")
        return value


class Writing:
    """One transaction's view of the tables, with what may be done to them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def article(self, article: ArticleId) -> Article:
        """Raises NoArticleError."""
        return _one(self._connection, article)

    def known(self, article: ArticleId) -> bool:
        return (
            self._connection.execute(sa.select(_articles.c.id).where(_articles.c.id == article)).first()
            is not None
        )

    def revision(self, article: ArticleId, number: int) -> Revision:
        """Raises NoArticleError."""
        return _revision(self._connection, article, number)

    def slug_holder(self, language: str, slug: str) -> ArticleId | None:
        where = (_articles.c.language == language) & (_articles.c.slug == slug)
        found = self._connection.execute(sa.select(_articles.c.id).where(where)).scalar()
        return None if found is None else ArticleId(found)

    def add(self, article: Article, revision: Revision) -> Article:
        """A new article with its first revision. Raises ArticleExistsError and SlugTakenError."""
        if self.known(article.id):
            raise ArticleExistsError(article.id)
        self._check_slug(article)
        self._connection.execute(_articles.insert().values(**_article_values(article)))
        self._add_revision(revision)
        self._note(revision.author, Event.REVISED, None, article)
        return article

    def save(
        self, before: Article, after: Article, event: Event, by: str, revision: Revision | None = None
    ) -> Article:
        """The article as it is after `event`, one version on, with the revision that came of it."""
        after = replace(after, version=before.version + 1)
        if (before.language, before.slug) != (after.language, after.slug):
            self._check_slug(after)
        if revision is not None:
            self._add_revision(revision)
        values = _article_values(after)
        self._connection.execute(_articles.update().where(_articles.c.id == after.id).values(**values))
        # What changes an answer, or whether and where there is one, is news for the index.
        if before.live is not None or after.live is not None:
            self._connection.execute(_changes.insert().values(article=after.id, at=after.updated_at))
        self._note(by, event, before, after)
        return after

    def _add_revision(self, revision: Revision) -> None:
        values = {name: getattr(revision, name) for name in Revision.__slots__}
        self._connection.execute(
            _revisions.insert().values(**values | {"questions": list(revision.questions)})
        )

    def _check_slug(self, article: Article) -> None:
        holder = self.slug_holder(article.language, article.slug)
        if holder is not None and holder != article.id:
            raise SlugTakenError(article.slug, article.language, holder)

    def _note(self, by: str, event: Event, before: Article | None, after: Article) -> None:
        self._connection.execute(
            _audit.insert().values(
                at=after.updated_at,
                actor=by,
                verb=event.value,
                article=after.id,
                before=None if before is None else _standing(before),
                after=_standing(after),
            )
        )


def _standing(article: Article) -> str:
    """An article's state in a few characters, for the audit."""
    return f"{article.status} revision {article.latest} live {article.live or '-'}"


def _one(connection: sa.Connection, article: ArticleId) -> Article:
    found = next(_read_articles(connection, _LATEST.where(_articles.c.id == article)), None)
    if found is None:
        raise NoArticleError(article)
    return found


def _revision(connection: sa.Connection, article: ArticleId, number: int) -> Revision:
    where = (_revisions.c.article == article) & (_revisions.c.number == number)
    row = connection.execute(sa.select(_revisions).where(where)).mappings().first()
    if row is None:
        raise NoArticleError(article, number)
    return _read_revision(row)


def _read_articles(connection: sa.Connection, query: sa.Select[tuple[object, ...]]) -> Iterator[Article]:
    return map(_read_article, connection.execute(query).mappings())


def _read_article(row: sa.RowMapping) -> Article:
    columns = {column.name: row[column] for column in _articles.columns}
    columns |= {"title": row["title"], "status": Status(row["status"])}
    columns |= {"labels": tuple(row["labels"]), "questions": tuple(row["questions"])}
    return Article(**columns)


def _read_revision(row: sa.RowMapping) -> Revision:
    columns = {column.name: row[column] for column in _revisions.columns}
    return Revision(**columns | {"questions": tuple(row["questions"])})


def _article_values(article: Article) -> dict[str, object]:
    values: dict[str, object] = {column.name: getattr(article, column.name) for column in _articles.columns}
    return values | {"status": article.status.value, "labels": list(article.labels)}
