"""Messages sent in quick succession are one thought: how long a turn waits for the rest of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.conversation import ConversationId

# A customer who never pauses is answered after this many windows all the same.
MOST_WINDOWS = 4


@dataclass(slots=True)
class Bursts:
    """Conversations whose turn is due once nobody has written for `window` seconds.

    Times are seconds of one monotonic clock.
    """

    window: float
    _first: dict[ConversationId, float] = field(default_factory=dict)
    _due: dict[ConversationId, float] = field(default_factory=dict)

    def heard(self, conversation: ConversationId, at: float) -> bool:
        """A message arrived: its turn waits a window from now. True if none of its conversation waited."""
        fresh = conversation not in self._first
        first = self._first.setdefault(conversation, at)
        self._due[conversation] = min(at + self.window, first + MOST_WINDOWS * self.window)
        return fresh

    def due(self, now: float) -> tuple[ConversationId, ...]:
        """The conversations that have been quiet long enough, the earliest first; they wait no more."""
        ready = sorted((at, conversation) for conversation, at in self._due.items() if at <= now)
        for _, conversation in ready:
            self.forget(conversation)
        return tuple(conversation for _, conversation in ready)

    def forget(self, conversation: ConversationId) -> bool:
        """Its turn is taken now, whoever waits; True if one waited."""
        self._first.pop(conversation, None)
        return self._due.pop(conversation, None) is not None

    def next_at(self) -> float | None:
        """When the next one is due; None where nobody waits."""
        return min(self._due.values(), default=None)
