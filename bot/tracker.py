"""A conversation as Rasa's tracker: a value folded from its events, and the JSON an action receives.

The one file that speaks untyped JSON: events come from action servers that are not ours.
Source of the shapes: Rasa Open Source 3.6, `rasa.shared.core.events` and `trackers`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.dialogue.assistant import Domain
from bot.folding import ACTION_LISTEN as ACTION_LISTEN
from bot.folding import ACTION_SESSION_START, Fold, Moment, loop_name, moment
from bot.folding import OVERLAY as OVERLAY
from bot.folding import Json as Json
from bot.parsing import parse_data as parse_data
from handoff.file import FileRef, json_of

_NO_MESSAGE: Json = {"intent": {}, "entities": [], "text": None, "message_id": None, "metadata": {}}
# Slots that an assistant has without listing them.
REQUESTED_SLOT = "requested_slot"
SESSION_METADATA = "session_started_metadata"
KNOWLEDGE_BASE = "action_query_knowledge_base"
KNOWLEDGE_BASE_SLOTS = (
    "knowledge_base_listed_objects",
    "knowledge_base_last_object",
    "knowledge_base_last_object_type",
)


@dataclass(frozen=True, slots=True)
class Tracker:
    """Where a conversation stands. `after(events)` gives the next one; nothing is changed in place.

    events: all of the session that runs; past: those of the sessions before it, which only the house looks
    at; applied: those that still count, without what was rewound, undone or restarted; moments: one before
    each action that counts, which is what rules and stories look at. user is the event of the last message,
    heard that of the last one which still counts; so are followup and pending. active_loop: its name,
    is_interrupted, rejected and trigger_message, empty while none runs.
    """

    sender_id: str
    initial: Mapping[str, Any]
    slots: Mapping[str, Any]
    events: tuple[Json, ...] = ()
    user: Json | None = None
    heard: Json | None = None
    latest_channel: str | None = None
    latest_action: str | None = None
    followup: str | None = ACTION_LISTEN
    pending: str | None = ACTION_LISTEN
    active_loop: Mapping[str, Any] = field(default_factory=dict)
    paused: bool = False
    lists: frozenset[str] = frozenset()
    loops: frozenset[str] = frozenset()
    applied: tuple[Json, ...] = ()
    moments: tuple[Moment, ...] = ()
    past: tuple[Json, ...] = ()

    def after(
        self, events: Iterable[Mapping[str, Any]], watch: Callable[[Fold, Json], None] | None = None
    ) -> Tracker:
        """The tracker once these events have happened, in order; `watch` sees each before it happens."""
        happened = [dict(event) for event in events]
        if not happened:
            return self
        fold = self._fold()
        for event in happened:
            if watch is not None:
                watch(fold, event)
            fold.take(event)
        every = (*self.events, *happened)
        events = latest_session(every, len(happened))
        if fold.loops != self.loops and _known_late(events, fold.loops - self.loops):
            again = Tracker(self.sender_id, self.initial, self.initial, lists=self.lists)._fold()
            again.loops = fold.loops
            for event in events:
                again.take(event)
            fold.applied, fold.moments = again.applied, again.moments
            fold.heard, fold.pending = again.heard, again.pending
        return Tracker(
            sender_id=self.sender_id,
            initial=self.initial,
            slots=fold.slots,
            events=events,
            user=fold.user,
            heard=fold.heard,
            latest_channel=fold.channel,
            latest_action=fold.action,
            followup=fold.followup,
            pending=fold.pending,
            active_loop=fold.loop,
            paused=fold.paused,
            lists=self.lists,
            loops=frozenset(fold.loops),
            applied=tuple(fold.applied),
            moments=tuple(fold.moments),
            past=(*self.past, *every[: len(every) - len(events)]),
        )

    def slot(self, name: str) -> Any:
        """A slot's value, None where it is unset or unknown."""
        return self.slots.get(name)

    @property
    def latest_message(self) -> Json:
        """What the customer said last, as the parse result with the message's own id and metadata."""
        if self.user is None:
            return dict(_NO_MESSAGE)
        more = {
            "text": self.user.get("text"),
            "message_id": self.user.get("message_id"),
            "metadata": self.user.get("metadata") or {},
        }
        return {**_NO_MESSAGE, **(self.user.get("parse_data") or {}), **more}

    @property
    def intent(self) -> str | None:
        """What the last message was understood as."""
        parse = (self.user or {}).get("parse_data") or {}
        name = (parse.get("intent") or {}).get("name")
        return None if name is None else str(name)

    @property
    def loop(self) -> str | None:
        """The name of the form, or other loop, that runs."""
        return loop_name(self.active_loop)

    @property
    def now(self) -> Moment:
        """The moment the conversation is in, as rules and stories see it."""
        return moment(
            self.moments[-1] if self.moments else None,
            at=len(self.applied),
            heard=self.heard,
            slots=self.slots,
            action=self.latest_action,
            loop=self.active_loop,
            followup=self.pending,
            paused=self.paused,
        )

    @property
    def done(self) -> tuple[str, ...]:
        """The actions since the customer's last message, oldest first."""
        names: list[str] = []
        for event in reversed(self.events):
            if event["event"] == "user":
                break
            if event["event"] == "action":
                names.append(event["name"])
        return tuple(reversed(names))

    def to_json(self) -> Json:
        """The tracker as an action receives it. The events are shared, not copied: they are read only."""
        latest_time = self.events[-1].get("timestamp") if self.events else None
        return {
            "sender_id": self.sender_id,
            "slots": dict(self.slots),
            "latest_message": self.latest_message,
            "latest_event_time": latest_time,
            "followup_action": self.followup,
            "paused": self.paused,
            "events": list(self.events),
            "latest_input_channel": self.latest_channel,
            "active_loop": dict(self.active_loop),
            "latest_action": {"action_name": self.latest_action} if self.latest_action else {},
            "latest_action_name": self.latest_action,
        }

    def _fold(self) -> Fold:
        return Fold(
            initial=self.initial,
            lists=self.lists,
            slots=self.slots,
            user=self.user,
            heard=self.heard,
            channel=self.latest_channel,
            action=self.latest_action,
            loop=self.active_loop,
            followup=self.followup,
            pending=self.pending,
            paused=self.paused,
            loops=set(self.loops),
            applied=list(self.applied),
            moments=list(self.moments),
        )


def initial_slots(domain: Domain) -> dict[str, Any]:
    """Every slot of the domain with the value it starts with, and those that Rasa adds by itself."""
    slots: dict[str, Any] = {slot.name: slot.initial for slot in domain.slots.values()}
    if domain.forms:
        slots.setdefault(REQUESTED_SLOT, None)
    if KNOWLEDGE_BASE in domain.actions:
        for name in KNOWLEDGE_BASE_SLOTS:
            slots.setdefault(name, None)
    slots.setdefault(SESSION_METADATA, None)
    return slots


def list_slots(domain: Domain) -> frozenset[str]:
    """The slots that hold a list: a value that is none becomes a list of one."""
    return frozenset(slot.name for slot in domain.slots.values() if slot.type == "list")


def beginning(domain: Domain, sender_id: str, *, language: str | None = None) -> Tracker:
    """The tracker of a conversation in which nothing has happened yet.

    language: what the domain's slot of that name starts with, where it has one.
    """
    slots = initial_slots(domain)
    if language is not None and "language" in slots:
        slots["language"] = language
    return Tracker(sender_id, slots, slots, lists=list_slots(domain))


def replay(
    sender_id: str,
    initial: Mapping[str, Any],
    events: Iterable[Mapping[str, Any]],
    *,
    lists: frozenset[str] = frozenset(),
) -> Tracker:
    """The tracker that these events lead to, from a conversation's beginning.

    initial: every slot of the domain with the value it starts with; lists: the slots that hold lists.
    """
    return Tracker(sender_id, dict(initial), dict(initial), lists=lists).after(events)


def latest_session(events: tuple[Json, ...], among: int) -> tuple[Json, ...]:
    """The events since the session began that runs now: all that a live tracker holds.

    among: how many of the last events may have begun one.
    """
    for index in range(len(events) - 1, len(events) - among - 1, -1):
        if events[index]["event"] == "action" and events[index].get("name") == ACTION_SESSION_START:
            return events[index:]
    return events


def _known_late(events: Sequence[Json], loops: Collection[str]) -> bool:
    """Whether one of these loops had run, and run again, before an event told that it is one.

    A form whose first run broke: Rasa then sees its earlier runs, too, with other eyes.
    """
    ran: Counter[str] = Counter()
    unknown = set(loops)
    for event in events:
        name = str(event.get("name"))
        if event["event"] == "action":
            ran[name] += 1
        elif event["event"] in ("active_loop", "form") and name in unknown:
            if ran[name] > 1:
                return True
            unknown.remove(name)
    return False


def user_event(
    text: str,
    parse: Mapping[str, Any],
    *,
    at: datetime,
    channel: str,
    messages: Sequence[tuple[int, str]],
    page: str | None = None,
    files: Mapping[int, Sequence[FileRef]] | None = None,
) -> Json:
    """The event of what a customer said in one turn: a message, or a burst of them.

    messages: the number of each in the conversation and its words as the customer sees them. They travel in
    the metadata: `shown` where a literal was understood instead of the words, `burst` where they are several.
    files: those that came with some of them, by the message's number; in the metadata by that, too.
    """
    number, shown = messages[-1]
    metadata: Json = {"number": number, "page": page}
    if len(messages) > 1:
        metadata["burst"] = [{"number": each, "text": words} for each, words in messages]
    if text != "\n".join(words for _, words in messages if words):
        metadata["shown"] = shown
    if files:
        metadata["files"] = {str(each): json_of(sent) for each, sent in files.items()}
    return {
        "event": "user",
        "timestamp": at.timestamp(),
        "metadata": metadata,
        "text": text,
        "parse_data": dict(parse),
        "input_channel": channel,
        "message_id": f"{number}",
    }


def action_event(
    name: str,
    because: str | None,
    *,
    at: datetime,
    policy: str | None = None,
    confidence: float | None = 1.0,
    hidden: bool = False,
) -> Json:
    """The event of an action that was run; `hidden` is Rasa's `hide_rule_turn`."""
    return {
        "event": "action",
        "timestamp": at.timestamp(),
        "metadata": {"because": because},
        "name": name,
        "policy": policy,
        "confidence": confidence,
        "action_text": None,
        "hide_rule_turn": hidden,
    }


def bot_event(
    text: str | None, data: Mapping[str, Any], metadata: Mapping[str, Any], *, at: datetime
) -> Json:
    """The event of something the bot said."""
    whole = {key: None for key in ("elements", "quick_replies", "buttons", "attachment", "image", "custom")}
    return {
        "event": "bot",
        "timestamp": at.timestamp(),
        "metadata": dict(metadata),
        "text": text,
        "data": whole | dict(data),
    }


def slot_event(name: str, value: Any, *, at: datetime) -> Json:
    """The event of a slot that was set."""
    return {"event": "slot", "timestamp": at.timestamp(), "name": name, "value": value}


def bare_event(kind: str, *, at: datetime) -> Json:
    """An event without fields of its own: `pause`, `resume`, `session_started`."""
    return {"event": kind, "timestamp": at.timestamp()}


def stamped(event: Mapping[str, Any], at: datetime) -> Json:
    """An action's event with the time it was heard, where the action gave none."""
    return dict(event) | {"timestamp": event.get("timestamp") or at.timestamp()}
