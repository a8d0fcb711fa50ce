"""Rows into articles and revisions, and articles into rows."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from kb.article import Article, ArticleId, Revision, Status
from kb.errors import NoArticleError
from kb.store.tables import articles, revisions

LATEST = (
    sa.select(articles, revisions.c.title, revisions.c.questions)
    .join(revisions, (revisions.c.article == articles.c.id) & (revisions.c.number == articles.c.latest))
    .order_by(articles.c.updated_at.desc(), articles.c.id)
)
LIVE = (
    sa.select(articles, revisions)
    .join(revisions, (revisions.c.article == articles.c.id) & (revisions.c.number == articles.c.live))
    .where(articles.c.deleted_at.is_(None))
    .order_by(articles.c.id)
)


def one_article(connection: sa.Connection, article: ArticleId) -> Article:
    found = next(read_articles(connection, LATEST.where(articles.c.id == article)), None)
    if found is None:
        raise NoArticleError(article)
    return found


def one_revision(connection: sa.Connection, article: ArticleId, number: int) -> Revision:
    where = (revisions.c.article == article) & (revisions.c.number == number)
    row = connection.execute(sa.select(revisions).where(where)).mappings().first()
    if row is None:
        raise NoArticleError(article, number)
    return read_revision(row)


def read_articles(connection: sa.Connection, query: sa.Select[tuple[object, ...]]) -> Iterator[Article]:
    return map(read_article, connection.execute(query).mappings())


def read_article(row: sa.RowMapping) -> Article:
    columns = {column.name: row[column] for column in articles.columns}
    columns |= {"title": row["title"], "status": Status(row["status"])}
    columns |= {"labels": tuple(row["labels"]), "questions": tuple(row["questions"])}
    return Article(**columns)


def read_revision(row: sa.RowMapping) -> Revision:
    columns = {column.name: row[column] for column in revisions.columns}
    return Revision(**columns | {"questions": tuple(row["questions"])})


def article_values(article: Article) -> dict[str, object]:
    values: dict[str, object] = {column.name: getattr(article, column.name) for column in articles.columns}
    return values | {"status": article.status.value, "labels": list(article.labels)}
