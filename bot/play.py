"""One turn of a conversation, as Rasa plays it: a message in, events and what is said out. No store here.

Source: Rasa Open Source 3.6, `MessageProcessor`. Around each prediction the house's overlay may have its say.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.cast import Cast, Did
from bot.conversation import Draft
from bot.default_actions import perform
from bot.errors import ActionFailedError, ActionRejectedError
from bot.folding import ACTION_LISTEN, ACTION_SESSION_START, OVERLAY, Json
from bot.overlay import Decision
from bot.policies import Prediction, predict
from bot.slots import extract_slots
from bot.tracker import SESSION_METADATA, Tracker, action_event, slot_event, stamped

# After these the bot waits for the customer.
ENDS = (ACTION_LISTEN, ACTION_SESSION_START)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Played:
    """What a turn has led to: the tracker after it, its events and drafts in order, and why each action came.

    failures: the actions that broke; circled: the turn was broken off, for it would not come to an end.
    """

    tracker: Tracker
    events: tuple[Json, ...] = ()
    drafts: tuple[Draft, ...] = ()
    decisions: tuple[Decision, ...] = ()
    failures: tuple[ActionFailedError, ...] = ()
    circled: bool = False

    @property
    def broke(self) -> bool:
        """Whether something of ours, or of the assistant's, did not work."""
        return bool(self.failures) or self.circled

    def did(self) -> Did:
        """What to go on from: nothing new yet, and what was said so far."""
        return Did(drafts=self.drafts)

    def then(self, *events: Mapping[str, Any]) -> Played:
        """The turn once these events have happened too."""
        happened = tuple(dict(event) for event in events)
        return Played(
            tracker=self.tracker.after(happened),
            events=(*self.events, *happened),
            drafts=self.drafts,
            decisions=self.decisions,
            failures=self.failures,
            circled=self.circled,
        )


def play(
    cast: Cast, tracker: Tracker, user_event: Mapping[str, Any], metadata: Mapping[str, Any] | None = None
) -> Played:
    """Answer a message: fill the slots, then act until there is nothing left to do but listen.

    A new session begins first where none runs or the last one has expired; `metadata` is what the channel
    sends along with a session's first message. Never raises for what an action does.
    """
    return respond(cast, hear(cast, tracker, user_event, metadata))


def hear(
    cast: Cast, tracker: Tracker, user_event: Mapping[str, Any], metadata: Mapping[str, Any] | None = None
) -> Played:
    """Take a message in without answering it: the session, the message, the slots it fills."""
    return hear_more(cast, _in_session(cast, tracker, metadata), user_event)


def hear_more(cast: Cast, played: Played, user_event: Mapping[str, Any]) -> Played:
    """Take one more message into the same turn."""
    return _fill_slots(cast, played.then(user_event))


def overrule(cast: Cast, played: Played, decision: Decision) -> Played:
    """Do what the house decides, whatever rules and stories say; they don't see it."""
    played = _set(cast, played, decision)
    hidden = Prediction(decision.action, OVERLAY, 1.0, decision.because, hide_rule_turn=True)
    return _run(cast, played, hidden)


def begin_session(cast: Cast, tracker: Tracker, metadata: Mapping[str, Any] | None = None) -> Played:
    """Begin a session: slots are carried over where the domain says so."""
    played = Played(tracker)
    if metadata:
        played = played.then(slot_event(SESSION_METADATA, dict(metadata), at=cast.now()))
    start = Prediction(ACTION_SESSION_START, "", 1.0, "a new session")
    return _run(cast, played, start)


def execute(cast: Cast, tracker: Tracker, name: str) -> Played:
    """Run one action because somebody outside asked for it, whatever rules and stories say."""
    return _run(cast, _in_session(cast, tracker, None), Prediction(name, "", 1.0, "asked for from outside"))


def trigger(
    cast: Cast, tracker: Tracker, intent: str, entities: Mapping[str, Any] | list[Json] | None = None
) -> Played:
    """Answer an intent that no message carries, such as a reminder's."""
    played = _in_session(cast, tracker, None)
    listed = (
        [{"entity": name, "value": value} for name, value in entities.items()]
        if isinstance(entities, Mapping)
        else list(entities or [])
    )
    text = f"EXTERNAL: {intent}"
    said = {
        "event": "user",
        "timestamp": cast.now().timestamp(),
        "metadata": {"is_external": True},
        "text": text,
        "parse_data": {"text": text, "intent": {"name": intent}, "entities": listed},
        "input_channel": played.tracker.latest_channel,
        "message_id": None,
    }
    return respond(cast, _fill_slots(cast, played.then(said)))


def has_expired(cast: Cast, tracker: Tracker, now: datetime) -> bool:
    """Whether the last message that counts is older than a session lasts."""
    within = cast.assistant.domain.session.expires_within
    if within is None or tracker.heard is None:
        return False
    return now.timestamp() - float(tracker.heard.get("timestamp") or 0.0) > within.total_seconds()


def _in_session(cast: Cast, tracker: Tracker, metadata: Mapping[str, Any] | None) -> Played:
    if not tracker.applied or has_expired(cast, tracker, cast.now()):
        return begin_session(cast, tracker, metadata)
    return Played(tracker)


def _fill_slots(cast: Cast, played: Played) -> Played:
    did = extract_slots(cast, played.tracker, played.did())
    return _after(played.then(*did.events), did)


def respond(cast: Cast, played: Played) -> Played:
    """Act on what was heard until there is nothing left to do but listen."""
    while not played.tracker.paused or played.tracker.intent == "restart":
        if _goes_in_circles(cast, played.tracker):
            _log.warning("%d actions in one turn of %s: broken off", cast.steps, played.tracker.sender_id)
            return replace(played, circled=True)
        played, action = _step(cast, played)
        if action in ENDS:
            return played
    return played


def _goes_in_circles(cast: Cast, tracker: Tracker) -> bool:
    actions = 0
    for event in reversed(tracker.events):
        if event["event"] == "action":
            if event.get("name") in ENDS:
                break
            actions += 1
    return actions >= cast.steps and tracker.latest_action not in ENDS


def _step(cast: Cast, played: Played) -> tuple[Played, str]:
    """One prediction and its action; the overlay is asked before and after."""
    if cast.overlay is not None:
        decision = cast.overlay.before(played.tracker)
        if decision is not None:
            return overrule(cast, played, decision), decision.action
    prediction = predict(cast.memory, played.tracker)
    if cast.overlay is not None:
        decision = cast.overlay.instead(played.tracker, prediction)
        if decision is not None and decision.action != prediction.action:
            return overrule(cast, played, decision), decision.action
        if decision is not None:
            played = _set(cast, played, decision)
            prediction = replace(prediction, because=decision.because)
    return _run(cast, played, prediction), prediction.action


def _set(cast: Cast, played: Played, decision: Decision) -> Played:
    at = cast.now()
    return played.then(*(slot_event(name, value, at=at) for name, value in decision.slots.items()))


def _run(cast: Cast, played: Played, prediction: Prediction) -> Played:
    """Run a predicted action: what leads to it, its own event, then what it did, in this order."""
    decision = Decision(prediction.action, prediction.because)
    at = cast.now()
    before = [stamped(event, at) for event in prediction.events]
    did = played.did()
    why: str | None = None
    try:
        did = perform(cast, prediction.action, played.tracker.after(before), did)
    except ActionRejectedError:
        refused = {"event": "action_execution_rejected", "timestamp": at.timestamp()}
        played = played.then(refused | _by(prediction))
        # What was asked for next has been tried: rules and stories decide now.
        tracker = replace(played.tracker, followup=None)
        return replace(played, tracker=tracker, decisions=(*played.decisions, decision))
    except ActionFailedError as error:
        _log.error("%s; the conversation goes on", error)
        did, why = replace(did, failures=(error,)), error.why
    events = did.events
    if not any(event["event"] == "action_execution_rejected" for event in events):
        events = (*before, _action(prediction, at, why), *events)
    played = _after(played.then(*events), did, decision)
    if any(event["event"] == "user" for event in did.events):
        played = _fill_slots(cast, played)
    return played


def _after(played: Played, did: Did, *decisions: Decision) -> Played:
    return Played(
        tracker=played.tracker,
        events=played.events,
        drafts=did.drafts,
        decisions=(*played.decisions, *decisions),
        failures=(*played.failures, *did.failures),
    )


def _by(prediction: Prediction) -> Json:
    policy = prediction.policy or None
    return {"name": prediction.action, "policy": policy, "confidence": prediction.confidence}


def _action(prediction: Prediction, at: datetime, why: str | None) -> Json:
    event = action_event(
        prediction.action,
        prediction.because,
        at=at,
        policy=prediction.policy or None,
        confidence=prediction.confidence,
        hidden=prediction.hide_rule_turn,
    )
    if why is not None:
        event["metadata"]["failed"] = why
    return event
