"""What one transaction may do to the articles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from kb.article import Article, ArticleId, Event, Revision
from kb.editing.review import Comment
from kb.errors import ArticleExistsError, SlugTakenError, StaleError
from kb.store.rows import article_values, one_article, one_revision
from kb.store.tables import articles, audit, changes, comments, redirects, revisions


class Writing:
    """One transaction's view of the tables, with what may be done to them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def article(self, article: ArticleId) -> Article:
        """Raises NoArticleError."""
        return one_article(self._connection, article)

    def fresh(self, article: ArticleId, version: int | None) -> Article:
        """The article, if it is still at the version that the editor has seen (None: whatever it is).

        Raises NoArticleError, and StaleError naming who saved since.
        """
        found = self.article(article)
        if version is not None and version != found.version:
            newest = self.revision(article, found.latest)
            raise StaleError(article, found.version, newest.number, newest.author)
        return found

    def known(self, article: ArticleId) -> bool:
        """Whether there is an article of that id, be it in the bin."""
        found = self._connection.execute(sa.select(articles.c.id).where(articles.c.id == article)).first()
        return found is not None

    def revision(self, article: ArticleId, number: int) -> Revision:
        """Raises NoArticleError."""
        return one_revision(self._connection, article, number)

    def slug_free(self, language: str, slug: str) -> bool:
        """Whether no article has this address, or had it."""
        for table in (articles, redirects):
            where = (table.c.language == language) & (table.c.slug == slug)
            if self._connection.execute(sa.select(table.c.slug).where(where)).first() is not None:
                return False
        return True

    def translations(self, original: ArticleId) -> tuple[ArticleId, ...]:
        """The articles that are linked to this one as its translations, by id."""
        query = sa.select(articles.c.id).where(articles.c.translation_of == original).order_by(articles.c.id)
        return tuple(ArticleId(id) for id in self._connection.execute(query).scalars())

    def add(self, article: Article, revision: Revision) -> Article:
        """A new article with its first revision. Raises ArticleExistsError and SlugTakenError."""
        if self.known(article.id):
            raise ArticleExistsError(article.id)
        self._take_slug(article)
        self._connection.execute(articles.insert().values(**article_values(article)))
        self._add_revision(revision)
        self._note(revision.author, Event.REVISED, None, article, "")
        return article

    def save(
        self,
        before: Article,
        after: Article,
        event: Event,
        by: str,
        revision: Revision | None = None,
        *,
        detail: str = "",
    ) -> Article:
        """The article as it is after `event`, with the revision that came of it.

        It is one version on if what an editor has in hand is another now; an owner or an appointment is not.
        detail: what was changed besides the text, for the audit.
        """
        after = replace(after, version=before.version + (_in_hand(before) != _in_hand(after)))
        if (before.language, before.slug) != (after.language, after.slug):
            self._take_slug(after)
            self._leave_redirect(before)
        if revision is not None:
            self._add_revision(revision)
        values = article_values(after)
        self._connection.execute(articles.update().where(articles.c.id == after.id).values(**values))
        if _answers(before) != _answers(after):
            self._connection.execute(changes.insert().values(article=after.id, at=after.updated_at))
        self._note(by, event, before, after, detail)
        return after

    def comment(self, comment: Comment) -> None:
        """Add a remark to the article's thread."""
        values = {name: getattr(comment, name) for name in Comment.__slots__ if name != "id"}
        self._connection.execute(comments.insert().values(**values | {"kind": comment.kind.value}))

    def purge(self, article: Article, by: str, at: datetime) -> None:
        """Erase the article with its texts, comments and old addresses; the audit keeps that it was there.

        The first of its translations becomes the original of the others.
        """
        heir, *others = self.translations(article.id) or (None,)
        links = articles.update()
        self._connection.execute(links.where(articles.c.id == heir).values(translation_of=None))
        self._connection.execute(links.where(articles.c.id.in_(others)).values(translation_of=heir))
        for table in (comments, redirects, revisions):
            self._connection.execute(table.delete().where(table.c.article == article.id))
        self._connection.execute(articles.delete().where(articles.c.id == article.id))
        self._note(
            by, Event.PURGED, article, replace(article, updated_at=at), f"{article.language}/{article.slug}"
        )

    def _add_revision(self, revision: Revision) -> None:
        values = {name: getattr(revision, name) for name in Revision.__slots__}
        self._connection.execute(
            revisions.insert().values(**values | {"questions": list(revision.questions)})
        )

    def _take_slug(self, article: Article) -> None:
        """Make the address this article's alone: who has it keeps it, but one in the bin makes way."""
        where = (articles.c.language == article.language) & (articles.c.slug == article.slug)
        found = self._connection.execute(sa.select(articles.c.id).where(where)).scalar()
        if found is not None and found != article.id:
            holder = self.article(ArticleId(found))
            if holder.deleted_at is None:
                raise SlugTakenError(article.slug, article.language, holder.id)
            other = free(article.slug, lambda slug: not self.slug_free(article.language, slug))
            self._connection.execute(articles.update().where(where).values(slug=other))
        moved = (redirects.c.language == article.language) & (redirects.c.slug == article.slug)
        self._connection.execute(redirects.delete().where(moved))

    def _leave_redirect(self, before: Article) -> None:
        """Who has the old address in a bookmark is led on: to the article, so that no chain can form."""
        values = {"language": before.language, "slug": before.slug, "article": before.id}
        self._connection.execute(redirects.insert().values(**values, at=before.updated_at))

    def _note(self, by: str, event: Event, before: Article | None, after: Article, detail: str) -> None:
        self._connection.execute(
            audit.insert().values(
                at=after.updated_at,
                actor=by,
                verb=event.value,
                article=after.id,
                before=None if before is None else _standing(before),
                after=_standing(after),
                detail=detail or None,
            )
        )


def free(wanted: str, taken: Callable[[str], bool]) -> str:
    """The wanted name, or the first of it with -2, -3 … that is not taken."""
    name, number = wanted, 1
    while taken(name):
        number += 1
        name = f"{wanted[:75]}-{number}"
    return name


def _answers(article: Article) -> tuple[object, ...] | None:
    """What the index knows of an article; None if that is nothing."""
    if article.live is None or article.deleted_at is not None:
        return None
    kept = (article.slug, article.language, article.category, article.labels, article.public)
    return (article.live, article.translation_of, *kept)


def _in_hand(article: Article) -> tuple[object, ...]:
    """What an editor who saves or publishes must have seen."""
    state = (article.latest, article.live, article.status, article.deleted_at)
    return (*state, article.category, article.labels, article.public)


def _standing(article: Article) -> str:
    """An article's state in a few characters, for the audit."""
    if article.deleted_at is not None:
        return f"deleted revision {article.latest}"
    return f"{article.status} revision {article.latest} live {article.live or '-'}"
