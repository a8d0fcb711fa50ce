"""Texts that go live by themselves, at a time an editor has set."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from config.clock import Clock
from kb.article import Article, ArticleId, Event
from kb.errors import FieldInvalidError
from kb.store import Store, Writing

FURTHEST = timedelta(days=2 * 366)


class Schedule:
    """Appointments are kept with the article, so that a restart forgets none. `by` is the editor's e-mail."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def plan(self, article: ArticleId, at: datetime, *, by: str, version: int | None = None) -> Article:
        """Let the latest revision, and no later one, go live at that moment.

        Raises StaleError, NotAllowedError, NoArticleError, and FieldInvalidError for a moment that has
        passed or is years away, and for a text that is live already.
        """

        def work(writing: Writing) -> Article:
            before = writing.fresh(article, version)
            now = self._clock.now()
            moment = at.astimezone(UTC)
            if not now < moment < now + FURTHEST:
                raise FieldInvalidError("publish_at", "must be ahead, by two years at most")
            if before.live == before.latest:
                raise FieldInvalidError("publish_at", "is for a text that isn't live yet; this one is")
            after = replace(
                before.after(Event.SCHEDULED),
                publish_at=moment,
                publish_revision=before.latest,
                publish_by=by,
            )
            return self._save(writing, before, after, Event.SCHEDULED, by)

        return self._store.write(work)

    def cancel(self, article: ArticleId, *, by: str) -> Article:
        """Drop the appointment, if there is one. Raises NoArticleError and NotAllowedError."""

        def work(writing: Writing) -> Article:
            before = writing.article(article)
            if before.publish_at is None:
                return before
            after = before.after(Event.UNSCHEDULED).unscheduled()
            return self._save(writing, before, after, Event.UNSCHEDULED, by)

        return self._store.write(work)

    def publish_due(self) -> bool:
        """Publish what is due, each in a transaction of its own; whether there was any."""
        due = self._store.due(self._clock.now())
        for article in due:
            self._store.write(partial(self._publish, article))
        return bool(due)

    def _publish(self, article: ArticleId, writing: Writing) -> None:
        before = writing.article(article)
        if before.publish_at is None or before.publish_at > self._clock.now():
            return  # an editor was faster
        after = replace(before.after(Event.PUBLISHED).unscheduled(), live=before.publish_revision)
        self._save(writing, before, after, Event.PUBLISHED, before.publish_by or before.owner)

    def _save(self, writing: Writing, before: Article, after: Article, event: Event, by: str) -> Article:
        at = after.publish_at or before.publish_at
        detail = (
            f"revision {after.publish_revision or before.publish_revision} at {at:%Y-%m-%d %H:%M} UTC"
            if at
            else ""
        )
        return writing.save(before, replace(after, updated_at=self._clock.now()), event, by, detail=detail)
