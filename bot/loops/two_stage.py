"""The two-stage fallback: "Did you mean …?", then "please say it in other words", then giving up.

Source: Rasa Open Source 3.6, `two_stage_fallback.py`.
"""

from __future__ import annotations

from itertools import islice

from bot.cast import Cast, Did, Perform, loop
from bot.folding import ACTION_LISTEN, Json
from bot.tracker import Tracker, action_event
from bot.understanding.reading import FALLBACK_INTENT

NAME = "action_two_stage_fallback"
OUT_OF_SCOPE = "out_of_scope"


def run_two_stage(cast: Cast, tracker: Tracker, did: Did, perform: Perform) -> Did:
    """Ask once what was meant and once for other words; then the fallback action's own way out."""
    starts = tracker.loop != NAME
    if starts:
        did = did.then(loop(cast, NAME))
    given_up = _has_given_up(tracker)
    clear = tracker.intent not in (FALLBACK_INTENT, OUT_OF_SCOPE)
    if not clear and not given_up:
        affirms = starts or tracker.intent == FALLBACK_INTENT
        question = "action_default_ask_affirmation" if affirms else "action_default_ask_rephrase"
        return perform(cast, question, tracker, did)
    did = did.then(loop(cast, None))
    if given_up:
        return perform(cast, "action_default_fallback", tracker, did)
    return did.then(*_clarified(cast, tracker))


def _clarified(cast: Cast, tracker: Tracker) -> tuple[Json, ...]:
    """The customer's clear message, as if it had been the first one."""
    at = cast.now()
    said = tracker.user or {}
    parse = dict(said.get("parse_data") or {})
    parse["intent"] = {**(parse.get("intent") or {}), "confidence": 1.0}
    return (
        {"event": "rewind", "timestamp": at.timestamp()},
        action_event(ACTION_LISTEN, None, at=at, confidence=None),
        {**said, "timestamp": at.timestamp(), "parse_data": parse},
    )


def _has_given_up(tracker: Tracker) -> bool:
    two, three = _last_intents(tracker, 2), _last_intents(tracker, 3)
    return two == [FALLBACK_INTENT] * 2 or three == [OUT_OF_SCOPE, FALLBACK_INTENT, OUT_OF_SCOPE]


def _last_intents(tracker: Tracker, number: int) -> list[str | None]:
    """The intents of the last messages, the newest first; a rewind takes a place and has no intent."""
    said = (event for event in _since_restart(tracker) if event["event"] in ("user", "rewind"))
    return [
        ((event.get("parse_data") or {}).get("intent") or {}).get("name")
        for event in islice(said, number)
        if event["event"] == "user"
    ]


def _since_restart(tracker: Tracker) -> list[Json]:
    found: list[Json] = []
    for event in reversed(tracker.events):
        if event["event"] == "restart":
            break
        found.append(event)
        if len(found) > 200:
            break
    return found
