"""Asks platforms for what customers say, for houses that nobody can reach from outside."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.channels import Asking
from bot.channels.hearing import Hearing
from config.clock import Clock
from handoff.bridges.errors import PeerError

_LONGEST = timedelta(minutes=1)

_log = logging.getLogger(__name__)


class Ears:
    """One platform's ears. What has been taken in is confirmed with the next question, so a crash loses
    nothing: it is given again, and known."""

    def __init__(self, platform: Asking, hearing: Hearing, clock: Clock) -> None:
        self.name = platform.name
        self._platform, self._hearing, self._clock = platform, hearing, clock
        self._after, self._failures, self._not_before = 0, 0, 0.0

    def work(self) -> bool:
        """Ask once; True if anybody had said anything. While it is away, ask less and less often."""
        if self._clock.monotonic() < self._not_before:
            return False
        try:
            came, after = self._platform.ask(self._after)
        except PeerError as error:
            wait = min(timedelta(seconds=2**self._failures), _LONGEST)
            if self._failures == 0:
                _log.warning("%s can't be asked: %s", self._platform.name, error)
            self._failures = min(self._failures + 1, 10)
            self._not_before = self._clock.monotonic() + wait.total_seconds()
            return False
        self._hearing.take(self._platform, came)
        news = after != self._after
        self._after, self._failures = after, 0
        return news
