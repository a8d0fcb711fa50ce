"""Which customers have the chat open just now, in this process."""

from __future__ import annotations

import threading

from config.clock import Clock

HERE_WITHIN_SECONDS = 20.0
"""A page that is open is looked after every few seconds; one that was not for this long has gone."""


class Present:
    """Noted by the streams; asked before something is sent by another way. Safe from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[str, float] = {}

    def note(self, conversation: str) -> None:
        """Its page is open at this moment."""
        now = self._clock.monotonic()
        with self._lock:
            self._seen[conversation] = now
            if len(self._seen) > 10_000:
                self._seen = {each: at for each, at in self._seen.items() if now - at < HERE_WITHIN_SECONDS}

    def connected(self, conversation: str) -> bool:
        """Whether its customer reads along."""
        with self._lock:
            at = self._seen.get(conversation)
        return at is not None and self._clock.monotonic() - at < HERE_WITHIN_SECONDS
