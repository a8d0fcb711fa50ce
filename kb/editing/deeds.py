"""What one editor does to articles in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from kb.article import Article, ArticleId, Draft, Event, Revision, Status, slug_of
from kb.editing.arranging import differences
from kb.store import Writing
from kb.store.writing import free


class Deeds:
    """`by` is the editor's e-mail, `now` the moment of all that they do."""

    def __init__(self, writing: Writing, now: datetime, by: str) -> None:
        self._writing = writing
        self._now = now
        self._by = by

    def settle(
        self,
        statuses: Mapping[ArticleId, Status | None],
        added: frozenset[ArticleId],
    ) -> tuple[ArticleId, ...]:
        """Publish what was taken in, as far as it is to be; which ones that were."""
        published = []
        for id, status in statuses.items():
            here = self._writing.article(id)
            if status is Status.ARCHIVED and id in added:
                self.archive(id)
            elif (
                status in (None, Status.PUBLISHED)
                and here.status is not Status.ARCHIVED
                and here.live != here.latest
            ):
                published.append(self.publish(id).id)
        return tuple(published)

    def add(self, draft: Draft) -> Article:
        """A new article; without a slug or an id it gets a free one.

        Raises NoArticleError for the original of a translation, ArticleExistsError and SlugTakenError.
        """
        original = None if draft.translation_of is None else self._writing.article(draft.translation_of)
        slug = draft.slug or free(
            slug_of(draft.title), lambda slug: not self._writing.slug_free(draft.language, slug)
        )
        id = draft.id or ArticleId(free(slug, lambda name: self._writing.known(ArticleId(name))))
        article = Article(
            id=id,
            slug=slug,
            language=draft.language,
            status=Status.DRAFT,
            category=draft.category or "",
            labels=draft.labels or (),
            public=draft.public is not False,
            owner=self._by if draft.owner is None else draft.owner,
            review_by=draft.review_by,
            translation_of=draft.translation_of,
            live=None,
            latest=1,
            version=1,
            updated_at=self._now,
            title=draft.title.strip(),
            questions=draft.questions or (),
            translated_revision=None if original is None else original.latest,
        )
        return self._writing.add(
            article, Revision(id, 1, article.title, draft.body, article.questions, self._by, self._now)
        )

    def revise(self, before: Article, draft: Draft) -> Article:
        """The next revision, or none if the text is the same and only what is kept beside it differs."""
        if draft.translation_of is not None:
            self._writing.article(draft.translation_of)
        after = _with(before, draft)
        if self._writing.revision(before.id, before.latest).body == draft.body and _same_text(before, after):
            arranged = replace(after.after(Event.ARRANGED), updated_at=self._now)
            detail = differences(before, after)
            return (
                self._writing.save(before, arranged, Event.ARRANGED, self._by, detail=detail)
                if detail
                else before
            )
        after = replace(after.after(Event.REVISED), latest=before.latest + 1, updated_at=self._now)
        revision = Revision(
            before.id, after.latest, after.title, draft.body, after.questions, self._by, self._now
        )
        return self._writing.save(before, after, Event.REVISED, self._by, revision)

    def take_over(self, article: ArticleId, draft: Draft) -> Article:
        """Revise by what a file says: one from the bin or the archive comes back, and a translation says its
        original as it is now."""
        before = self._writing.article(article)
        if before.deleted_at is not None:
            back = replace(before.after(Event.RECOVERED), deleted_at=None, updated_at=self._now)
            before = self._writing.save(before, back, Event.RECOVERED, self._by)
        if before.status is Status.ARCHIVED:
            back = replace(before.after(Event.RESTORED), updated_at=self._now)
            before = self._writing.save(before, back, Event.RESTORED, self._by)
        if draft.translation_of is not None:
            original = self._writing.article(draft.translation_of)
            before = replace(before, translated_revision=original.latest)
        return self.revise(before, draft)

    def publish(self, article: ArticleId) -> Article:
        """Let the latest revision answer. Raises NoArticleError and NotAllowedError."""
        before = self._writing.article(article)
        after = replace(with_live_text(before.after(Event.PUBLISHED)), updated_at=self._now)
        return self._writing.save(before, after, Event.PUBLISHED, self._by)

    def archive(self, article: ArticleId) -> Article:
        """Take it out of the answers. Raises as `publish` does."""
        before = self._writing.article(article)
        after = replace(without_answer(before.after(Event.ARCHIVED)), updated_at=self._now)
        return self._writing.save(before, after, Event.ARCHIVED, self._by)

    def differs(self, article: ArticleId, draft: Draft) -> bool:
        """Whether taking the draft over would change anything."""
        before = self._writing.article(article)
        same_text = self._writing.revision(article, before.latest).body == draft.body
        return before.deleted_at is not None or not same_text or _with(before, draft) != before


def with_live_text(article: Article) -> Article:
    """With its latest text live, and no appointment that would undo that."""
    return replace(article.unscheduled(), live=article.latest)


def without_answer(article: Article) -> Article:
    """No longer answerable, and with no appointment that would change that."""
    return replace(article.unscheduled(), live=None)


def _same_text(before: Article, after: Article) -> bool:
    return (before.title, before.questions) == (after.title, after.questions)


def _with(article: Article, draft: Draft) -> Article:
    """The article with what the draft says; what it leaves open stays."""
    return replace(
        article,
        title=draft.title.strip(),
        slug=article.slug if draft.slug is None else draft.slug,
        category=article.category if draft.category is None else draft.category,
        labels=article.labels if draft.labels is None else draft.labels,
        questions=article.questions if draft.questions is None else draft.questions,
        public=article.public if draft.public is None else draft.public,
        translation_of=article.translation_of if draft.translation_of is None else draft.translation_of,
        owner=article.owner if draft.owner is None else draft.owner,
        review_by=article.review_by if draft.review_by is None else draft.review_by,
    )
