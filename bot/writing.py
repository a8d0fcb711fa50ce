"""Which customers somebody at the desk, or at a helpdesk outside, is writing to just now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.conversation import ConversationId


class Presence(Protocol):
    """Who writes to whom; `handoff.replying.Replying` knows."""

    def conversations(self) -> frozenset[str]: ...


class Writing:
    """Looks around whenever somebody begins to write, and every few seconds for those who have stopped."""

    def __init__(self, presence: Presence, changed: Callable[[ConversationId], None]) -> None:
        """changed: has a conversation's customer look again."""
        self._presence, self._changed = presence, changed
        self._now: frozenset[str] = frozenset()

    def to(self, conversation: ConversationId) -> bool:
        """Whether somebody writes to its customer."""
        return conversation in self._now

    def look(self) -> bool:
        """Tell those for whom it has changed. Never any work that is left over."""
        before, self._now = self._now, self._presence.conversations()
        for conversation in before ^ self._now:
            self._changed(ConversationId(conversation))
        return False
