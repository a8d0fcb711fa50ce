"""Rasa's REST and callback channels: what a program written for Rasa posts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, request

from bot.channels import Channel
from bot.chat import Chat, Heard
from bot.dialogue.documents import JsonValue
from bot.web.bodies import json_object, text_of

MAX_ID = 100
MAX_SENDER = 300


@dataclass(frozen=True, slots=True)
class Posted:
    """What a client posted, read. `message` None where it posted none."""

    sender: str
    message: str | None
    client_id: str | None
    language: str | None
    data: Mapping[str, JsonValue]


def read(body: bytes, *, channel: str, output: str | None = None) -> Posted:
    """`{"sender", "message", "metadata", "input_channel"}`, as JSON whatever its Content-Type is.

    Rasa does the same: its own widget posts text/plain. channel: the name that the user event will carry,
    unless the body gives another; output: that of responses, where it is not the channel's own. In the
    metadata, `client_id` names the message and `language` the customer's language. Raises BadRequestError.
    """
    given = json_object(body, '{"sender": "u1", "message": "hi"}')
    metadata = given.get("metadata")
    told = metadata if isinstance(metadata, dict) else {}
    language = told.get("language")
    data: dict[str, JsonValue] = {
        "input_channel": text_of(given, "input_channel", MAX_ID, needed=False) or channel
    }
    if told:
        data["metadata"] = told
    if output is not None:
        data["output_channel"] = output
    return Posted(
        sender=text_of(given, "sender", MAX_SENDER, needed=False) or "default",
        message=text_of(given, "message", None, needed=False),
        client_id=text_of(told, "client_id", MAX_ID, needed=False),
        language=language if isinstance(language, str) else None,
        data=data,
    )


def heard(chat: Chat, channel: Channel, posted: Posted) -> Heard | None:
    """Store what was posted; None where there is no message in it."""
    if posted.message is None:
        return None
    return chat.hear(
        channel.name,
        posted.sender,
        posted.message,
        client_id=posted.client_id,
        language=posted.language,
        data=posted.data,
    )


def rasa_rest(chat: Chat, channel: Channel) -> Blueprint:
    """`POST /webhooks/rest/webhook` → a list of messages, `GET /webhooks/rest/` → that it is there."""
    blueprint = Blueprint("rasa_rest", __name__, url_prefix="/webhooks/rest")
    blueprint.get("/")(_health)

    @blueprint.post("/webhook")
    def webhook() -> Response:
        posted = read(request.get_data(), channel="rest")
        asked = heard(chat, channel, posted)
        said = chat.answer(asked) if asked is not None else ()
        return jsonify([wire for each in said for wire in channel.render(each, posted.sender)])

    return blueprint


def rasa_callback(chat: Chat, channel: Channel) -> Blueprint:
    """`POST /webhooks/callback/webhook` → `success`; the messages are posted to the client's own address."""
    blueprint = Blueprint("rasa_callback", __name__, url_prefix="/webhooks/callback")
    blueprint.get("/")(_health)

    @blueprint.post("/webhook")
    def webhook() -> Response:
        asked = heard(chat, channel, read(request.get_data(), channel="callback"))
        if asked is not None:
            chat.answer_soon(asked)
        return Response("success", content_type="text/plain; charset=utf-8")

    return blueprint


def _health() -> Response:
    return jsonify(status="ok")
