"""Passes a flurry of rings on as few."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Paced:
    """Does something when it is called, at most once in so many seconds; the last call is never lost."""

    def __init__(
        self,
        do: Callable[[], None],
        seconds: float,
        *,
        now: Callable[[], float] = time.monotonic,
        later: Callable[[float, Callable[[], None]], None] | None = None,
    ) -> None:
        """later: calls something after so many seconds, on a thread of its own."""
        self._do, self._seconds, self._now, self._later = do, seconds, now, later or _on_a_timer
        self._guard = threading.Lock()
        self._next = float("-inf")
        self._owed = False

    def __call__(self) -> None:
        """Do it now, or as soon as the time is over."""
        with self._guard:
            if self._owed:
                return
            wait = self._next - self._now()
            if wait > 0:
                self._owed = True
            else:
                self._next = self._now() + self._seconds
        if wait > 0:
            self._later(wait, self._catch_up)
        else:
            self._do()

    def _catch_up(self) -> None:
        with self._guard:
            self._owed = False
            self._next = self._now() + self._seconds
        self._do()


def _on_a_timer(seconds: float, do: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, do)
    timer.daemon = True
    timer.start()
