"""Forgets a conversation whose customer asked for that."""

from __future__ import annotations

from config.clock import Clock
from handoff.store.forgetting import ForgettingStore
from handoff.verbs.forgetting import forgotten


class Forgetting:
    """The verb; the bytes are `Handoff.forget`'s to overwrite."""

    def __init__(self, store: ForgettingStore, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def forget(self, conversation: str, by: str = "system") -> int:
        """Erase the words of a conversation's cases; how many cases there were. by: kept in the audit."""
        now = self._clock.now()
        return self._store.forget(
            conversation,
            lambda case, document: forgotten(case, document, by, now),
            by=by,
            at=now,
        )
