"""What Rasa's HTTP API asks of the assistant: to read, to predict, to run one action, to act on an intent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.cast import Cast
from bot.conversation import Conversation, ConversationId
from bot.dialogue.documents import JsonValue
from bot.errors import ActionFailedError
from bot.folding import Json
from bot.parsing import parse_data
from bot.play import Played, begin_session, execute, trigger
from bot.policies import predict
from bot.store import Outcome
from bot.store.tables import Reminder
from bot.tracker import Tracker, beginning
from bot.turn import Room, happened


class Outside:
    """A room's assistant for callers from outside; it plays on the tracker it is given and writes nothing."""

    def __init__(self, room: Callable[[], Room]) -> None:
        """room: as it is when it is asked for; editors may have published meanwhile."""
        self._now = room

    @property
    def _room(self) -> Room:
        return self._now()

    @property
    def domain(self) -> Mapping[str, JsonValue]:
        """The merged domain as it was written."""
        return self._room.assistant.domain.written

    @property
    def model_id(self) -> str:
        """A name for what was trained: the same examples give the same one."""
        return self._room.assistant.fingerprint[:32]

    def knows_intent(self, name: str) -> bool:
        return self._room.assistant.domain.knows_intent(name)

    def knows_action(self, name: str) -> bool:
        return self._room.assistant.domain.knows_action(name)

    def parse(self, text: str) -> Json:
        """Rasa's parse result of a text."""
        room = self._room
        reading = room.understanding.read(text)
        return parse_data(reading, sure=room.sure, ambiguity=room.ambiguity, domain=room.assistant.domain)

    def tracker(self, sender: str, events: Iterable[Json], language: str | None = None) -> Tracker:
        """The tracker that these events lead to."""
        return beginning(self._room.assistant.domain, sender, language=language).after(events)

    def forget(self, conversation: ConversationId) -> None:
        """The conversation's stored events were put right: nothing remembered of them holds any more."""
        self._room.trackers.forget(conversation)

    def begin(self, conversation: Conversation, tracker: Tracker) -> Outcome:
        """A new conversation's first events: its session starts."""
        return self._outcome(conversation, begin_session(self._cast(conversation), tracker))

    def predict(self, tracker: Tracker) -> Json:
        """`{"scores": [{"action", "score"}, …], "policy", "confidence"}`, the best first."""
        found = predict(self._room.memory, tracker)
        rest = sorted(self._room.memory.actions - {found.action})
        scores = [{"action": found.action, "score": found.confidence}]
        scores += [{"action": name, "score": 0.0} for name in rest]
        return {"scores": scores, "policy": found.policy or None, "confidence": found.confidence}

    def execute(self, conversation: Conversation, tracker: Tracker, action: str) -> Outcome:
        """Run one action; raises ActionFailedError."""
        played = execute(self._cast(conversation), tracker, action)
        if played.failures:
            raise ActionFailedError(action, played.failures[0].why)
        return self._outcome(conversation, played)

    def trigger(
        self,
        conversation: Conversation,
        tracker: Tracker,
        intent: str,
        entities: Sequence[Json],
        *,
        reminds: Reminder | None = None,
    ) -> Outcome:
        """A turn that an intent from outside, or a reminder, begins, without a message of the customer's."""
        played = trigger(self._cast(conversation), tracker, intent, list(entities))
        return replace(self._outcome(conversation, played), reminds=reminds)

    def _cast(self, conversation: Conversation) -> Cast:
        return self._room.cast(conversation)

    def _outcome(self, conversation: Conversation, played: Played) -> Outcome:
        return happened(conversation, played, forwarded=conversation.last)
