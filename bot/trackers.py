"""Trackers of the conversations that are being talked in, kept so that a long one need not be read again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from bot.conversation import Conversation, ConversationId
from bot.store import JsonObject, Store
from bot.tracker import Tracker
from handoff.escalation import Line

# Conversations; the one that has been silent longest is forgotten first.
MOST = 128


class Trackers:
    """Each conversation's tracker as its stored events leave it. The store is the truth; this only remembers.

    A tracker that is kept is brought up to date with the events stored since, whoever wrote them.
    """

    def __init__(self, store: Store, begin: Callable[[Conversation], Tracker], most: int = MOST) -> None:
        """begin: the tracker of a conversation in which nothing has happened yet."""
        self._store, self._begin, self._most = store, begin, most
        self._kept: OrderedDict[ConversationId, tuple[int, Tracker]] = OrderedDict()
        self._guard = threading.Lock()

    def of(self, conversation: Conversation) -> Tracker:
        """The tracker after the conversation's `events` events."""
        with self._guard:
            count, tracker = self._kept.get(conversation.id, (0, None))
        if tracker is None or count > conversation.events:
            count, tracker = 0, self._begin(conversation)
            self._keep(conversation.id, count, tracker)
        if count < conversation.events:
            fresh = self._store.events(conversation.id, count)
            count, tracker = count + len(fresh), tracker.after(fresh)
            self._keep(conversation.id, count, tracker)
        return tracker

    def follow(self, conversation: Conversation, events: Sequence[JsonObject]) -> None:
        """These events are stored now, right behind the conversation's: they need not be read."""
        with self._guard:
            count, tracker = self._kept.get(conversation.id, (0, None))
        if tracker is not None and count == conversation.events:
            self._keep(conversation.id, count + len(events), tracker.after(events))

    def forget(self, conversation: ConversationId) -> None:
        """Read the conversation anew the next time: its stored events were put right."""
        with self._guard:
            self._kept.pop(conversation, None)

    def _keep(self, conversation: ConversationId, count: int, tracker: Tracker) -> None:
        with self._guard:
            self._kept[conversation] = (count, tracker)
            self._kept.move_to_end(conversation)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def said_before(tracker: Tracker) -> tuple[Line, ...]:
    """What the customer has said in this episode, but for quick replies: a mood is read in its light."""
    said: list[Line] = []
    for event in tracker.events:
        metadata = event.get("metadata") or {}
        if event["event"] == "resume":
            said = []
        elif event["event"] == "user" and not metadata.get("again") and not metadata.get("shown"):
            at = datetime.fromtimestamp(float(event.get("timestamp") or 0.0), UTC)
            said.append(Line(len(said) + 1, "customer", str(event.get("text") or ""), at))
    return tuple(said)
