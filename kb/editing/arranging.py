"""What is kept about an article beside its text: address, owner, review date, labels, translations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from config.clock import Clock
from kb.article import Article, ArticleId, Event, check_slug
from kb.errors import FieldInvalidError
from kb.store import Store, Writing


class Arranging:
    """The editors' verbs that change no text. `by` is the editor's e-mail.

    All raise NoArticleError, NotAllowedError for an archived or deleted article, and FieldInvalidError.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def own(self, article: ArticleId, owner: str, *, by: str) -> Article:
        """Give the article to a member of staff; "" is nobody."""
        return self._arrange(article, by, lambda here: replace(here, owner=owner))

    def review_by(self, article: ArticleId, day: date | None, *, by: str) -> Article:
        """Set the day from which the article counts as stale; None: never."""
        return self._arrange(article, by, lambda here: replace(here, review_by=day))

    def rename(self, article: ArticleId, slug: str, *, by: str) -> Article:
        """Give the article another address; the one it had leads on to it. Raises SlugTakenError."""
        check_slug(slug)
        return self._arrange(article, by, lambda here: replace(here, slug=slug))

    def label(
        self, articles: Sequence[ArticleId], *, add: Iterable[str] = (), remove: Iterable[str] = (), by: str
    ) -> tuple[Article, ...]:
        """Put labels on articles and take others off; all or none."""
        added, removed = tuple(add), frozenset(remove)

        def labelled(here: Article) -> Article:
            kept = (label for label in here.labels if label not in removed)
            return replace(here, labels=tuple(dict.fromkeys((*kept, *added))))

        def work(writing: Writing) -> tuple[Article, ...]:
            return tuple(self._change(writing, one, by, labelled) for one in articles)

        return self._store.write(work)

    def link(self, article: ArticleId, original: ArticleId, *, by: str) -> Article:
        """Make it a translation of another article, as that one reads now.

        What is linked to it already follows. Refused if the family has an article in its language.
        """

        def work(writing: Writing) -> Article:
            here, other = writing.article(article), writing.article(original)
            root = writing.article(other.translation_of) if other.translation_of else other
            mine = self._family(writing, here)
            for one in mine:
                for theirs in self._family(writing, root):
                    _check_apart(one, theirs)
            for one in mine:
                self._change(writing, one.id, by, lambda here: _translating(here, root))
            return writing.article(article)

        return self._store.write(work)

    def unlink(self, article: ArticleId, *, by: str) -> Article:
        """Make a translation an article of its own."""

        def alone(here: Article) -> Article:
            return replace(here, translation_of=None, translated_revision=None)

        return self._arrange(article, by, alone)

    def match(self, article: ArticleId, *, by: str) -> Article:
        """Say that a translation says what its original says now."""

        def work(writing: Writing) -> Article:
            here = writing.article(article)
            if here.translation_of is None:
                raise FieldInvalidError(
                    "translation_of", "must be set: only a translation keeps up with another"
                )
            original = writing.article(here.translation_of)
            return self._change(writing, article, by, lambda here: _translating(here, original))

        return self._store.write(work)

    def _arrange(self, article: ArticleId, by: str, change: Callable[[Article], Article]) -> Article:
        return self._store.write(lambda writing: self._change(writing, article, by, change))

    def _change(
        self, writing: Writing, article: ArticleId, by: str, change: Callable[[Article], Article]
    ) -> Article:
        before = writing.article(article)
        after = change(before.after(Event.ARRANGED))
        if after == before:
            return before
        after = replace(after, updated_at=self._clock.now())
        return writing.save(before, after, Event.ARRANGED, by, detail=differences(before, after))

    def _family(self, writing: Writing, root: Article) -> tuple[Article, ...]:
        return (root, *(writing.article(one) for one in writing.translations(root.id)))


def behind(translation: Article, original: Article) -> bool:
    """Whether the original says something newer, to its readers, than its translation."""
    return (original.live or original.latest) > (translation.translated_revision or 0)


def differences(before: Article, after: Article) -> str:
    """What of an article's arrangement is another now, in the audit's words."""
    named = (
        *("slug", "category", "labels", "public", "owner", "review_by"),
        *("translation_of", "translated_revision"),
    )
    changed = ((name, getattr(before, name), getattr(after, name)) for name in named)
    return "; ".join(f"{name}: {_told(old)} → {_told(new)}" for name, old, new in changed if old != new)


def _told(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "–"
    return "–" if value in (None, "") else str(value)


def _translating(here: Article, original: Article) -> Article:
    return replace(here, translation_of=original.id, translated_revision=original.live or original.latest)


def _check_apart(one: Article, other: Article) -> None:
    if one.id == other.id:
        raise FieldInvalidError("translation_of", "these two are linked already")
    if one.language == other.language:
        raise FieldInvalidError(
            "translation_of",
            f"{other.title!r} is the {other.language} version there already; unlink it first",
        )
