"""Wakes whoever waits for a topic; says that something changed, never what."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

EVERY = "*"
"""The topic that rings all topics."""

_REMEMBERED = 10_000  # topics; one conversation is one topic, so the table must not grow for ever

_log = logging.getLogger(__name__)


class Doorbell:
    """Counts rings by topic and wakes the waiting; safe from any thread.

    A listener takes `count(topic)`, then reads the database, then waits past that count. A ring between the
    reading and the waiting is past the count already, so none is missed. A ring may come for nothing.
    """

    def __init__(self, tell: Callable[[Sequence[str]], None] | None = None) -> None:
        """tell: brings topics to the other processes' doorbells, from any thread and without waiting."""
        self._tell = tell
        self._guard = threading.Lock()
        self._rings = 0
        self._last: OrderedDict[str, int] = OrderedDict()  # topic -> the ring that last rang it
        self._floor = 0  # the least count of any topic: the last ring of everyone, or of a forgotten topic
        self._wakes: dict[str, set[Callable[[], None]]] = {}

    def ring(self, *topics: str) -> None:
        """As `ring_here`, and in the other processes that serve the same database."""
        self.ring_here(*topics)
        if self._tell is not None and topics:
            self._tell(topics)

    def ring_here(self, *topics: str) -> None:
        """Wake everyone who waits for one of the topics, each subscriber once; "*" wakes everyone."""
        if not topics:
            return
        with self._guard:
            self._rings += 1
            if EVERY in topics:
                self._floor = self._rings
                self._last.clear()
                wakes = set().union(*self._wakes.values())
            else:
                for topic in topics:
                    self._last[topic] = self._rings
                    self._last.move_to_end(topic)
                while len(self._last) > _REMEMBERED:
                    self._floor = self._last.popitem(last=False)[1]
                wakes = set().union(*(self._wakes.get(topic, ()) for topic in topics))
        for wake in wakes:
            try:
                wake()
            except Exception:  # one broken listener must not leave the others asleep
                _log.exception("a doorbell listener failed")

    def count(self, topic: str) -> int:
        """A number that has grown whenever the topic was rung; compare it, don't read it."""
        with self._guard:
            return self._count(topic)

    def wait_past(self, topic: str, seen: int, timeout: float) -> int:
        """Block until the topic's count is past `seen`, at most `timeout` seconds; the count by then.

        Only a ring of this topic wakes the thread: a house has some twenty that wait, and rings all the time.
        """
        rung = threading.Event()
        unsubscribe = self.subscribe((topic,), rung.set)
        try:
            if self.count(topic) <= seen:
                rung.wait(timeout)
            return self.count(topic)
        finally:
            unsubscribe()

    def subscribe(self, topics: Iterable[str], wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` at each ring of the topics until the returned function is called.

        `wake` runs on the thread that rings, often the writer's: it must be quick and must not write.
        """
        wanted = tuple(topics)
        with self._guard:
            for topic in wanted:
                self._wakes.setdefault(topic, set()).add(wake)

        def unsubscribe() -> None:
            with self._guard:
                for topic in wanted:
                    listeners = self._wakes.get(topic, set())
                    listeners.discard(wake)
                    if not listeners:
                        self._wakes.pop(topic, None)

        return unsubscribe

    def _count(self, topic: str) -> int:
        return max(self._last.get(topic, 0), self._floor)
