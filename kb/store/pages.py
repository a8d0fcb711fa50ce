"""What the public help centre reads: live public articles, without their texts where a list is enough."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from config.database import Database
from kb.article import ArticleId, Published
from kb.store.rows import LIVE, read_article, read_revision
from kb.store.tables import articles, metadata, redirects, revisions

page_votes = sa.Table(
    "page_votes",
    metadata,
    sa.Column("article", sa.String, primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("helped", sa.Integer),
    sa.Column("rejected", sa.Integer),
)

_PUBLIC = articles.c.public & articles.c.live.is_not(None) & articles.c.deleted_at.is_(None)
_TITLES = (
    sa.select(
        articles.c.id,
        articles.c.slug,
        articles.c.language,
        articles.c.category,
        articles.c.translation_of,
        revisions.c.title,
        revisions.c.created_at,
    )
    .join(revisions, (revisions.c.article == articles.c.id) & (revisions.c.number == articles.c.live))
    .where(_PUBLIC)
    .order_by(articles.c.id)
)


@dataclass(frozen=True, slots=True)
class Title:
    """An article as a list names it."""

    id: ArticleId
    slug: str
    language: str
    category: str
    translation_of: ArticleId | None
    title: str
    changed: datetime

    @property
    def root(self) -> ArticleId:
        """The article that it and its translations have in common."""
        return self.translation_of or self.id


class Votes(NamedTuple):
    """How many readers said yes, and how many no."""

    helped: int
    rejected: int


NO_VOTES = Votes(0, 0)


class Pages:
    """Reads for `/help`; the one write counts whether a page helped."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def titles(self, language: str | None = None) -> tuple[Title, ...]:
        """Every live public article, of one language or of all."""
        query = _TITLES if language is None else _TITLES.where(articles.c.language == language)
        return self._titles(query)

    def page(self, language: str, slug: str) -> Published | None:
        """The article at an address; None where there is nothing that customers may read."""
        query = LIVE.where(_PUBLIC, articles.c.language == language, articles.c.slug == slug)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else Published(read_article(row), read_revision(row))

    def moved(self, language: str, slug: str) -> Title | None:
        """The article that had this address before it got the one it has now."""
        here = (redirects.c.language == language) & (redirects.c.slug == slug)
        query = _TITLES.join(redirects, redirects.c.article == articles.c.id).where(here)
        return next(iter(self._titles(query)), None)

    def family(self, root: ArticleId) -> tuple[Title, ...]:
        """An article and its translations."""
        return self._titles(_TITLES.where((articles.c.id == root) | (articles.c.translation_of == root)))

    def named(self, some: Iterable[ArticleId]) -> dict[ArticleId, Title]:
        """Those of the articles that customers may read."""
        found = self._titles(_TITLES.where(articles.c.id.in_(list(some))))
        return {one.id: one for one in found}

    def vote(self, article: ArticleId, revision: int, day: date, *, helped: bool) -> None:
        """Count one reader's yes or no. Only the day's sum is kept: nothing about who it was."""
        key = {"article": article, "revision": revision, "day": day}
        column = page_votes.c.helped if helped else page_votes.c.rejected
        where = [page_votes.c[name] == value for name, value in key.items()]

        def work(connection: sa.Connection) -> None:
            changed = connection.execute(page_votes.update().where(*where).values({column: column + 1}))
            if not changed.rowcount:
                counts = {"helped": int(helped), "rejected": int(not helped)}
                connection.execute(page_votes.insert().values(**key, **counts))

        self._database.write(work)

    def votes(self, since: date) -> dict[ArticleId, Votes]:
        """What readers said of each article that they were asked about, from that day on."""
        helped, rejected = sa.func.sum(page_votes.c.helped), sa.func.sum(page_votes.c.rejected)
        sums = sa.select(page_votes.c.article, helped, rejected).where(page_votes.c.day >= since)
        with self._database.read() as connection:
            rows = connection.execute(sums.group_by(page_votes.c.article)).all()
        return {ArticleId(article): Votes(yes, no) for article, yes, no in rows}

    def _titles(self, query: sa.Select[tuple[object, ...]]) -> tuple[Title, ...]:
        with self._database.read() as connection:
            rows = connection.execute(query).mappings()
            return tuple(
                Title(
                    row["id"],
                    row["slug"],
                    row["language"],
                    row["category"],
                    row["translation_of"],
                    row["title"],
                    row["created_at"],
                )
                for row in rows
            )
