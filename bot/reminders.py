"""Comes back to a conversation when an action has asked for it, as Rasa's reminders do.

Source: Rasa Open Source 3.6, `MessageProcessor.handle_reminder`.
"""

from __future__ import annotations

import logging

from bot.outside import Outside
from bot.store import Store
from bot.store.reminders import ReminderStore
from bot.store.tables import Reminder
from bot.tracker import Json, Tracker
from bot.turns import TurnPool
from config.clock import Clock

_AT_ONCE = 50

_log = logging.getLogger(__name__)


class Reminders:
    """Works off what is due: each sets off its intent once, or comes to nothing."""

    def __init__(
        self,
        due: ReminderStore,
        store: Store,
        turns: TurnPool,
        dialogue: Outside,
        clock: Clock,
    ) -> None:
        self._due, self._store, self._turns = due, store, turns
        self._dialogue, self._clock = dialogue, clock

    def work(self) -> bool:
        """True if one was due."""
        due = self._due.due(self._clock.now(), _AT_ONCE)
        for reminder in due:
            with self._turns.alone(reminder.conversation):
                try:
                    self._remind(reminder)
                except Exception:
                    # A rule or a response broke: the next second would break it again, and forever.
                    _log.exception("reminder %r of %s came to nothing", reminder.name, reminder.conversation)
                    self._due.drop(reminder)
        return bool(due)

    def _remind(self, reminder: Reminder) -> None:
        conversation = self._store.get(reminder.conversation)
        events = self._store.events(conversation.id)
        tracker = self._dialogue.tracker(conversation.id, events, conversation.language)
        if not still_wanted(reminder, tracker, events[reminder.event :]):
            self._due.drop(reminder)
            return
        outcome = self._dialogue.trigger(
            conversation, tracker, reminder.intent, reminder.entities, reminds=reminder
        )
        if self._store.write(conversation.id, outcome, held_by=conversation.holder) is None:
            _log.info("somebody has taken conversation %s; its reminder waits", conversation.id)


def still_wanted(reminder: Reminder, tracker: Tracker, since: tuple[Json, ...]) -> bool:
    """Whether the bot is to act on it. since: the events after the one that asked for it.

    Not where the conversation was restarted or taken back to before it, and, if it says so, not where
    anything was said by the customer since.
    """
    if reminder.unless_heard and any(event["event"] == "user" and event.get("text") for event in since):
        return False
    return any(_asks_for(event, reminder) for event in tracker.applied)


def _asks_for(event: Json, reminder: Reminder) -> bool:
    return (
        event["event"] == "reminder"
        and event.get("intent") == reminder.intent
        and event.get("name") in (None, "", reminder.name)
    )
