"""One turn: receive, understand, decide, act, say. The whole bot, top to bottom."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.acting import Acted, Actions
from bot.conversation import Conversation, ConversationId, Draft, Event, Holder, Message
from bot.dialogue.assistant import Assistant
from bot.dialogue.documents import JsonValue
from bot.dialogue.slots import filled_slots
from bot.errors import ActionFailedError
from bot.policy import Decision, Standing, decide
from bot.saying import Voice
from bot.store import JsonObject, Outcome, Promise, Store
from bot.tracker import ACTION_LISTEN, Tracker, action_event, parse_data, replay, slot_event, user_event
from bot.understanding.reading import Reading
from bot.understanding.understanding import Understanding
from config.clock import Clock
from config.failpoints import failpoint

ESCALATE = "action_escalate"
GREETING = "utter_greet"
HISTORY = 5  # earlier turns that a story may look back on
STEPS = 10  # actions in one turn; a dialogue that wants more is going round in circles

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Room:
    """What a turn works with."""

    store: Store
    assistant: Assistant
    understanding: Understanding
    actions: Actions
    voice: Voice
    clock: Clock
    sure: float
    misses: int
    output: Callable[[str], str]
    """A channel's name as responses call it."""
    pushes: Callable[[str], bool]
    """Whether a channel brings messages to the customer by itself, rather than in the response to theirs."""

    def tracker(self, conversation: Conversation) -> Tracker:
        """The conversation's tracker as its stored events leave it."""
        slots = initial_slots(self.assistant, conversation.language)
        return replay(conversation.id, slots, self.store.events(conversation.id))


@dataclass(frozen=True, slots=True)
class Turn:
    """What one customer message, or a burst of them, has led to so far."""

    conversation: Conversation
    heard: tuple[Message, ...]
    reading: Reading
    tracker: Tracker
    events: tuple[JsonObject, ...] = ()
    drafts: tuple[Draft, ...] = ()
    decisions: tuple[Decision, ...] = ()
    acknowledged: bool = False

    def then(self, *events: Mapping[str, object]) -> Turn:
        """The turn once these events have happened too."""
        happened = tuple(dict(event) for event in events)
        return replace(self, tracker=self.tracker.after(happened), events=(*self.events, *happened))


def take_turn(room: Room, conversation_id: ConversationId) -> None:
    """Answer what waits in a conversation; nothing where nothing waits."""
    conversation = room.store.get(conversation_id)
    later = room.store.messages(conversation_id, conversation.handled)
    heard = tuple(message for message in later if message.author == "customer")
    if not heard:
        return
    try:
        turn = understand(room, conversation, heard)
        turn = answer(room, turn) if conversation.holder is Holder.BOT else acknowledge(room, turn)
    except Exception as error:  # a model, a rule, a response: whatever broke, the customer is not left alone
        _log.exception("a turn of conversation %s broke", conversation.id)
        turn = give_up(room, conversation, heard, f"{type(error).__name__}: {error}")
    failpoint("bot.turn.acted")
    if room.store.write(conversation_id, outcome(room, turn), held_by=conversation.holder) is None:
        # Somebody joined or left while the bot was thinking: think again, as whoever holds it now expects.
        take_turn(room, conversation_id)
    failpoint("bot.turn.said")


def initial_slots(assistant: Assistant, language: str) -> dict[str, JsonValue]:
    """Every slot of the domain with the value it starts with; `language` is the conversation's."""
    return {slot.name: slot.initial for slot in assistant.domain.slots.values()} | {"language": language}


def understand(room: Room, conversation: Conversation, heard: tuple[Message, ...]) -> Turn:
    """Read the message (a burst as one) and fill the slots it names."""
    tracker = room.tracker(conversation)
    spoken = str(tracker.slot("language") or conversation.language)
    reading = room.understanding.read(_words(heard), language=spoken)
    now = room.clock.now()
    turn = _hears(room, Turn(conversation, heard, reading, tracker))
    named = filled_slots(room.assistant.domain, reading, turn.tracker.slots, sure=room.sure)
    if reading.language != spoken and reading.language in room.voice.languages:
        named = {**named, "language": reading.language}
    return turn.then(*(slot_event(name, value, at=now) for name, value in named.items()))


def answer(room: Room, turn: Turn) -> Turn:
    """Decide and do until there is nothing left to do but listen."""
    for _ in range(STEPS):
        decision = _next(room, turn)
        failpoint("bot.turn.decided")
        turn = replace(turn, decisions=(*turn.decisions, decision))
        turn = turn.then(
            *(slot_event(name, value, at=room.clock.now()) for name, value in decision.slots.items())
        )
        if decision.action == ACTION_LISTEN:
            return turn.then(action_event(ACTION_LISTEN, decision.because, at=room.clock.now()))
        turn = do(room, turn, decision)
        if turn.tracker.paused:
            return turn
    return fail(room, turn, f"{STEPS} actions in one turn and no end; last {turn.tracker.latest_action}")


def do(room: Room, turn: Turn, decision: Decision) -> Turn:
    """Run one decided action; what it says comes before what it changes."""
    try:
        acted = _run(room, turn, decision.action)
    except ActionFailedError as error:
        _log.error("%s in conversation %s", error, turn.conversation.id)
        return fail(room, turn, str(error))
    return _hear(room, turn, decision, acted)


def fail(room: Room, turn: Turn, why: str) -> Turn:
    """Something of ours broke: the customer gets a person. The case opens now, or as soon as it can."""
    now = room.clock.now()
    reason = str(turn.tracker.slot("handoff_reason") or "bot_failed")
    decision = Decision(ESCALATE, why, {"handoff_reason": reason, "handoff_because": why})
    turn = turn.then(*(slot_event(name, value, at=now) for name, value in decision.slots.items()))
    turn = replace(turn, decisions=(*turn.decisions, decision))
    try:
        acted = _run(room, turn, ESCALATE)
    except ActionFailedError as error:
        _log.error("the case of conversation %s waits: %s", turn.conversation.id, error)
        promised: tuple[JsonObject, ...] = ({"event": "pause"}, {"event": "action", "name": ACTION_LISTEN})
        acted = Acted(promised, ({"response": f"utter_handoff_{reason}"},))
    return _hear(room, turn, decision, acted)


def give_up(room: Room, conversation: Conversation, heard: tuple[Message, ...], why: str) -> Turn:
    """The turn of a message that nothing could be made of: if the bot holds it, a person is asked for."""
    reading = Reading(_words(heard), conversation.language, known=0.0, because=why)
    turn = _hears(room, Turn(conversation, heard, reading, room.tracker(conversation)))
    return fail(room, turn, why) if conversation.holder is Holder.BOT else turn


def acknowledge(room: Room, turn: Turn) -> Turn:
    """A person has the conversation or will have it: the bot says once that the message has arrived."""
    promise = room.store.promise_of(turn.conversation.id)
    if turn.conversation.holder is not Holder.QUEUE or promise is None or promise.acknowledged:
        return turn
    words = room.voice.words("utter_queue_acknowledged", turn.tracker.slots)
    return replace(turn, drafts=(*turn.drafts, Draft("system", words)), acknowledged=True)


def outcome(room: Room, turn: Turn) -> Outcome:
    """What the turn changes, as the store writes it: all of it or nothing."""
    conversation, last = turn.conversation, turn.heard[-1].number
    language = str(turn.tracker.slot("language") or conversation.language)
    escalated = conversation.holder is Holder.BOT and turn.tracker.paused
    return Outcome(
        drafts=turn.drafts,
        events=turn.events,
        event=Event.ESCALATED if escalated else None,
        language=language if language != conversation.language else None,
        handled=last,
        trace=_trace(turn),
        promise=_promise(turn) if escalated else None,
        acknowledged=turn.acknowledged,
        handed_out=not room.pushes(conversation.channel),
    )


def greeting(room: Room, language: str) -> Outcome:
    """What a new conversation on our own pages begins with."""
    now = room.clock.now()
    slots = initial_slots(room.assistant, language)
    drafts, events = room.voice.say({"response": GREETING}, slots, output="web", said=(), at=now)
    return Outcome(drafts=drafts, events=(action_event(GREETING, "a new conversation", at=now), *events))


def open_case(room: Room, conversation_id: ConversationId) -> int:
    """Keep a promise that has no case yet: run the escalation again on the stored conversation.

    Opening is idempotent by the handoff id, so it does not matter how often this is tried.
    Returns the case's number; raises ActionFailedError while the handoff room can't take it.
    """
    tracker = room.tracker(room.store.get(conversation_id))
    acted = room.actions.run(ESCALATE, tracker)
    handoff = tracker.after(acted.events).slot("handoff")
    return int(handoff["case"])


def _words(heard: tuple[Message, ...]) -> str:
    """What is to be understood: a quick reply's literal, otherwise everything said since the last turn."""
    return heard[-1].payload or "\n".join(message.text for message in heard)


def _hears(room: Room, turn: Turn) -> Turn:
    said = user_event(
        turn.reading.text,
        parse_data(turn.reading, sure=room.sure),
        at=room.clock.now(),
        channel=turn.conversation.channel,
        messages=[(message.number, message.text) for message in turn.heard],
        page=turn.conversation.page,
    )
    return turn.then(said)


def _next(room: Room, turn: Turn) -> Decision:
    if turn.tracker.followup:
        last = turn.tracker.latest_action or "an action"
        return Decision(turn.tracker.followup, f"{last} asked for it next")
    standing = Standing(
        slots=turn.tracker.slots,
        misses=int(turn.tracker.slot("misses") or 0),
        done=turn.tracker.done,
        past=turn.tracker.past[-HISTORY:],
    )
    return decide(standing, turn.reading, room.assistant, sure=room.sure, misses=room.misses)


def _run(room: Room, turn: Turn, action: str) -> Acted:
    if action.startswith("utter_") and action not in room.actions:
        return Acted((), ({"response": action},))
    return room.actions.run(action, turn.tracker)


def _hear(room: Room, turn: Turn, decision: Decision, acted: Acted) -> Turn:
    now = room.clock.now()
    output = room.output(turn.conversation.channel)
    before = {str(event.get("text")) for event in turn.tracker.events if event["event"] == "bot"}
    turn = turn.then(action_event(decision.action, decision.because, at=now))
    for response in acted.responses:
        drafts, events = room.voice.say(
            response, turn.tracker.slots, output=output, said=turn.drafts, at=now, before=before
        )
        turn = replace(turn.then(*events), drafts=drafts)
    return turn.then(
        *({**event, "timestamp": event.get("timestamp") or now.timestamp()} for event in acted.events)
    )


def _promise(turn: Turn) -> Promise:
    conversation = turn.conversation
    handoff = turn.tracker.slot("handoff") or {}
    return Promise(
        handoff_id=handoff.get("handoff_id") or conversation.next_handoff,
        conversation=conversation.id,
        reason=str(turn.tracker.slot("handoff_reason") or handoff.get("reason") or "policy"),
        because=str(turn.tracker.slot("handoff_because") or turn.decisions[-1].because),
        case=handoff.get("case"),
        forwarded=turn.heard[-1].number,
        acknowledged=False,
    )


def _trace(turn: Turn) -> JsonObject:
    return {
        "reading": turn.tracker.latest_message.get("intent_ranking"),
        "because": turn.reading.because,
        "decisions": [{"action": each.action, "because": each.because} for each in turn.decisions],
    }
