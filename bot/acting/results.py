"""What an action gave back, checked and put into Rasa's full form before anything is done with it.

Actions are other people's code, in this process or behind HTTP. An event that can't be read is refused here,
with everything that came with it: later it would break a conversation each time that it is replayed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from bot.errors import ActionFailedError
from bot.store import JsonObject

DEEPEST = 64  # lists and objects inside each other
LATEST = 253_402_300_799.0  # the end of the year 9999, in seconds: the last moment that has a date

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Acted:
    """What an action gave back: events for the tracker, and responses for the customer, said first."""

    events: tuple[JsonObject, ...]
    responses: tuple[JsonObject, ...]


@dataclass(frozen=True, slots=True)
class _Field:
    """What an event's field may hold; `default` stands in where it is missing, unless it is required."""

    what: str
    fits: Callable[[object], bool]
    default: object = None
    required: bool = False


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _is_object(value: object) -> bool:
    return value is None or isinstance(value, dict)


def _are_objects(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(each, dict) for each in value))


def _is_moment(value: object) -> bool:
    return value is None or (_is_number(value) and 0 <= cast(float, value) <= LATEST)


def is_date(value: object) -> bool:
    """Whether a value is a date and time as ISO 8601 writes it."""
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def _is_parse(value: object) -> bool:
    if not isinstance(value, dict):
        return value is None
    ranking, entities = value.get("intent_ranking"), value.get("entities")
    intents = [value.get("intent") or {}, *(ranking or ())] if _are_objects(ranking) else [None]
    return (
        _are_objects(entities)
        and all(_is_name(each.get("entity")) for each in entities or ())
        and all(isinstance(each, dict) and _is_intent(each) for each in intents)
    )


def _is_intent(intent: Mapping[str, object]) -> bool:
    confidence = intent.get("confidence", 0.0)
    return _is_text(intent.get("name")) and confidence is not None and _is_number(confidence)


_TEXT = _Field("a text", _is_text)
_NAME = _Field("a name", _is_name, required=True)
_NUMBER = _Field("a number", _is_number)
_OBJECT = _Field("an object", _is_object)
_OBJECTS = _Field("a list of objects", _are_objects)
_SWITCH = _Field("true or false", lambda value: isinstance(value, bool), required=True)
_ANY = _Field("anything", lambda value: True)
_ENTITIES = _Field("a list or an object", lambda value: _is_object(value) or _are_objects(value))

# Rasa 3.6's events with their fields, beside the `timestamp` and `metadata` that every one may have.
# Source: Rasa Open Source 3.6, rasa.shared.core.events.
EVENTS: Mapping[str, Mapping[str, _Field]] = {
    "user": {
        "text": _TEXT,
        "parse_data": _Field("a parse result", _is_parse),
        "input_channel": _TEXT,
        "message_id": _TEXT,
    },
    "bot": {"text": _TEXT, "data": _OBJECT},
    "action": {
        "name": _NAME,
        "policy": _TEXT,
        "confidence": _NUMBER,
        "action_text": _TEXT,
        "hide_rule_turn": _Field("true or false", lambda value: isinstance(value, bool), default=False),
    },
    "slot": {"name": _NAME, "value": _ANY},
    "active_loop": {"name": _TEXT},
    "loop_interrupted": {"is_interrupted": _SWITCH},
    "action_execution_rejected": {"name": _NAME, "policy": _TEXT, "confidence": _NUMBER},
    "user_featurization": {"use_text_for_featurization": _SWITCH},
    "session_started": {},
    "restart": {},
    "rewind": {},
    "undo": {},
    "reset_slots": {},
    "followup": {"name": _NAME},
    "pause": {},
    "resume": {},
    "reminder": {
        "intent": _NAME,
        "entities": _ENTITIES,
        "date_time": _Field("a date and time in ISO 8601", is_date, required=True),
        "name": _TEXT,
        "kill_on_user_msg": _Field("true or false", lambda value: isinstance(value, bool), default=True),
    },
    "cancel_reminder": {"intent": _TEXT, "entities": _ENTITIES, "name": _TEXT},
    "agent": {"text": _TEXT, "data": _ANY},
    "entities": {"entities": _OBJECTS},
    "export": {"path": _TEXT},
}
_ALWAYS: Mapping[str, _Field] = {
    "timestamp": _Field("a moment in seconds since 1970", _is_moment),
    "metadata": _OBJECT,
}
_RESPONSE: Mapping[str, _Field] = {
    "text": _TEXT,
    "response": _TEXT,
    "template": _TEXT,
    "image": _TEXT,
    "buttons": _OBJECTS,
    "quick_replies": _OBJECTS,
    "elements": _OBJECTS,
}


def acted(action: str, given: object) -> Acted:
    """What `given` asks for, as JSON has it: `{"events": [...], "responses": [...]}`, or None for nothing.

    Raises ActionFailedError for any other shape, for events that Rasa doesn't know, and for what can't be
    stored: numbers that are none, texts that are no Unicode, values nested too deep.
    """
    body = {} if given is None else given
    try:
        if not isinstance(body, dict):
            raise ValueError(f"it gave back {_kind(body)} and not events and responses")
        events, responses = (_objects(body, part) for part in ("events", "responses"))
        named = [(number, event) for number, event in enumerate(events) if _is_named(action, event)]
        return Acted(
            tuple(_event(number, event) for number, event in named),
            tuple(_response(f"responses[{number}]", each) for number, each in enumerate(responses)),
        )
    except ValueError as error:
        raise ActionFailedError(action, str(error)) from None


def response(given: object) -> JsonObject:
    """One response for the customer that came from elsewhere; raises ValueError where it can't be one."""
    [found] = _objects({"it": [given]}, "it")
    return _response("what it gave back", found)


def _objects(body: Mapping[str, object], part: str) -> list[JsonObject]:
    """A copy through JSON, as from a server: what can't be stored fails here and not with the turn."""
    given = [] if body.get(part) is None else body[part]
    if not _are_objects(given):
        raise ValueError(f"its `{part}` are {_kind(given)} and not a list of objects")
    try:
        text = json.dumps(given, ensure_ascii=False, allow_nan=False)
        text.encode()
        copied: list[JsonObject] = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"what it gave back can't be stored: {error}") from None
    if "\\u0000" in text.replace("\\\\", ""):
        raise ValueError("what it gave back can't be stored: a text holds a NUL character")
    if _deeper(copied, DEEPEST):
        raise ValueError(f"what it gave back is nested more than {DEEPEST} deep")
    return copied


def _deeper(value: object, levels: int) -> bool:
    layer: Iterable[object] = [value]
    for _ in range(levels):
        layer = [
            inner
            for each in layer
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not layer:
            return False
    return True


def _is_named(action: str, event: JsonObject) -> bool:
    if event.get("event"):
        return True
    # As in Rasa and its SDK: what does not say which event it is, is none.
    _log.warning("action %r gave back an object without `event`; it is left out", action)
    return False


def _event(number: int, given: JsonObject) -> JsonObject:
    event = _today(given)
    kind = event["event"]
    where = f"events[{number}]"
    if not isinstance(kind, str) or kind not in EVENTS:
        raise ValueError(f"{where} is {str(kind)[:60]!r}, a kind that Rasa 3.6 doesn't have")
    fields = EVENTS[kind]
    _check(f"{where} ({kind})", event, {**_ALWAYS, **fields})
    kept = {name: event.get(name, field.default) for name, field in fields.items()}
    whole = {"event": kind, "timestamp": event.get("timestamp"), **kept}
    metadata = event.get("metadata")
    return {**whole, "metadata": metadata} if metadata else whole


def _today(event: JsonObject) -> JsonObject:
    """An event under the name it has today: two had others in Rasa 2."""
    if event["event"] == "form":
        return {**event, "event": "active_loop"}
    if event["event"] == "form_validation":
        return {**event, "event": "loop_interrupted", "is_interrupted": not event.get("validate")}
    return event


def _response(where: str, given: JsonObject) -> JsonObject:
    _check(where, given, _RESPONSE)
    return given


def _check(where: str, given: JsonObject, fields: Mapping[str, _Field]) -> None:
    for name, field in fields.items():
        if name not in given:
            if field.required:
                raise ValueError(f"{where} has no `{name}`; it must be {field.what}")
        elif not field.fits(given[name]):
            raise ValueError(f"`{name}` of {where} is {_kind(given[name])}; it must be {field.what}")


def _kind(value: object) -> str:
    """A value by its kind alone: what it holds may be a customer's."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text" if value else "an empty text"
        case list():
            return "a list"
        case dict():
            return "an object"
    return f"a {type(value).__name__}"
