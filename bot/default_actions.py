"""The actions that every Rasa assistant has, and how any action is run by its name.

Source: Rasa Open Source 3.6, `actions/action.py`.
"""

from __future__ import annotations

from typing import Any

from bot.cast import Cast, Did, call, loop, say, slot
from bot.dialogue.assistant import DEFAULT_ACTIONS
from bot.folding import ACTION_LISTEN, Json
from bot.loops.forms import run_form
from bot.loops.two_stage import OUT_OF_SCOPE, run_two_stage
from bot.slots import extract_slots
from bot.tracker import REQUESTED_SLOT, Tracker, action_event, bare_event
from bot.understanding.reading import FALLBACK_INTENT

ASK_AFFIRMATION = "action_default_ask_affirmation"


def perform(cast: Cast, name: str, tracker: Tracker, did: Did) -> Did:
    """Run an action by its name, as Rasa finds it: a default one unless the domain has its own, a response,
    a form unless the domain lists an action of its name, else a custom action.

    Raises ActionRejectedError where it refuses to run, ActionFailedError where it breaks.
    """
    domain = cast.assistant.domain
    own = name in domain.actions or name in domain.forms
    if name == ACTION_LISTEN or (name in DEFAULT_ACTIONS and not own):
        return _default(cast, name, tracker, did)
    if name.startswith("utter_"):
        if domain.retrieves(name.removeprefix("utter_")):
            return _retrieved(cast, name.removeprefix("utter_"), tracker, did)
        return say(cast, {"response": name}, tracker, did)
    if name in domain.forms and name not in domain.actions:
        return run_form(cast, domain.forms[name], tracker, did, perform)
    return call(cast, name, tracker, did)


def _default(cast: Cast, name: str, tracker: Tracker, did: Did) -> Did:
    match name:
        case "action_session_start":
            return did.then(*_session_start(cast, tracker))
        case "action_restart":
            return _said(cast, "utter_restart", tracker, did).then(_bare(cast, "restart"))
        case "action_back":
            twice = _bare(cast, "rewind"), _bare(cast, "rewind")
            return _said(cast, "utter_back", tracker, did).then(*twice)
        case "action_default_fallback":
            return _said(cast, "utter_default", tracker, did).then(_bare(cast, "rewind"))
        case "action_deactivate_loop":
            return did.then(loop(cast, None), slot(cast, REQUESTED_SLOT, None))
        case "action_default_ask_affirmation":
            return say(cast, _affirmation(tracker), tracker, did, name=ASK_AFFIRMATION)
        case "action_default_ask_rephrase":
            return _said(cast, "utter_ask_rephrase", tracker, did)
        case "action_two_stage_fallback":
            return run_two_stage(cast, tracker, did, perform)
        case "action_revert_fallback_events":
            return did.then(*_reverted(cast, tracker))
        case "action_extract_slots":
            return extract_slots(cast, tracker, did)
        case _:  # action_listen, action_unlikely_intent: there is nothing to do
            return did


def _said(cast: Cast, response: str, tracker: Tracker, did: Did) -> Did:
    """Say what may be left undefined."""
    if response not in cast.assistant.domain.responses and cast.nlg is None:
        return did
    return say(cast, {"response": response}, tracker, did)


def _bare(cast: Cast, kind: str) -> Json:
    return bare_event(kind, at=cast.now())


def _session_start(cast: Cast, tracker: Tracker) -> list[Json]:
    """A new session, with the slots of the old one where they are carried over."""
    at = cast.now()
    events: list[Json] = [bare_event("session_started", at=at)]
    if cast.assistant.domain.session.carries_slots:
        slots = (event for event in tracker.applied if event["event"] == "slot")
        events += [{**event, "timestamp": at.timestamp()} for event in slots]
    return [*events, action_event(ACTION_LISTEN, None, at=at, confidence=None)]


def _affirmation(tracker: Tracker) -> dict[str, Any]:
    """“Did you mean …?”: the intent that would have been understood, had it been surer."""
    message = tracker.latest_message
    intent = tracker.intent
    ranking = message.get("intent_ranking") or []
    if intent == FALLBACK_INTENT and len(ranking) > 1:
        intent = ranking[1].get("name")
    return {
        "text": f"Did you mean '{intent}'?",
        "buttons": [
            {"title": "Yes", "payload": f"/{intent}"},
            {"title": "No", "payload": f"/{OUT_OF_SCOPE}"},
        ],
    }


def _retrieved(cast: Cast, intent: str, tracker: Tracker, did: Did) -> Did:
    """The answer that the response selector has chosen for a retrieval intent."""
    selectors = tracker.latest_message.get("response_selector") or {}
    chosen = selectors.get(intent) or selectors.get("default") or {}
    name = (chosen.get("response") or {}).get("utter_action")
    return did if name is None else say(cast, {"response": str(name)}, tracker, did)


def _reverted(cast: Cast, tracker: Tracker) -> list[Json]:
    """Rasa 1's way back from its two-stage fallback: the customer's last message, and no word of how."""
    asked = [
        event["name"]
        for event in tracker.applied
        if event["event"] == "action" and event["name"] != ACTION_LISTEN
    ]
    if not asked or tracker.heard is None:
        return []
    at = cast.now()
    rewind, listen = bare_event("rewind", at=at), action_event(ACTION_LISTEN, None, at=at, confidence=None)
    said = {**tracker.heard, "timestamp": at.timestamp()}
    rephrased = [rewind, rewind, rewind, listen]
    if asked[-1] == "action_default_ask_rephrase":
        return [*rephrased, said]
    if asked[-1] != ASK_AFFIRMATION:
        return []
    parse = dict(said.get("parse_data") or {})
    said["parse_data"] = {**parse, "intent": {**(parse.get("intent") or {}), "confidence": 1.0}}
    twice = rephrased if asked[-2:-1] == ["action_default_ask_rephrase"] else []
    return [rewind, rewind, listen, *twice, said]
