"""Conversations as Rasa's HTTP API knows them: by the sender's name, whichever of Rasa's channels it uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.channels.rasa_wire import CHANNELS
from bot.chat import Chat
from bot.conversation import WITH_PEOPLE, Conversation, ConversationId, Draft, Event, Message
from bot.dialogue.documents import JsonValue
from bot.resuming import resumed
from bot.saying import drafted
from bot.store import Outcome, Store
from bot.tracker import ACTION_LISTEN, Json, Tracker
from bot.web.rasa_errors import RasaApiError
from bot.web.rasa_rest import MAX_SENDER
from config.clock import Clock

_NAMES = {
    "rasa_rest": ("rasa_rest", "rest", "collector"),
    "rasa_callback": ("rasa_callback", "callback"),
    "rasa_socketio": ("rasa_socketio", "socketio"),
}


class Dialogue(Protocol):
    """What the API asks of the assistant. None of it writes anything."""

    @property
    def domain(self) -> Mapping[str, JsonValue]:
        """The merged domain as it was written."""
        ...

    @property
    def model_id(self) -> str: ...

    def knows_intent(self, name: str) -> bool: ...

    def knows_action(self, name: str) -> bool: ...

    def parse(self, text: str) -> Json:
        """Rasa's parse result of a text."""
        ...

    def tracker(self, sender: str, events: Iterable[Json], language: str | None = None) -> Tracker:
        """The tracker that these events lead to."""
        ...

    def forget(self, conversation: ConversationId) -> None:
        """Its stored events were put right."""
        ...

    def begin(self, conversation: Conversation, tracker: Tracker) -> Outcome:
        """A new conversation's first events: its session starts."""
        ...

    def predict(self, tracker: Tracker) -> Json:
        """`{"scores": [{"action", "score"}, …], "policy", "confidence"}`, the best first."""
        ...

    def execute(self, conversation: Conversation, tracker: Tracker, action: str) -> Outcome:
        """Run one action; raises ActionFailedError."""
        ...

    def trigger(
        self, conversation: Conversation, tracker: Tracker, intent: str, entities: Sequence[Json]
    ) -> Outcome:
        """A turn that an intent from outside begins, without a message of the customer's."""
        ...


class Alone(Protocol):
    """Who lets one at a time at a conversation: the API waits for a turn, and a turn for the API."""

    def alone(self, conversation: ConversationId) -> AbstractContextManager[None]: ...


@dataclass(frozen=True, slots=True)
class Done:
    """Where a conversation stands after what the API did, and what was said in it."""

    tracker: Tracker
    said: tuple[Message, ...]


class Conversations:
    """Finds, reads and moves them."""

    def __init__(self, store: Store, chat: Chat, turns: Alone, dialogue: Dialogue, clock: Clock) -> None:
        self.dialogue = dialogue
        self._store, self._chat, self._turns, self._clock = store, chat, turns, clock

    def now(self) -> datetime:
        return self._clock.now()

    def find(self, sender: str) -> tuple[Conversation, Tracker] | None:
        """The sender's conversation and its tracker, if there is one."""
        conversation = self._store.find_on(CHANNELS, sender)
        return None if conversation is None else (conversation, self._read(conversation))

    def open(self, sender: str) -> tuple[Conversation, Tracker]:
        """The sender's conversation; a new one, with its session started, where there is none."""
        found = self.find(sender)
        if found is not None and found[1].events:
            return found
        if not sender.isprintable() or len(sender) > MAX_SENDER:
            raise RasaApiError(f"A conversation's name must have 1 to {MAX_SENDER} printable characters.")
        conversation = found[0] if found is not None else self._chat.at("rasa_rest", sender)
        with self._turns.alone(conversation.id):
            tracker = self._read(conversation)
            if not tracker.events:
                begun = self.dialogue.begin(conversation, tracker)
                tracker = self._done(conversation, begun, says=False).tracker
        return conversation, tracker

    def history(self, conversation: Conversation) -> tuple[Json, ...]:
        """Every event of the conversation, those of earlier sessions too."""
        return self._store.events(conversation.id)

    def pushes(self, sender: str, output_channel: str | None) -> bool:
        """Whether what is said goes to the customer: `latest`, or the name of the channel they are on."""
        if output_channel is None:
            return False
        conversation, _ = self.open(sender)
        return output_channel == "latest" or output_channel in _NAMES[conversation.channel]

    def append(self, sender: str, events: Sequence[Json], *, says: bool = False) -> Tracker:
        """Add events. says: a `bot` event is brought to the customer; an `agent` event never is.

        `resume` gives the conversation back to the bot, which then listens (Rasa forgets that it should).
        """
        conversation, _ = self.open(sender)
        with self._turns.alone(conversation.id):
            conversation = self._store.get(conversation.id)
            whole, resumes = self._listening(events)
            drafts: list[Draft] = []
            if says:
                whole = tuple(_said(event, drafts) for event in whole)
            held = conversation.holder in WITH_PEOPLE
            outcome = Outcome(
                drafts=tuple(drafts),
                events=whole,
                event=Event.RETURNED if resumes and held else None,
                actor="rasa api",
            )
            return self._done(conversation, outcome, says=True).tracker

    def replace(self, sender: str, events: Sequence[Json]) -> Tracker:
        """Put these events in the place of all there are."""
        conversation, _ = self.open(sender)
        with self._turns.alone(conversation.id):
            self._store.replace_events(conversation.id, list(events))
            self.dialogue.forget(conversation.id)
            return self._read(conversation)

    def execute(self, sender: str, action: str, *, says: bool) -> Done:
        """Run one action now."""
        conversation, _ = self.open(sender)
        with self._turns.alone(conversation.id):
            tracker = self._read(conversation)
            return self._done(conversation, self.dialogue.execute(conversation, tracker, action), says=says)

    def trigger(self, sender: str, intent: str, entities: Sequence[Json], *, says: bool) -> Done:
        """Have the bot act as if the customer had meant this."""
        conversation, _ = self.open(sender)
        with self._turns.alone(conversation.id):
            tracker = self._read(conversation)
            outcome = self.dialogue.trigger(conversation, tracker, intent, entities)
            return self._done(conversation, outcome, says=says)

    def _read(self, conversation: Conversation) -> Tracker:
        events = self._store.events(conversation.id)
        return self.dialogue.tracker(conversation.id, events, conversation.language)

    def _done(self, conversation: Conversation, outcome: Outcome, *, says: bool) -> Done:
        """Write the outcome. Without `says` its messages are for the caller alone and not the customer's."""
        if says:
            said = self._store.write(conversation.id, outcome) or ()
        else:
            now = self._clock.now()
            said = tuple(_message(draft, now) for draft in outcome.drafts)
            events = tuple(_without_draft(event) for event in outcome.events)
            self._store.write(conversation.id, replace(outcome, drafts=(), events=events))
        return Done(self._read(conversation), said)

    def _listening(self, events: Sequence[Json]) -> tuple[tuple[Json, ...], bool]:
        """The events with what a `resume` needs behind it, and whether there is one."""
        kinds = [event["event"] for event in events]
        if "resume" not in kinds:
            return tuple(events), False
        place = len(kinds) - kinds[::-1].index("resume")
        listens = any(
            event["event"] == "action" and event.get("name") == ACTION_LISTEN for event in events[place:]
        )
        fresh = resumed(self._clock.now())[1:]
        return (*events[:place], *(fresh[:-1] if listens else fresh), *events[place:]), True


def _said(event: Json, drafts: list[Draft]) -> Json:
    """A bot event with its message among the drafts; other events as they are."""
    if event["event"] != "bot":
        return event
    metadata = event.get("metadata") or {}
    agent = metadata.get("agent")
    draft = drafted(event.get("text"), event.get("data") or {}, agent=str(agent) if agent else None)
    if draft is None:
        return event
    drafts.append(draft)
    author = {"author": "agent", "name": draft.name} if agent else {}
    return {**event, "metadata": {**metadata, **author, "draft": len(drafts) - 1}}


def _without_draft(event: Json) -> Json:
    metadata = event.get("metadata")
    if not isinstance(metadata, dict) or "draft" not in metadata:
        return event
    return {**event, "metadata": {key: value for key, value in metadata.items() if key != "draft"}}


def _message(draft: Draft, now: datetime) -> Message:
    return Message(
        number=0,
        author=draft.author,
        text=draft.text,
        sent_at=now,
        buttons=draft.buttons,
        source=draft.source,
        question=draft.question,
        data=draft.data,
    )
