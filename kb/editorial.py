"""The editors' verbs on a text, one transaction each, in which the index learns what changes an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from config.clock import Clock
from kb.article import Article, ArticleId, Draft, Event, Revision, Status, check
from kb.editing.deeds import Deeds, with_live_text, without_answer
from kb.editing.review import Comment, Kind, check_comment
from kb.errors import NoArticleError
from kb.store import Audited, Store, Writing

Move = Callable[[Article], Article]


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did: ids of new articles, of revised ones, of those it published, and how many were the
    same already."""

    added: tuple[ArticleId, ...]
    revised: tuple[ArticleId, ...]
    unchanged: int
    published: tuple[ArticleId, ...] = ()


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

    def redirects(self, article: ArticleId) -> tuple[tuple[str, str], ...]:
        """The addresses it has had, as (language, slug), oldest first; they lead on to the one it has."""
        return self._store.redirects(article)

    def audited(self, article: ArticleId) -> tuple[Audited, ...]:
        """Everything that was done to an article, newest first; known even after it was purged."""
        return self._store.audited(article)

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

        Raises FieldInvalidError, ArticleExistsError, SlugTakenError, and NoArticleError for the original of
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
        return self._store.write(lambda writing: Deeds(writing, self._clock.now(), by).add(draft))

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

        Raises StaleError, FieldInvalidError, NotAllowedError, SlugTakenError and NoArticleError.
        """

        def work(writing: Writing) -> Article:
            before = writing.fresh(article, version)
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
            return Deeds(writing, self._clock.now(), by).revise(before, draft)

        return self._store.write(work)

    def submit(self, article: ArticleId, *, by: str, version: int | None = None, note: str = "") -> Article:
        """Put a draft up for review, with a note for whoever reads it.

        Raises StaleError, NotAllowedError, NoArticleError, and FieldInvalidError for the note.
        """
        return self._move(article, Event.SUBMITTED, by, version, _as_it_is, (Kind.ASKED, note))

    def send_back(self, article: ArticleId, *, comment: str, by: str, version: int | None = None) -> Article:
        """Give a text under review back to its author, saying why. Raises as `submit` does."""
        check_comment(comment, needed=True)
        return self._move(article, Event.RETURNED, by, version, _as_it_is, (Kind.RETURNED, comment))

    def publish(
        self, article: ArticleId, *, by: str, version: int | None = None, comment: str = ""
    ) -> Article:
        """Let the latest revision answer, whatever was planned. Raises as `submit` does."""
        return self._move(article, Event.PUBLISHED, by, version, with_live_text, (Kind.APPROVED, comment))

    def comment(self, article: ArticleId, text: str, *, by: str) -> None:
        """Say something about the latest revision.

        Raises NoArticleError, NotAllowedError and FieldInvalidError.
        """
        text = check_comment(text, needed=True)

        def work(writing: Writing) -> None:
            here = writing.article(article).after(Event.COMMENTED)
            writing.comment(self._comment(here, Kind.SAID, text, by))

        self._store.write(work)

    def publish_many(self, articles: Iterable[ArticleId], *, by: str) -> tuple[Article, ...]:
        """Publish them together, so that they are live in one generation; all or none."""

        def work(writing: Writing) -> tuple[Article, ...]:
            return tuple(Deeds(writing, self._clock.now(), by).publish(article) for article in articles)

        return self._store.write(work)

    def archive_many(self, articles: Iterable[ArticleId], *, by: str) -> tuple[Article, ...]:
        """Archive them together; all or none. Raises as `publish` does."""

        def work(writing: Writing) -> tuple[Article, ...]:
            return tuple(Deeds(writing, self._clock.now(), by).archive(article) for article in articles)

        return self._store.write(work)

    def archive(self, article: ArticleId, *, by: str, version: int | None = None) -> Article:
        """Take it out of the answers; its revisions stay. Raises as `publish` does."""
        return self._move(article, Event.ARCHIVED, by, version, without_answer)

    def restore(self, article: ArticleId, revision: int, *, by: str, version: int | None = None) -> Article:
        """An old revision's text as the newest one; an archived article becomes a draft again.

        Raises StaleError, NotAllowedError and NoArticleError.
        """

        def work(writing: Writing) -> Article:
            before = writing.fresh(article, version)
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
        """Add drafts whose id is new, revise those that differ, and publish them all if asked; all or none.

        What its file calls archived is archived then, and any other status but published is left a draft.
        """

        def work(writing: Writing) -> Taken:
            deeds = Deeds(writing, self._clock.now(), by)
            added: list[ArticleId] = []
            revised: list[ArticleId] = []
            statuses: dict[ArticleId, Status | None] = {}
            for draft in ordered:
                if draft.id is None or not writing.known(draft.id):
                    id = deeds.add(draft).id
                    added.append(id)
                elif deeds.differs(draft.id, draft):
                    id = deeds.take_over(draft.id, draft).id
                    revised.append(id)
                else:
                    id = draft.id
                statuses[id] = draft.status
            published = deeds.settle(statuses, frozenset(added)) if publish else ()
            unchanged = len(statuses) - len(added) - len(revised)
            return Taken(tuple(added), tuple(revised), unchanged, published)

        # Originals come before their translations, which name them.
        ordered = sorted(drafts, key=lambda draft: draft.translation_of is not None)
        for draft in ordered:
            check(draft)
        return self._store.write(work)

    def _move(
        self,
        article: ArticleId,
        event: Event,
        by: str,
        version: int | None,
        move: Move,
        said: tuple[Kind, str] | None = None,
    ) -> Article:
        def work(writing: Writing) -> Article:
            before = writing.fresh(article, version)
            after = replace(move(before.after(event)), updated_at=self._clock.now())
            if said is not None:
                kind, text = said[0], check_comment(said[1], needed=False)
                # The thread tells every review; publishing without one only if something was said.
                if text or kind is Kind.ASKED or before.status is Status.IN_REVIEW:
                    writing.comment(self._comment(after, kind, text, by))
            return writing.save(before, after, event, by)

        return self._store.write(work)

    def _comment(self, article: Article, kind: Kind, text: str, by: str) -> Comment:
        return Comment(0, article.id, article.latest, kind, text, by, self._clock.now())


def _as_it_is(article: Article) -> Article:
    return article
