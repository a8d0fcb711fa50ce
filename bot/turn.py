"""One turn: receive, understand, decide, act, say. The whole bot, top to bottom."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.acting import Actions, Patience
from bot.cast import Cast, Did, Wording, say
from bot.contact import LOOKED_BACK, Asked, Phrases, go_on, goes_on
from bot.conversation import Conversation, ConversationId, Draft, Event, Holder, Message
from bot.dialogue.assistant import Assistant
from bot.filled_in import contact, filled_in
from bot.folding import Json
from bot.handover import NOTHING, Handover
from bot.heard import PERSON_PAYLOAD, read_outright, sent_along, user_events, words_of
from bot.overlay import ESCALATE, Decision, Overlay, escalate
from bot.parsing import parse_data
from bot.play import Played, begin_session, hear, hear_more, overrule, respond
from bot.policies import Memory
from bot.receiving import kept, received
from bot.saying import BOT_FAILED, Voice
from bot.store import JsonObject, Outcome, Promise, Store, numbered
from bot.tracker import ACTION_LISTEN, Tracker, beginning, slot_event
from bot.trackers import Trackers, said_before
from bot.understanding.mood import in_light_of
from bot.understanding.reading import PERSON_INTENTS, Reading, Wish
from bot.understanding.understanding import Understanding
from config.clock import Clock
from config.failpoints import failpoint
from handoff.escalation import Line

GREETING = "utter_greet"
PERSON = "Talk to a person"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Care:
    """How Firstline looks after an assistant's conversations beside what its files say; see bot.overlay."""

    misses: int
    hands_over: frozenset[str]
    opens_forms: frozenset[str]
    searches: bool
    handover: Handover = NOTHING

    def place(self, wish: Wish) -> int:
        """When one of several wishes is seen to: a form ends with a question, a person ends the turn."""
        name = wish.intent.name
        return 2 if name in self.hands_over else int(name in self.opens_forms)


@dataclass(frozen=True, slots=True)
class Room:
    """What a turn works with.

    within: the time that an action has, and all actions of a turn once one of them has failed; sure and
    ambiguity: when a reading is `nlu_fallback`; care: None leaves all to the assistant's files.
    """

    store: Store
    trackers: Trackers
    assistant: Assistant
    memory: Memory
    understanding: Understanding
    actions: Actions
    voice: Voice
    clock: Clock
    within: timedelta
    sure: float
    ambiguity: float
    care: Care | None
    nlg: Wording | None
    output: Callable[[str], str]
    """A channel's name as responses call it."""
    pushes: Callable[[str], bool]
    """Whether a channel brings messages to the customer by itself, rather than in the response to theirs."""
    contact: Callable[[str, str | None, str | None, str | None], object]
    """Keeps how a customer is reached: for a hand-over their name, their e-mail address and what they add."""

    def cast(
        self, conversation: Conversation, reading: Reading | None = None, output: str | None = None
    ) -> Cast:
        """What a turn is played with; the house looks after it where there is a reading.

        output: the channel as responses name it, where it is not the conversation's own.
        """
        overlay = None
        if self.care is not None and reading is not None:
            care = self.care
            how = (care.misses, care.hands_over, care.searches, care.handover)
            overlay = Overlay(reading, self.assistant, self.sure, *how)
        return Cast(
            assistant=self.assistant,
            memory=self.memory,
            act=Patience(self.actions, self.clock, self.within, sender=conversation.address).run,
            voice=self.voice,
            output=output or self.output(conversation.channel),
            now=self.clock.now,
            overlay=overlay,
            nlg=self.nlg,
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """What one customer message, or a burst of them, has led to."""

    conversation: Conversation
    heard: tuple[Message, ...]
    reading: Reading
    played: Played
    acknowledged: bool = False


def take_turn(room: Room, conversation_id: ConversationId) -> None:
    """Answer what waits in a conversation; nothing where nothing waits."""
    conversation, heard = room.store.waiting(conversation_id)
    if heard:
        reply(room, conversation, heard)


def reply(room: Room, conversation: Conversation, heard: tuple[Message, ...]) -> tuple[Message, ...]:
    """Answer what was heard, which is all that waits in the conversation as it stands: what was said.

    Nothing where that had to be thought over, or where there was nothing to say.
    """
    try:
        turn = answer(room, conversation, heard)
    except Exception as error:  # a model, a rule, a response: whatever broke, the customer is not left alone
        _log.exception("a turn of conversation %s broke", conversation.id)
        turn = give_up(room, conversation, heard, f"{type(error).__name__}: {error}")
    failpoint("bot.turn.acted")
    changes = outcome(room, turn)
    said = room.store.write(conversation.id, changes, held_by=conversation.holder, events=conversation.events)
    if said is None:
        # Somebody joined or left while the bot was thinking: think again, as whoever holds it now expects.
        take_turn(room, conversation.id)
    else:
        room.trackers.follow(conversation, [numbered(event, said) for event in changes.events])
    failpoint("bot.turn.said")
    return said or ()


def begun(assistant: Assistant, conversation: Conversation) -> Tracker:
    """The tracker of a conversation in which nothing has happened yet."""
    return beginning(assistant.domain, conversation.id, language=conversation.language)


def answer(room: Room, conversation: Conversation, heard: tuple[Message, ...]) -> Turn:
    """Read the message (a burst as one) and, where the bot holds the conversation, act on it to the end."""
    tracker = room.trackers.of(conversation)
    spoken = str(tracker.slot("language") or conversation.language)
    words = words_of(heard)
    reading = read_outright(words, spoken) or room.understanding.read(words, language=spoken)
    if not reading.literal:
        before = said_before(tracker)
        said = (*before, Line(heard[-1].number, "customer", words, heard[-1].sent_at))
        reading = replace(reading, mood=in_light_of(said, room.understanding.alike, room.understanding.moods))
    output = heard[-1].data.get("output_channel")
    cast = room.cast(conversation, reading, str(output) if output else None)
    first, *others = _events(room, conversation, heard, reading)
    # Files without words fill no slot that a form may be asking for.
    played = hear(cast, tracker, first, sent_along(heard)) if words else Played(tracker).then(first)
    turn = Turn(conversation, heard, reading, played)
    if conversation.holder is not Holder.BOT:
        return acknowledge(room, turn)
    if not words:
        return replace(turn, played=received(cast, played))
    if words == PERSON_PAYLOAD:
        return hand_over(room, turn, "asked_for_person", "the customer tapped the offer of a person")
    if reading.language != spoken and reading.language in room.voice.languages:
        played = played.then(slot_event("language", reading.language, at=room.clock.now()))
    failpoint("bot.turn.decided")
    if any(message.files for message in heard):
        played = kept(cast, played)
    played = respond(cast, played)
    for wish in others:
        if not played.tracker.paused and not played.broke:
            played = respond(cast, hear_more(cast, played, wish))
    turn = replace(turn, played=played)
    return fail(room, turn) if played.broke else turn


def fail(room: Room, turn: Turn) -> Turn:
    """Something of ours broke: the customer gets a person, or an apology with the offer of one."""
    played = turn.played
    why = str(played.failures[-1]) if played.failures else "the dialogue went in circles"
    if played.tracker.paused:
        return turn
    if room.care is None:
        return turn if _went_on(played) else replace(turn, played=_sorry(room, turn))
    return hand_over(room, turn, str(played.tracker.slot("handoff_reason") or "bot_failed"), why)


def hand_over(room: Room, turn: Turn, reason: str, why: str) -> Turn:
    """Whatever the assistant's files say, a person is asked for. The case opens now, or as soon as it can."""
    cast = room.cast(turn.conversation)
    handed = overrule(cast, turn.played, escalate(reason, why))
    if not handed.tracker.paused:
        _log.error("the case of conversation %s waits: %s", turn.conversation.id, handed.failures[-1:])
        line = {"response": f"utter_handoff_{reason}"}
        did = say(cast, line, handed.tracker, Did(drafts=handed.drafts))
        promised: tuple[Json, ...] = ({"event": "pause"}, {"event": "action", "name": ACTION_LISTEN})
        handed = replace(handed.then(*did.events, *promised), drafts=did.drafts)
    return replace(turn, played=handed)


def give_up(room: Room, conversation: Conversation, heard: tuple[Message, ...], why: str) -> Turn:
    """The turn of a message that nothing could be made of: if the bot holds it, a person is asked for."""
    reading = Reading(words_of(heard), conversation.language, known=0.0, because=why)
    said = next(_events(room, conversation, heard, reading))
    played = Played(room.trackers.of(conversation)).then(said)
    turn = Turn(conversation, heard, reading, played)
    if conversation.holder is not Holder.BOT:
        return turn
    if room.care is None:
        return replace(turn, played=_sorry(room, turn))
    return hand_over(room, turn, "bot_failed", why)


def acknowledge(room: Room, turn: Turn) -> Turn:
    """A person has the conversation or will have it: the bot says once a burst that it has arrived.

    Where it has asked how the answer shall reach the customer, it hears that first.
    """
    promise = room.store.promise_of(turn.conversation.id)
    if turn.conversation.holder is not Holder.QUEUE or promise is None:
        return turn
    filled = tuple(each for message in turn.heard for each in filled_in(message))
    if filled:
        return note_contact(room, turn, contact(filled))
    asked, words = Asked.of(_noted(turn.played.tracker, "contact")), words_of(turn.heard)
    if asked is not None and words:
        step = go_on(asked, words, Phrases.of(room.understanding.words))
        played = turn.played.then(slot_event("contact", step.asked.to_slot(), at=room.clock.now()))
        turn = replace(turn, played=played)
        if step.asked.email is not None or step.asked.name is not None:
            room.contact(promise.handoff_id, step.asked.name, step.asked.email, step.message)
        if step.response is not None:
            blanks = {"contact": step.asked.email, "customer_name": step.asked.name}
            words = room.voice.words(step.response, {**played.tracker.slots, **blanks})
            return replace(turn, played=replace(played, drafts=(*played.drafts, Draft("system", words))))
    before = max(0, turn.heard[0].number - LOOKED_BACK)
    if promise.acknowledged and goes_on(room.store.messages(turn.conversation.id, before), turn.heard[0]):
        return turn
    words = room.voice.words("utter_queue_acknowledged", turn.played.tracker.slots)
    drafts = (*turn.played.drafts, Draft("system", words))
    return replace(turn, played=replace(turn.played, drafts=drafts), acknowledged=True)


def note_contact(room: Room, turn: Turn, reached: Mapping[str, str]) -> Turn:
    """A card was filled in, which the case hears of by itself; how to reach the customer is asked no more."""
    if reached.keys().isdisjoint(("email", "phone")):
        return turn
    played = turn.played.then(slot_event("contact", None, at=room.clock.now()))
    response = "utter_contact_done" if "email" in reached else "utter_contact_phone"
    blanks = {"contact": reached.get("email") or reached.get("phone")}
    words = room.voice.words(response, {**played.tracker.slots, **blanks})
    return replace(turn, played=replace(played, drafts=(*played.drafts, Draft("system", words))))


def outcome(room: Room, turn: Turn) -> Outcome:
    """What the turn changes, as the store writes it: all of it or nothing."""
    conversation, played, last = turn.conversation, turn.played, turn.heard[-1].number
    language = str(played.tracker.slot("language") or turn.reading.language)
    return replace(
        happened(conversation, played, forwarded=last),
        language=language if language != conversation.language else None,
        handled=last,
        trace=_trace(turn),
        acknowledged=turn.acknowledged,
        handed_out=not room.pushes(conversation.channel),
    )


def happened(conversation: Conversation, played: Played, *, forwarded: int) -> Outcome:
    """What was played as the store writes it; a bot that has paused has promised a person.

    forwarded: the number of the last message that an action could see.
    """
    pauses = any(event["event"] == "pause" for event in played.events)
    escalated = conversation.holder is Holder.BOT and pauses and played.tracker.paused
    return Outcome(
        drafts=played.drafts,
        events=played.events,
        event=Event.ESCALATED if escalated else None,
        promise=_promise(conversation, played, forwarded) if escalated else None,
    )


def greeting(room: Room, conversation: Conversation) -> Outcome:
    """What a new conversation on our own pages begins with."""
    cast = room.cast(conversation)
    played = begin_session(cast, begun(room.assistant, conversation))
    if GREETING in room.assistant.domain.responses:
        played = overrule(cast, played, Decision(GREETING, "a new conversation"))
    return Outcome(drafts=played.drafts, events=played.events)


def open_case(room: Room, conversation_id: ConversationId) -> int:
    """Keep a promise that has no case yet: run the escalation again on the stored conversation.

    Opening is idempotent by the handoff id, so it does not matter how often this is tried.
    Returns the case's number; raises ActionFailedError while the handoff room can't take it.
    """
    tracker = room.trackers.of(room.store.get(conversation_id))
    promise = room.store.promise_of(conversation_id)
    if promise is not None and _noted(tracker, "handoff_reason") is None:
        # A bot that paused by itself has told nobody why.
        why = escalate(promise.reason, promise.because).slots
        tracker = tracker.after(slot_event(name, each, at=room.clock.now()) for name, each in why.items())
    handoff = _noted(tracker.after(room.actions.run(ESCALATE, tracker).events), "handoff")
    return int(handoff["case"])


def _events(
    room: Room, conversation: Conversation, heard: tuple[Message, ...], reading: Reading
) -> Iterator[Json]:
    """What was said as the tracker's events; see `bot.heard`."""

    def parse(one: Reading) -> Json:
        return parse_data(one, sure=room.sure, ambiguity=room.ambiguity, domain=room.assistant.domain)

    place = room.care.place if room.care is not None else None
    return user_events(conversation, heard, reading, parse, place, room.clock.now)


def _went_on(played: Played) -> bool:
    """Whether the assistant had something to say after what broke."""
    for event in reversed(played.events):
        if event["event"] == "bot":
            return True
        if (event.get("metadata") or {}).get("failed"):
            return False
    return False


def _sorry(room: Room, turn: Turn) -> Played:
    """An apology with the offer of a person, for assistants that know of neither."""
    played, cast = turn.played, room.cast(turn.conversation)
    words = room.voice.words(BOT_FAILED, played.tracker.slots, cast.output)
    offer = {"text": words, "buttons": [{"title": PERSON, "payload": PERSON_PAYLOAD}]}
    did = say(cast, offer, played.tracker, played.did())
    return replace(played.then(*did.events), drafts=did.drafts)


def _promise(conversation: Conversation, played: Played, forwarded: int) -> Promise:
    tracker = played.tracker
    handoff: dict[str, Any] = _noted(tracker, "handoff") or {}
    reason = "asked_for_person" if tracker.intent in PERSON_INTENTS else "policy"
    because = "the bot paused"
    if played.decisions:
        last = played.decisions[-1]
        because = f"{last.action} paused the bot: {last.because}"
    return Promise(
        handoff_id=handoff.get("handoff_id") or conversation.next_handoff,
        conversation=conversation.id,
        reason=str(_noted(tracker, "handoff_reason") or handoff.get("reason") or reason),
        because=str(_noted(tracker, "handoff_because") or handoff.get("because") or because),
        case=handoff.get("case"),
        forwarded=forwarded,
        acknowledged=False,
    )


def _noted(tracker: Tracker, name: str) -> Any:
    """A slot of the house's; where the domain is another's and lacks it, what the last event said of it."""
    if name in tracker.slots:
        return tracker.slots[name]
    told = (event for event in reversed(tracker.events) if event["event"] == "slot" and event["name"] == name)
    return next((event.get("value") for event in told), None)


def _trace(turn: Turn) -> JsonObject:
    evidence = turn.reading.evidence
    return {
        "reading": turn.played.tracker.latest_message.get("intent_ranking"),
        "because": turn.reading.because,
        "examples": [list(each) for each in evidence.examples],
        "words": [list(each) for each in evidence.words],
        "decisions": [{"action": each.action, "because": each.because} for each in turn.played.decisions],
        "failures": [str(each) for each in turn.played.failures],
    }
