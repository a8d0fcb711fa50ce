"""Whether a helpdesk outside may be asked now: not again and again while it is down. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

OPENS_AFTER = 5
"""Failures in a row, of whatever, after which only one request in a while asks whether it is back."""

PROBE_AT_LEAST, PROBE_AT_MOST = timedelta(seconds=2), timedelta(seconds=10)
"""Between two such requests: a tenth of the time that it has been down, within these."""

Admitted = Literal["all", "one", "none"]


@dataclass(frozen=True, slots=True)
class Peer:
    """How a helpdesk is.

    failures: how often in a row it could not be reached, since `failing_since`. next_try: when it may be
    asked again, where it is down or has asked us to wait. says: what went wrong last, "" while all is well.
    """

    bridge: str
    failures: int = 0
    failing_since: datetime | None = None
    next_try: datetime | None = None
    says: str = ""

    @property
    def down(self) -> bool:
        return self.failures >= OPENS_AFTER

    def admits(self, now: datetime) -> Admitted:
        """How many may ask it now."""
        if self.next_try is not None and now < self.next_try:
            return "none"
        return "one" if self.down else "all"

    def probed(self, now: datetime) -> Peer:
        """While one asks whether it is back, no other does."""
        return replace(self, next_try=now + self._apart(now))

    def failed(self, says: str, now: datetime) -> Peer:
        """It could not be reached once more."""
        failed = replace(self, failures=self.failures + 1, failing_since=self.failing_since or now, says=says)
        return failed.probed(now) if failed.down else failed

    def paused(self, until: datetime) -> Peer:
        """It is there, and has asked us to wait; nothing is asked of it until then."""
        return replace(self, next_try=until if self.next_try is None else max(self.next_try, until))

    def worked(self) -> Peer:
        """It answered. A pause that it asked for meanwhile still holds."""
        return Peer(self.bridge, next_try=None if self.down else self.next_try)

    def _apart(self, now: datetime) -> timedelta:
        down_for = now - (self.failing_since or now)
        return max(PROBE_AT_LEAST, min(down_for / 10, PROBE_AT_MOST))
