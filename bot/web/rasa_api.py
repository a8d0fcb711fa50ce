"""Rasa's HTTP API: a conversation's tracker for helpdesks, widgets and tests that were written for Rasa.

Source of the calls and bodies: Rasa Open Source 3.6, `rasa.server`.
"""

from __future__ import annotations

import io
import math
from itertools import takewhile

from flask import Blueprint, Response, jsonify, request
from ruamel.yaml import YAML
from werkzeug.exceptions import HTTPException

from bot.channels import Wire
from bot.channels.rasa_rest import collected
from bot.dialogue.documents import JsonValue
from bot.errors import BadRequestError, BotError
from bot.tracker import Json, Tracker
from bot.web.bodies import json_object, json_value, text_of
from bot.web.rasa_access import Access
from bot.web.rasa_conversations import Conversations, Done
from bot.web.rasa_errors import (
    VERSION,
    NotAcceptableError,
    NotFoundError,
    ParsingError,
    RasaApiError,
    failure,
)
from bot.web.rasa_events import VERBOSITIES, events_in, shown
from bot.web.rasa_story import story

MAX_NAME = 200


def rasa_api(conversations: Conversations, access: Access) -> Blueprint:
    """`/version`, `/status`, `/domain`, `/model/…` and `/conversations/…`, for whoever `access` lets in."""
    blueprint = Blueprint("rasa_api", __name__)
    dialogue = conversations.dialogue

    @blueprint.before_request
    def let_in() -> None:
        if request.endpoint != "rasa_api.version":
            sender = (request.view_args or {}).get("sender")
            access.check(request.args.get("token"), request.headers.get("Authorization"), sender)

    @blueprint.errorhandler(Exception)
    def refuse(error: Exception) -> tuple[Response, int]:
        if isinstance(error, RasaApiError):
            return jsonify(failure(error.status, error.reason, str(error))), error.status
        if isinstance(error, HTTPException):
            status = error.code or 500
            return jsonify(failure(status, error.name.replace(" ", ""), error.description or "")), status
        status = getattr(error, "status", 500)
        if isinstance(error, BotError) and status == 500:
            return jsonify(failure(500, "ConversationError", f"An unexpected error occurred. {error}")), 500
        if not isinstance(status, int) or status == 500:
            raise error
        reason = {400: "BadRequest", 404: "NotFound", 409: "Conflict"}.get(status, type(error).__name__)
        return jsonify(failure(status, reason, str(error))), status

    @blueprint.get("/version")
    def version() -> Response:
        return jsonify(version=VERSION, minimum_compatible_version=VERSION)

    @blueprint.get("/status")
    def status() -> Response:
        return jsonify(
            model_file=f"{dialogue.model_id}.firstline",
            model_id=dialogue.model_id,
            num_active_training_jobs=0,
        )

    @blueprint.get("/domain")
    def domain() -> Response:
        accepts = request.headers.get("Accept", "application/json")
        if accepts.endswith("json"):
            return jsonify(dialogue.domain)
        if accepts.endswith(("yml", "yaml")):
            out = io.StringIO()
            YAML().dump(dict(dialogue.domain), out)
            return Response(out.getvalue(), content_type="application/x-yaml")
        raise NotAcceptableError

    @blueprint.post("/model/parse")
    def parse() -> Response:
        body = _object('{"text": "hi"}')
        text = body.get("text")
        if not isinstance(text, str):
            raise ParsingError("An unexpected error occurred. Error: the body has no 'text'; send a message.")
        return jsonify(dialogue.parse(text))

    @blueprint.post("/model/predict")
    def predict_for() -> Response:
        events = events_in(json_value(request.get_data(), "a list of events"), conversations.now())
        tracker = dialogue.tracker("default", events)
        return _predicted(dialogue.predict(tracker), tracker, "default")

    @blueprint.get("/conversations/<sender>/tracker")
    def tracker(sender: str) -> Response:
        until = request.args.get("until")
        moment = None if until is None else _moment(until)
        conversation, known = conversations.open(sender)
        past = conversations.history(conversation)
        if moment is not None:
            past = tuple(takewhile(lambda event: float(event.get("timestamp") or 0) <= moment, past))
            known = dialogue.tracker(conversation.id, past, conversation.language)
        return jsonify(shown(known, sender, _verbosity(), past))

    @blueprint.post("/conversations/<sender>/tracker/events")
    def append(sender: str) -> Response:
        events = events_in(json_value(request.get_data(), '{"event": "pause"}'), conversations.now())
        pushes = conversations.pushes(sender, request.args.get("output_channel"))
        says = pushes and _flag("execute_side_effects")
        return _tracker(conversations.append(sender, events, says=says), sender)

    @blueprint.put("/conversations/<sender>/tracker/events")
    def put(sender: str) -> Response:
        events = events_in(json_value(request.get_data(), "a list of events"), conversations.now())
        return _tracker(conversations.replace(sender, events), sender)

    @blueprint.get("/conversations/<sender>/story")
    def written(sender: str) -> Response:
        found = conversations.find(sender)
        if found is None:
            raise NotFoundError("Conversation ID not found.")
        return Response(story(found[1], sender), content_type="application/x-yaml")

    @blueprint.post("/conversations/<sender>/execute")
    def execute(sender: str) -> Response:
        body = _object('{"name": "utter_greet"}')
        name = body.get("name")
        if not isinstance(name, str) or not name:
            raise RasaApiError("Name of the action not provided in request body.")
        if not dialogue.knows_action(name):
            raise NotFoundError(f"The action {name[:MAX_NAME]} does not exist in the domain.")
        pushes = conversations.pushes(sender, request.args.get("output_channel"))
        return _done(conversations.execute(sender, name, says=pushes), sender, says=pushes)

    @blueprint.post("/conversations/<sender>/trigger_intent")
    def trigger(sender: str) -> Response:
        body = _object('{"name": "greet", "entities": {}}')
        name = body.get("name")
        if not isinstance(name, str) or not name:
            raise RasaApiError("Name of the intent not provided in request body.")
        if not dialogue.knows_intent(name):
            raise NotFoundError(f"The intent {name[:MAX_NAME]} does not exist in the domain.")
        pushes = conversations.pushes(sender, request.args.get("output_channel"))
        done = conversations.trigger(sender, name, _entities(body.get("entities")), says=pushes)
        return _done(done, sender, says=pushes)

    @blueprint.post("/conversations/<sender>/predict")
    def predict(sender: str) -> Response:
        _, known = conversations.open(sender)
        return _predicted(dialogue.predict(known), known, sender)

    @blueprint.post("/conversations/<sender>/messages")
    def message(sender: str) -> Response:
        body = _object('{"text": "hi", "sender": "user"}')
        text, who = text_of(body, "text", None), body.get("sender")
        if who != "user":
            raise RasaApiError(
                "Currently, only user messages can be passed to this endpoint. "
                f"Messages of sender '{str(who)[:MAX_NAME]}' cannot be handled."
            )
        given = body.get("parse_data")
        parsed = given if isinstance(given, dict) else dialogue.parse(text or "")
        event: JsonValue = {"event": "user", "text": text, "parse_data": parsed, "input_channel": "rest"}
        return _tracker(conversations.append(sender, events_in(event, conversations.now())), sender)

    return blueprint


def _object(such_as: str) -> dict[str, JsonValue]:
    return json_object(request.get_data(), such_as)


def _flag(name: str) -> bool:
    return request.args.get(name, "").lower() == "true"


def _tracker(tracker: Tracker, sender: str) -> Response:
    return jsonify(shown(tracker, sender, _verbosity()))


def _verbosity() -> str:
    asked = request.args.get("include_events", "AFTER_RESTART").upper()
    if asked not in VERBOSITIES:
        raise RasaApiError(f"include_events={asked[:40]!r}: must be one of {', '.join(VERBOSITIES)}.")
    return asked


def _done(done: Done, sender: str, *, says: bool) -> Response:
    """What was said is in the answer, unless it went to the customer."""
    told: Json = {"tracker": shown(done.tracker, sender, _verbosity())}
    if not says:
        said: list[Wire] = [wire for each in done.said for wire in collected(each, sender)]
        told["messages"] = said
    return jsonify(told)


def _predicted(prediction: Json, tracker: Tracker, sender: str) -> Response:
    return jsonify({**prediction, "tracker": shown(tracker, sender, _verbosity())})


def _moment(text: str) -> float:
    try:
        moment = float(text)
    except ValueError:
        moment = math.nan
    if not math.isfinite(moment):
        raise RasaApiError(f"until={text[:40]!r}: must be a time in seconds since 1970.")
    return moment


def _entities(given: JsonValue) -> tuple[Json, ...]:
    """Entities as `{"city": "Rome"}`, with a list for several, or as a list of Rasa's own objects."""
    if given is None:
        return ()
    if isinstance(given, dict):
        return tuple(
            {"entity": name, "value": each}
            for name, value in given.items()
            for each in (value if isinstance(value, list) else [value])
        )
    if isinstance(given, list) and all(isinstance(each, dict) and "entity" in each for each in given):
        return tuple(each for each in given if isinstance(each, dict))
    raise BadRequestError('\'entities\' must be an object such as {"city": "Rome"}, or a list of entities')
