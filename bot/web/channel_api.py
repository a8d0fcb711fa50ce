"""The generic channel: an app or a site of the company's own talks to the bot in signed JSON.

    POST /channels/api/messages {customer, id, text, …} → 202 {conversation, number}
    POST /channels/api/read     {customer, after?}    → {messages, state}
    GET  /channels/api/openapi.json

Each POST is signed as handoff.bridges.signing says. What is said is posted to their own address, if they have
one; `bot.web.channel_document` is the whole of it as an OpenAPI document.
"""

from __future__ import annotations

import base64
import binascii
import math
import threading
from collections.abc import Mapping

from flask import Blueprint, Response, jsonify

from bot.channels.api import ApiChannel
from bot.channels.hearing import named
from bot.chat import Chat
from bot.conversation import ConversationId
from bot.dialogue.documents import JsonValue
from bot.errors import BadRequestError, NoConversationError
from bot.files import MOST_FILES, Files
from bot.shell.errors import TooManyRequestsError
from bot.shell.limits import Rule
from bot.web.bodies import json_object, text_of
from bot.web.channel_document import document
from bot.web.channels_api import raw_request
from bot.web.state import state_of
from config.clock import Clock
from handoff.file import FileRef

MAX_ID = 100
MAX_PAYLOAD = 2_000
MAX_NAME = 200


class ChannelApi:
    """The two verbs, for requests that are the company's."""

    def __init__(self, chat: Chat, files: Files, channel: ApiChannel, most: Rule, clock: Clock) -> None:
        """most: how many messages one customer may send in a while."""
        self._chat, self._files, self._channel = chat, files, channel
        self._most, self._clock, self._guard = most, clock, threading.Lock()

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("channel_api", __name__, url_prefix="/channels/api")
        blueprint.post("/messages")(self._say)
        blueprint.post("/read")(self._read)
        blueprint.get("/openapi.json")(lambda: jsonify(document()))
        return blueprint

    def _say(self) -> tuple[Response, int]:
        """Store what a customer says; the same `id` again is the same message."""
        body = self._signed('{"customer": "u-42", "id": "a1", "text": "hi"}')
        customer, id_ = text_of(body, "customer", MAX_ID) or "", text_of(body, "id", MAX_ID) or ""
        language = text_of(body, "language", 20, needed=False)
        self._charge(customer)
        known = self._chat.at(self._channel.name, customer, language=language)
        there = self._chat.messages(known.id, max(0, known.last - MAX_ID))
        # Files are kept anew with each try, and would make another message of the same one.
        said = next((each for each in there if each.client_id == id_), None)
        files = said.files if said is not None else self._kept(known.id, body.get("files"))
        heard = self._chat.hear(
            self._channel.name,
            customer,
            text_of(body, "text", None, needed=not files) or "",
            client_id=id_,
            payload=text_of(body, "payload", MAX_PAYLOAD, needed=False),
            files=files,
            data=named(text_of(body, "name", MAX_NAME, needed=False)),
        )
        self._chat.answer_soon(heard, whole=heard.message.payload is not None)
        return jsonify(conversation=heard.conversation.id, number=heard.message.number), 202

    def _read(self) -> Response:
        """What was said after a message, by whomever, and where things stand."""
        body = self._signed('{"customer": "u-42", "after": 0}')
        known = self._chat.find(self._channel.name, text_of(body, "customer", MAX_ID) or "")
        if known is None:
            raise NoConversationError
        # The state first: whoever reads that the bot is done has its last word too.
        state = state_of(self._chat.standing(known.id))
        said = self._chat.messages(known.id, _after(body))
        return jsonify(messages=[self._channel.shown(each) for each in said], state=state)

    def _signed(self, such_as: str) -> dict[str, JsonValue]:
        """The body of a request that is theirs; raises BadSignatureError and BadRequestError."""
        asked = raw_request("")
        self._channel.verify(asked, self._clock.now())
        return json_object(asked.body, such_as)

    def _charge(self, customer: str) -> None:
        """Count a message; raises TooManyRequestsError."""
        with self._guard:
            now = self._clock.monotonic()
            wait = self._most.counts.wait(customer, now)
            if wait > 0:
                raise TooManyRequestsError(self._most.what, math.ceil(wait))
            self._most.counts.spend(customer, now)

    def _kept(self, conversation: ConversationId, given: JsonValue) -> tuple[FileRef, ...]:
        """The files that came along; raises what `Files.keep` does, and BadRequestError."""
        if given is None:
            return ()
        if not isinstance(given, list) or len(given) > MOST_FILES:
            raise BadRequestError(f"'files' must be a list of at most {MOST_FILES} files")
        read = [_file(each) for each in given]
        return tuple(self._files.keep(conversation, name, content) for name, content in read)


def _file(given: JsonValue) -> tuple[str, bytes]:
    if not isinstance(given, Mapping):
        raise BadRequestError('a file must be an object such as {"name": "a.pdf", "content": "…base64…"}')
    content = given.get("content")
    try:
        decoded = base64.b64decode(content if isinstance(content, str) else "", validate=True)
    except (binascii.Error, ValueError):
        raise BadRequestError("a file's 'content' must be base64") from None
    return text_of(given, "name", MAX_NAME) or "", decoded


def _after(body: Mapping[str, JsonValue]) -> int:
    after = body.get("after", 0)
    if isinstance(after, bool) or not isinstance(after, int) or not 0 <= after < 10**9:
        raise BadRequestError("'after' must be the number of the last message you have")
    return after
