"""Who takes part in a turn: the assistant and what it learnt, its actions, its voice, the clock, the house.

Everything an action leads to is a `Did`: events for the tracker, and drafts for the customer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from bot.acting import Acted
from bot.conversation import Draft
from bot.dialogue.assistant import Assistant
from bot.errors import ActionFailedError
from bot.folding import Json
from bot.overlay import Decision
from bot.policies import Memory, Prediction
from bot.saying import Voice
from bot.tracker import Tracker, slot_event, stamped

# How far back the bot looks for words that it has used already.
REPEATS = 60


class Overlay(Protocol):
    """The house's own judgement, asked around every prediction; Rasa conformance runs without one."""

    def before(self, tracker: Tracker) -> Decision | None: ...

    def instead(self, tracker: Tracker, predicted: Prediction) -> Decision | None: ...


class Wording(Protocol):
    """An NLG server: a response's name, what it is said with, the tracker and the output, to its fields."""

    def __call__(
        self, response: str, arguments: Mapping[str, Any], tracker: Tracker, output: str
    ) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Cast:
    """What a conversation is played with.

    act: runs a custom action, raises ActionFailedError or ActionRejectedError and nothing else.
    output: the output channel as responses name it. steps: actions in one turn before it is broken off.
    """

    assistant: Assistant
    memory: Memory
    act: Callable[[str, Tracker], Acted]
    voice: Voice
    output: str
    now: Callable[[], datetime]
    overlay: Overlay | None = None
    nlg: Wording | None = None
    steps: int = 10


@dataclass(frozen=True, slots=True)
class Did:
    """What has happened so far: events in order, all the turn's drafts, and actions that broke on the way."""

    events: tuple[Json, ...] = ()
    drafts: tuple[Draft, ...] = ()
    failures: tuple[ActionFailedError, ...] = ()

    def then(self, *events: Json) -> Did:
        return Did((*self.events, *events), self.drafts, self.failures)

    def slots(self) -> dict[str, Any]:
        """The slots that the events set, each with its last value."""
        return {event["name"]: event.get("value") for event in self.events if event["event"] == "slot"}


class Perform(Protocol):
    """Run an action by its name, whatever it is: a default one, a response, a form or a custom one."""

    def __call__(self, cast: Cast, name: str, tracker: Tracker, did: Did) -> Did: ...


def slot(cast: Cast, name: str, value: Any) -> Json:
    return slot_event(name, value, at=cast.now())


def loop(cast: Cast, name: str | None) -> Json:
    """The event of a loop that begins, or of the end of the one that runs."""
    return {"event": "active_loop", "timestamp": cast.now().timestamp(), "name": name}


def say(
    cast: Cast, response: Mapping[str, Any], tracker: Tracker, did: Did, *, name: str | None = None
) -> Did:
    """Word one response; what can't be worded is left out. `name` is the action that says it by itself."""
    if cast.nlg is not None and response.get("response"):
        worded = _worded(cast.nlg, response, tracker, cast.output)
        if worded is not None:
            response, name = worded, name or str(response["response"])
    recent = tracker.events[-REPEATS:]
    drafts, events = cast.voice.say(
        response,
        tracker.slots,
        output=cast.output,
        said=did.drafts,
        at=cast.now(),
        before={str(event.get("text")) for event in recent if event["event"] == "bot"},
    )
    said: list[Json] = list(events)
    if name is not None:
        said = [{**event, "metadata": {**event["metadata"], "utter_action": name}} for event in said]
    return Did((*did.events, *said), drafts, did.failures)


def _worded(
    nlg: Wording, response: Mapping[str, Any], tracker: Tracker, output: str
) -> Mapping[str, Any] | None:
    """What the NLG server makes of a response; None where it has no words and the domain's own are said."""
    more = {name: value for name, value in response.items() if name != "response"}
    fields = nlg(str(response["response"]), more, tracker, output)
    return {**fields, **{key: value for key, value in more.items() if value}} if fields else None


def call(cast: Cast, name: str, tracker: Tracker, did: Did) -> Did:
    """Run a custom action: what it says comes before what it changes.

    Raises ActionRejectedError where it refuses, ActionFailedError where it breaks.
    """
    acted = cast.act(name, tracker)
    for response in acted.responses:
        did = say(cast, response, tracker, did)
    return _heard(cast, acted.events, tracker, did)


def _heard(cast: Cast, events: tuple[Json, ...], tracker: Tracker, did: Did) -> Did:
    at = cast.now()
    for event in events:
        if event["event"] == "bot":
            # It is said like a response, and recorded as the action gave it.
            said = say(cast, {"text": event.get("text"), **(event.get("data") or {})}, tracker, did)
            did = replace(did, drafts=said.drafts)
        did = did.then(stamped(event, at))
    return did
