"""The bin: what editors have deleted can be brought back for a while, and only an admin erases it sooner."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from config.clock import Clock
from kb.article import Article, ArticleId, Event
from kb.store import Store, Writing

KEPT_WITHIN = timedelta(days=30)
"""How long a deleted article can be brought back."""

ITSELF = "firstline"
"""Who empties the bin when nobody does."""


class Bin:
    """Deletes, recovers and purges. `by` is the editor's e-mail."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def deleted(self) -> tuple[Article, ...]:
        """What is in the bin, last deleted first."""
        return self._store.deleted()

    def delete(self, article: ArticleId, *, by: str, version: int | None = None) -> Article:
        """Take the article out of the lists and the answers; it keeps its state, but no appointment.

        Raises StaleError, NoArticleError, and NotAllowedError if it is in the bin already.
        """

        def work(writing: Writing) -> Article:
            before = writing.fresh(article, version)
            now = self._clock.now()
            after = replace(before.after(Event.DELETED).unscheduled(), deleted_at=now, updated_at=now)
            return writing.save(before, after, Event.DELETED, by)

        return self._store.write(work)

    def recover(self, article: ArticleId, *, by: str) -> Article:
        """Bring it back as it was: what was published answers again. If another article has taken its address
        since, it has the next free one.

        Raises NoArticleError, and NotAllowedError if it isn't in the bin.
        """

        def work(writing: Writing) -> Article:
            before = writing.article(article)
            after = replace(before.after(Event.RECOVERED), deleted_at=None, updated_at=self._clock.now())
            return writing.save(before, after, Event.RECOVERED, by)

        return self._store.write(work)

    def purge(self, article: ArticleId, *, by: str) -> None:
        """Erase it with its revisions and comments, for good; the audit keeps that it was there.

        Raises NoArticleError, and NotAllowedError if it isn't in the bin.
        """

        def work(writing: Writing) -> None:
            writing.purge(writing.article(article).after(Event.PURGED), by, self._clock.now())

        self._store.write(work)

    def empty(self) -> bool:
        """Purge what has been in the bin for longer than it is kept; whether there was any."""
        over = self._store.deleted_before(self._clock.now() - KEPT_WITHIN)
        for article in over:
            self.purge(article, by=ITSELF)
        return bool(over)
