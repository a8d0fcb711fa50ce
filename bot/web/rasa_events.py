"""Events as strangers post them: checked against Rasa's schema, and how much of them a reader is shown.

Source: Rasa Open Source 3.6, `rasa.shared.utils.schemas.events` and `EventVerbosity`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.acting.results import is_date
from bot.dialogue.documents import JsonValue
from bot.tracker import Json, Tracker, stamped
from bot.web.rasa_errors import RasaApiError

VERBOSITIES = ("NONE", "APPLIED", "AFTER_RESTART", "ALL")

_TEXT, _TEXT_OR_NULL = (str,), (str, type(None))
_OBJECT_OR_NULL, _LIST_OR_NULL = (dict, type(None)), (list, type(None))
_FLAG, _NUMBER_OR_NULL = (bool,), (int, float, type(None))
_COMMON = {"timestamp": _NUMBER_OR_NULL, "metadata": _OBJECT_OR_NULL}

Kinds = tuple[type, ...]

# event -> fields it must have, and fields that must be of a kind where it has them.
_SCHEMA: Mapping[str, tuple[Mapping[str, Kinds], Mapping[str, Kinds]]] = {
    "user": (
        {"text": _TEXT_OR_NULL},
        {"parse_data": _OBJECT_OR_NULL, "input_channel": _TEXT_OR_NULL, "message_id": _TEXT_OR_NULL},
    ),
    "bot": ({"text": _TEXT_OR_NULL}, {"data": _OBJECT_OR_NULL}),
    "action": (
        {"name": _TEXT_OR_NULL},
        {"policy": _TEXT_OR_NULL, "confidence": _NUMBER_OR_NULL, "action_text": _TEXT_OR_NULL},
    ),
    "slot": ({"name": _TEXT, "value": (object,)}, {}),
    "active_loop": ({"name": _TEXT_OR_NULL}, {}),
    "form": ({"name": _TEXT_OR_NULL}, {}),
    "loop_interrupted": ({"is_interrupted": _FLAG}, {}),
    "form_validation": ({"validate": _FLAG}, {}),
    "action_execution_rejected": ({"name": _TEXT}, {"policy": _TEXT_OR_NULL, "confidence": _NUMBER_OR_NULL}),
    "user_featurization": ({"use_text_for_featurization": _FLAG}, {}),
    "followup": ({"name": _TEXT}, {}),
    "reminder": ({"intent": _TEXT, "date_time": _TEXT, "name": _TEXT}, {"kill_on_user_msg": _FLAG}),
    "cancel_reminder": ({}, {"intent": _TEXT_OR_NULL, "name": _TEXT_OR_NULL}),
    "agent": ({"text": _TEXT_OR_NULL}, {"data": _OBJECT_OR_NULL}),
    "entities": ({"entities": (list,)}, {}),
    **{
        bare: ({}, {})
        for bare in (
            *("session_started", "session_ended", "restart", "rewind", "undo"),
            *("reset_slots", "pause", "resume", "export"),
        )
    },
}


def events_in(body: JsonValue, now: datetime) -> tuple[Json, ...]:
    """The events of a body, which is one or a list of them, each with a time. Raises RasaApiError (400)."""
    given = body if isinstance(body, list) else [body]
    if not given:
        raise RasaApiError("Couldn't extract proper events from the request body: send at least one.")
    return tuple(stamped(_checked(event), now) for event in given)


def _checked(event: JsonValue) -> Json:
    if not isinstance(event, dict):
        raise RasaApiError('Couldn\'t extract proper events: each must be an object, {"event": "pause"}.')
    kind = event.get("event")
    if not isinstance(kind, str) or kind not in _SCHEMA:
        raise RasaApiError(f"Couldn't extract proper events: there is no event {str(kind)[:80]!r}.")
    needed, optional = _SCHEMA[kind]
    for field in needed:
        if field not in event:
            raise RasaApiError(f"Couldn't extract proper events: a {kind!r} event needs {field!r}.")
    for field, kinds in {**_COMMON, **needed, **optional}.items():
        if field in event and not _is(event[field], kinds):
            raise RasaApiError(f"Couldn't extract proper events: {field!r} of {kind!r} is of the wrong type.")
    if kind == "reminder" and not is_date(event["date_time"]):
        raise RasaApiError("Couldn't extract proper events: 'date_time' of 'reminder' is no ISO 8601 time.")
    if not _parses(event.get("parse_data")):
        raise RasaApiError("Couldn't extract proper events: 'parse_data' is no parse result of Rasa's.")
    return dict(event) | ({"metadata": _known(event["metadata"])} if event.get("metadata") else {})


def _is(value: JsonValue, kinds: Kinds) -> bool:
    if isinstance(value, bool):  # which Python takes for a number
        return bool in kinds or object in kinds
    return isinstance(value, kinds)


def _parses(parse: JsonValue) -> bool:
    """Whether a parse result has the shapes that whoever reads it counts on."""
    if not isinstance(parse, dict):
        return True
    intent = parse.get("intent") or {}
    lists = [parse.get(key) or [] for key in ("entities", "intent_ranking")]
    return (
        isinstance(intent, dict)
        and isinstance(intent.get("name"), _TEXT_OR_NULL)
        and all(isinstance(each, list) and all(isinstance(one, dict) for one in each) for each in lists)
    )


def _known(metadata: JsonValue) -> JsonValue:
    """The metadata without what would pass for the house's own and isn't: a message's number is a number."""
    if not isinstance(metadata, dict):
        return metadata
    keeps: Mapping[str, Kinds] = {"number": (int,), "shown": _TEXT, "draft": (), "burst": ()}
    return {key: value for key, value in metadata.items() if key not in keeps or _is(value, keeps[key])}


def shown(tracker: Tracker, sender: str, verbosity: str, past: Sequence[Json] | None = None) -> Json:
    """The tracker as JSON, under the name its sender knows it by.

    verbosity: one of `VERBOSITIES`; past: its events with those of earlier sessions, where they are wanted.
    """
    events = tracker.events if past is None else past
    wanted: Sequence[Json] | None = events
    if verbosity == "NONE":
        wanted = None
    elif verbosity == "APPLIED":
        wanted = tracker.applied
    elif verbosity == "AFTER_RESTART":
        restarts = [place for place, event in enumerate(events) if event["event"] == "restart"]
        wanted = events[restarts[-1] + 1 :] if restarts else events
    return {
        **tracker.to_json(),
        "sender_id": sender,
        "events": None if wanted is None else list(wanted),
    }
