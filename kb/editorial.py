"""The editors' verbs. Each is one transaction; what changes an answer tells the index in the same one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from config.clock import Clock
from kb.article import Article, ArticleId, Draft, Event, Revision, Status, check, slug_of
from kb.errors import NoArticleError, StaleError
from kb.store import Store, Writing

Move = Callable[[Article], Article]


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did: ids of new articles, of revised ones, and how many were the same already."""

    added: tuple[ArticleId, ...]
    revised: tuple[ArticleId, ...]
    unchanged: int


class Editorial:
    """Drafts, revises, reviews, publishes, archives and restores. `by` is the editor's e-mail.

    `version` is the one the editor has seen: if someone saved since, StaleError; without it the verb goes
    ahead.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def article(self, article: ArticleId) -> Article:
        """Raises NoArticleError."""
        return self._store.article(article)

    def by_slug(self, language: str, slug: str) -> Article:
        """Raises NoArticleError."""
        found = self._store.by_slug(language, slug)
        if found is None:
            raise NoArticleError(f"{language}/{slug}")
        return found

    def articles(
        self, *, status: Status | None = None, language: str | None = None, category: str | None = None
    ) -> tuple[Article, ...]:
        """Those that fit, last changed first."""
        where = {"status": status and status.value, "language": language, "category": category}
        return self._store.articles({name: value for name, value in where.items() if value is not None})

    def revision(self, article: ArticleId, number: int) -> Revision:
        """Raises NoArticleError."""
        return self._store.revision(article, number)

    def revisions(self, article: ArticleId) -> tuple[Revision, ...]:
        """Every text the article has had, newest first."""
        return self._store.revisions(article)

    def draft(
        self,
        title: str,
        body: str,
        *,
        language: str,
        slug: str | None = None,
        category: str = "",
        labels: Sequence[str] = (),
        questions: Sequence[str] = (),
        public: bool = True,
        translation_of: ArticleId | None = None,
        article_id: ArticleId | None = None,
        by: str,
    ) -> Article:
        """A new article with its first revision. Without a slug or an id it gets a free one made from the
        title.

        Raises ArticleInvalidError, ArticleExistsError, SlugTakenError, and NoArticleError for the original of
        a translation.
        """
        draft = Draft(
            title,
            body,
            language,
            slug,
            category,
            tuple(labels),
            tuple(questions),
            public,
            translation_of,
            article_id,
        )
        check(draft)
        return self._store.write(lambda writing: self._add(writing, draft, by))

    def revise(
        self,
        article: ArticleId,
        *,
        version: int,
        title: str,
        body: str,
        questions: Sequence[str] | None = None,
        category: str | None = None,
        labels: Sequence[str] | None = None,
        public: bool | None = None,
        slug: str | None = None,
        translation_of: ArticleId | None = None,
        by: str,
    ) -> Article:
        """The next revision; what is None stays as it is. What is live goes on answering until it is
        published.

        Raises StaleError, ArticleInvalidError, NotAllowedError, SlugTakenError and NoArticleError.
        """

        def work(writing: Writing) -> Article:
            before = self._fresh(writing, article, version)
            draft = Draft(
                title,
                body,
                before.language,
                slug,
                category,
                None if labels is None else tuple(labels),
                None if questions is None else tuple(questions),
                public,
                translation_of,
            )
            check(draft)
            return self._revise(writing, before, draft, by)

        return self._store.write(work)

    def submit(self, article: ArticleId, *, by: str, version: int | None = None) -> Article:
        """Put a draft up for review. Raises StaleError, NotAllowedError and NoArticleError."""
        return self._move(article, Event.SUBMITTED, by, version, lambda after: after)

    def publish(self, article: ArticleId, *, by: str, version: int | None = None) -> Article:
        """Let the latest revision answer. Raises StaleError, NotAllowedError and NoArticleError."""
        return self._move(
            article, Event.PUBLISHED, by, version, lambda after: replace(after, live=after.latest)
        )

    def publish_many(self, articles: Iterable[ArticleId], *, by: str) -> tuple[Article, ...]:
        """Publish them together, so that they are live in one generation; all or none."""

        def work(writing: Writing) -> tuple[Article, ...]:
            return tuple(self._publish(writing, article, by) for article in articles)

        return self._store.write(work)

    def archive(self, article: ArticleId, *, by: str, version: int | None = None) -> Article:
        """Take it out of the answers; its revisions stay. Raises as `publish` does."""
        return self._move(article, Event.ARCHIVED, by, version, lambda after: replace(after, live=None))

    def restore(self, article: ArticleId, revision: int, *, by: str, version: int | None = None) -> Article:
        """An old revision's text as the newest one; an archived article becomes a draft again.

        Raises StaleError, NotAllowedError and NoArticleError.
        """

        def work(writing: Writing) -> Article:
            before = self._fresh(writing, article, version)
            old = writing.revision(article, revision)
            after = replace(
                before.after(Event.RESTORED),
                latest=before.latest + 1,
                updated_at=self._clock.now(),
                title=old.title,
                questions=old.questions,
            )
            new = replace(old, number=after.latest, author=by, created_at=after.updated_at)
            return writing.save(before, after, Event.RESTORED, by, new)

        return self._store.write(work)

    def take_in(self, drafts: Iterable[Draft], *, by: str, publish: bool) -> Taken:
        """Add drafts whose id is new, revise those that differ, and publish them if asked; all or none."""

        def work(writing: Writing) -> Taken:
            added: list[ArticleId] = []
            revised: list[ArticleId] = []
            unchanged = 0
            for draft in ordered:
                if draft.id is None or not writing.known(draft.id):
                    added.append(self._add(writing, draft, by).id)
                elif self._differs(writing, draft.id, draft):
                    revised.append(self._revise(writing, writing.article(draft.id), draft, by).id)
                else:
                    unchanged += 1
            if publish:
                for article in (*added, *revised):
                    self._publish(writing, article, by)
            return Taken(tuple(added), tuple(revised), unchanged)

        # Originals come before their translations, which name them.
        ordered = sorted(drafts, key=lambda draft: draft.translation_of is not None)
        for draft in ordered:
            check(draft)
        return self._store.write(work)

    def _add(self, writing: Writing, draft: Draft, by: str) -> Article:
        if draft.translation_of is not None:
            writing.article(draft.translation_of)
        now = self._clock.now()
        slug = draft.slug or _free(
            slug_of(draft.title), lambda slug: writing.slug_holder(draft.language, slug) is not None
        )
        id = draft.id or ArticleId(_free(slug, lambda name: writing.known(ArticleId(name))))
        article = Article(
            id=id,
            slug=slug,
            language=draft.language,
            status=Status.DRAFT,
            category=draft.category or "",
            labels=draft.labels or (),
            public=draft.public is not False,
            owner=by,
            review_by=None,
            translation_of=draft.translation_of,
            live=None,
            latest=1,
            version=1,
            updated_at=now,
            title=draft.title.strip(),
            questions=draft.questions or (),
        )
        return writing.add(article, Revision(id, 1, article.title, draft.body, article.questions, by, now))

    def _revise(self, writing: Writing, before: Article, draft: Draft, by: str) -> Article:
        if draft.translation_of is not None:
            writing.article(draft.translation_of)
        after = replace(
            _with(before.after(Event.REVISED), draft), latest=before.latest + 1, updated_at=self._clock.now()
        )
        revision = Revision(
            before.id, after.latest, after.title, draft.body, after.questions, by, after.updated_at
        )
        return writing.save(before, after, Event.REVISED, by, revision)

    def _publish(self, writing: Writing, article: ArticleId, by: str) -> Article:
        before = writing.article(article)
        after = replace(before.after(Event.PUBLISHED), live=before.latest, updated_at=self._clock.now())
        return writing.save(before, after, Event.PUBLISHED, by)

    def _move(self, article: ArticleId, event: Event, by: str, version: int | None, move: Move) -> Article:
        def work(writing: Writing) -> Article:
            before = self._fresh(writing, article, version)
            after = replace(move(before.after(event)), updated_at=self._clock.now())
            return writing.save(before, after, event, by)

        return self._store.write(work)

    def _differs(self, writing: Writing, article: ArticleId, draft: Draft) -> bool:
        before = writing.article(article)
        same_text = writing.revision(article, before.latest).body == draft.body
        return not same_text or _with(before, draft) != before

    def _fresh(self, writing: Writing, article: ArticleId, version: int | None) -> Article:
        """The article, or StaleError naming who saved since the editor looked."""
        found = writing.article(article)
        if version is not None and version != found.version:
            newest = writing.revision(article, found.latest)
            raise StaleError(article, found.version, newest.number, newest.author)
        return found


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
    )


def _free(wanted: str, taken: Callable[[str], bool]) -> str:
    """The wanted name, or the first of it with -2, -3 … that is not taken."""
    name, number = wanted, 1
    while taken(name):
        number += 1
        name = f"{wanted[:75]}-{number}"
    return name
