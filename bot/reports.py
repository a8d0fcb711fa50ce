"""Tells the desk what a customer was not brought in time or not at all, and what they have deleted."""

from __future__ import annotations

import logging
from typing import Protocol

from bot.conversation import ConversationId
from bot.store.reports import Report, Reported, ReportStore
from config.clock import Clock
from handoff.errors import NoCaseError

_AT_ONCE = 50
_QUOTED = 80  # characters of the message that it is about

_log = logging.getLogger(__name__)


class Cases(Protocol):
    """The cases of the agents' room."""

    def undelivered(
        self, handoff_id: str, what: Reported, said: str, why: str, key: str, *, by_agent: bool
    ) -> object:
        """Write into a case's thread how a message fares; with the same key once. Raises NoCaseError."""
        ...


class Reports:
    """Takes reports and works them off; at least once, and once is all that shows."""

    def __init__(self, store: ReportStore, cases: Cases, clock: Clock) -> None:
        self._store, self._cases, self._clock = store, cases, clock

    def failed(self, conversation: ConversationId, message: int, why: str) -> None:
        """A message that had gone out has come back, or was refused later. why: a sentence for agents."""
        if self._store.add(conversation, message, "failed", why, self._clock.now()):
            _log.warning("message %d of conversation %s did not arrive: %s", message, conversation, why)

    def deleted(self, conversation: ConversationId, message: int) -> None:
        """The customer has deleted what they said, where they are; here it stays."""
        self._store.add(conversation, message, "deleted", "", self._clock.now())

    def work(self) -> bool:
        """Tell the desk; True if there was anything. Where nobody was ever asked for, nobody is told."""
        owed = self._store.untold(_AT_ONCE)
        for report in owed:
            if report.handoff_id is not None:
                self._tell(report, report.handoff_id)
            self._store.told(report.id)
        return bool(owed)

    def _tell(self, report: Report, handoff_id: str) -> None:
        said = " ".join(report.text.split())
        said = said if len(said) <= _QUOTED else f"{said[: _QUOTED - 1]}…"
        try:
            self._cases.undelivered(
                handoff_id,
                report.what,
                said,
                report.why,
                f"report-{report.id}",
                by_agent=report.author == "agent",
            )
        except NoCaseError:
            _log.info("the case of %s is gone; nobody is told", handoff_id)
