"""What someone outside the room must be told: kept until done, at least once, in order within a case."""

from __future__ import annotations

from datetime import timedelta

from config.clock import Clock
from handoff.entry import Dispatch
from handoff.store.dispatches import DispatchStore

__all__ = ["Dispatch", "Dispatches"]

LEASE_WITHIN = timedelta(seconds=5)
"""As long as customers wait for what a worker that died had taken; delivering twice shows once."""

RETRY_WITHIN = timedelta(seconds=1)
RETRY_AT_MOST = timedelta(minutes=5)


class Dispatches:
    """The queue a worker takes dispatches from; a worker that dies loses its lease, never a dispatch."""

    def __init__(self, store: DispatchStore, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def lease(self, limit: int = 50, within: timedelta = LEASE_WITHIN) -> tuple[Dispatch, ...]:
        """Up to `limit` dispatches due now, yours alone for `within`; those of a case in their order."""
        now = self._clock.now()
        return self._store.lease(limit, now, now + within)

    def done(self, dispatch: int, number: int | None = None) -> None:
        """Delivered; `number` is the message's in the conversation. Raises NoDispatchError."""
        self._store.done(dispatch, number, self._clock.now())

    def failed(self, dispatch: int, why: str) -> None:
        """Not delivered; tried again after a second, then two, four … at most five minutes."""
        now = self._clock.now()
        self._store.failed(
            dispatch, why, lambda failures: now + min(RETRY_WITHIN * 2 ** min(failures, 16), RETRY_AT_MOST)
        )

    def park(self, dispatch: int, why: str) -> None:
        """Give up on one: the case's thread says so, and its later dispatches go ahead."""
        self._store.park(dispatch, why, self._clock.now())
