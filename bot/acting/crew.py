"""Threads for work that may never end: each piece has its time, and what hangs is left to itself."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, T]]

_log = logging.getLogger(__name__)


class OverdueError(Exception):
    """The work has not ended within its time."""


class StuckError(Exception):
    """The work was not begun: too much of it hangs already, or the house is closing."""


class _Job(Generic[T]):
    """One piece of work, and what became of it once the lock `ended` can be taken."""

    def __init__(self, name: str, work: Work[T], within: float) -> None:
        self.name, self.work, self.within = name, work, within
        self.ended = threading.Lock()
        self.ended.acquire()
        self.over = self.given_up = False
        self.result: T | None = None
        self.error: Exception | None = None


class _Hand:
    """A thread with an event loop of its own, and where its next job comes from; None lets it go."""

    def __init__(self, serve: Callable[[_Hand], None]) -> None:
        self.jobs: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self.loop = asyncio.new_event_loop()
        # A daemon, so that work which hangs can't keep the server from stopping.
        threading.Thread(target=serve, args=(self,), name="action", daemon=True).start()


class Crew:
    """As many threads as there are callers, so that nobody waits for somebody else's work.

    An `await` that takes too long is cancelled. Work that can't be cancelled, because it computes or waits
    for a lock, keeps its thread until it comes back by itself: `stuck_each` of one name at most, and
    `stuck_in_all`. One name's work that always hangs leaves room for all the others.
    """

    def __init__(self, *, idle: int, stuck_each: int = 4, stuck_in_all: int = 16) -> None:
        """idle: how many threads are kept for the next work."""
        self._most_idle, self._each, self._in_all = idle, stuck_each, stuck_in_all
        self._guard = threading.Lock()
        self._idle: list[_Hand] = []
        self._stuck: Counter[str] = Counter()
        self._closed = False

    def stuck(self) -> dict[str, int]:
        """How many pieces of work of each name were given up and have not come back."""
        with self._guard:
            return {name: count for name, count in self._stuck.items() if count}

    def do(self, name: str, work: Work[T], *, within: float) -> T:
        """Do the work on a thread of the crew: its result, or whatever it raised.

        within: seconds. Raises OverdueError after them, StuckError where the work is not begun at all.
        """
        job = _Job(name, work, within)
        self._hand(name).jobs.put(job)
        if not job.ended.acquire(timeout=within):
            with self._guard:
                if not job.over:
                    job.given_up = True
                    self._stuck[name] += 1
                    raise OverdueError
        if job.error is not None:
            raise job.error
        return cast(T, job.result)

    def close(self) -> None:
        """Take no more work and let the idle threads go; the others follow when their work ends."""
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for hand in idle:
            hand.jobs.put(None)

    def _hand(self, name: str) -> _Hand:
        with self._guard:
            if self._closed:
                raise StuckError("the house is closing")
            same, all_together = self._stuck[name], self._stuck.total()
            if same >= self._each:
                raise StuckError(f"{same} calls of it still hang; restart Firstline to be rid of them")
            if all_together >= self._in_all:
                raise StuckError(f"{all_together} calls still hang; restart Firstline to be rid of them")
            return self._idle.pop() if self._idle else _Hand(self._serve)

    def _serve(self, hand: _Hand) -> None:
        while (job := hand.jobs.get()) is not None:
            _run(job, hand.loop)
            if not self._ended(job, hand):
                break
        hand.loop.close()

    def _ended(self, job: _Job[Any], hand: _Hand) -> bool:
        """Tell whoever waits; True if the thread is kept for more."""
        with self._guard:
            job.over = True
            if job.given_up:
                self._stuck[job.name] -= 1
            kept = not (job.given_up or self._closed) and len(self._idle) < self._most_idle
            if kept:
                self._idle.append(hand)
        job.ended.release()
        return kept


def _run(job: _Job[Any], loop: asyncio.AbstractEventLoop) -> None:
    try:
        job.result = loop.run_until_complete(_limited(job))
    except Exception as error:
        job.error = error
    except BaseException as error:  # SystemExit: whoever wrote it did not mean the bot
        job.error = RuntimeError(f"it ended with {type(error).__name__}")
    left = asyncio.all_tasks(loop)
    if left:
        _log.warning("%s left %d tasks running; they were ended with it", job.name, len(left))
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))


async def _limited(job: _Job[T]) -> T:
    limit = asyncio.timeout(job.within)
    try:
        async with limit:
            return await job.work()
    except TimeoutError:
        if limit.expired():
            raise OverdueError from None
        raise
