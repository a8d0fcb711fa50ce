"""Searches go first: whoever builds beside them stops at its next step while somebody searches.

Python runs one thread at a time. A search lets go of that turn at each of its many array operations, and
without this would wait for it half a millisecond each time that something else is being built.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST = 0.02
"""Seconds that one step of a build waits at most, so that it gets done however many search."""


def at_once() -> None:
    """Gives way to nobody: for what is built where nobody searches."""


class RightOfWay:
    """Knows how many searches run. Safe from any thread."""

    def __init__(self, longest: float | None = LONGEST) -> None:
        """longest: seconds that one step waits at most; None for as long as it takes."""
        self._longest = longest
        self._clear = threading.Condition()
        self._searches = 0

    @contextmanager
    def searching(self) -> Iterator[None]:
        """Around a search."""
        with self._clear:
            self._searches += 1
        try:
            yield
        finally:
            with self._clear:
                self._searches -= 1
                if not self._searches:
                    self._clear.notify_all()

    def give(self) -> None:
        """Between two steps of a build: wait until nobody searches, or as long as it may."""
        with self._clear:
            self._clear.wait_for(lambda: not self._searches, self._longest)
