"""Has supervisors told by mail that a helpdesk outside has left cases to our own desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from handoff.bridges.helpdesk import Helpdesk

Tell = Callable[[str, datetime], bool]
"""Owes who leads a mail that a helpdesk, by its title, has failed since a moment; False where they know."""


class Alarm:
    """A worker: it looks at what was taken over, and whether anybody has been told of it."""

    def __init__(self, helpdesk: Helpdesk, tell: Tell) -> None:
        self._helpdesk, self._tell = helpdesk, tell

    def work(self) -> bool:
        """True if a mail is owed now."""
        standing = self._helpdesk.standing()
        if standing is None or not standing.taken:
            return False
        return self._tell(standing.title, max(each.since for each in standing.taken))
