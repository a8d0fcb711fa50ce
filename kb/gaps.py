"""Questions that nobody could answer from the knowledge base: the editors' to-do list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from config.clock import Clock


@dataclass(frozen=True, slots=True)
class Gap:
    """One unanswered question, in the customer's words; `reason` is a NoAnswer's or an Escalation's."""

    question: str
    language: str
    reason: str
    conversation: str | None
    at: datetime


class GapStore(Protocol):
    """Where gaps are kept."""

    def add_gap(
        self, question: str, language: str, reason: str, conversation: str | None, at: datetime
    ) -> None: ...

    def gaps(self, limit: int) -> tuple[Gap, ...]: ...


class Gaps:
    """Notes what went unanswered."""

    def __init__(self, store: GapStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def note(self, question: str, language: str, reason: str, conversation: str | None = None) -> None:
        """Keep the question for the editors; durable on return."""
        self._store.add_gap(question, language, reason, conversation, self._clock.now())

    def latest(self, limit: int = 100) -> tuple[Gap, ...]:
        """The newest first."""
        return self._store.gaps(limit)
