"""The customers' JSON: our own chat API, Rasa's REST wire, and the live stream of a conversation."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, request

from bot.channels import Channel, Wire
from bot.chat import Chat, Standing
from bot.conversation import ConversationId, Message
from bot.errors import BadRequestError, NoConversationError, NotJsonError
from bot.store import topic
from config.database import Doorbell

MAX_ID = 100


def api(chat: Chat, web: Channel) -> Blueprint:
    """`/chat/api`: what the chat page itself uses.

    `POST /chat/api/conversations {language?, page?}` → 201 `{conversation_id, token}`
    `POST …/ID/messages {client_id, text, payload?}` → 202 `{number}`, once stored
    `GET …/ID/messages?after=N` → `{messages, state}`
    `POST …/ID/language {language}` → 204
    All but the first want `Authorization: Bearer TOKEN`.
    """
    blueprint = Blueprint("chat_api", __name__, url_prefix="/chat/api")

    @blueprint.post("/conversations")
    def begin() -> tuple[Response, int]:
        body = _body()
        begun = chat.begin(
            language=_text(body, "language", 20, needed=False), page=_text(body, "page", 2_000, needed=False)
        )
        return jsonify(conversation_id=begun.conversation, token=begun.token), 201

    @blueprint.post("/conversations/<conversation>/messages")
    def receive(conversation: str) -> tuple[Response, int]:
        known = chat.opened_by(conversation, _bearer(request.headers.get("Authorization")))
        body = _body()
        client_id = _text(body, "client_id", MAX_ID)
        text, payload = _text(body, "text", None), _text(body, "payload", 2_000, needed=False)
        message = chat.receive(known.id, client_id, text or "", payload)
        return jsonify(number=message.number), 202

    @blueprint.get("/conversations/<conversation>/messages")
    def messages(conversation: str) -> Response:
        known = chat.opened_by(conversation, _bearer(request.headers.get("Authorization")))
        after = _after(request.args)
        # The state first: whoever reads that the bot is done has its last word too.
        state = _state(chat.standing(known.id))
        said = chat.messages(known.id, after)
        return jsonify(
            messages=[wire for message in said for wire in web.render(message, known.id)], state=state
        )

    @blueprint.post("/conversations/<conversation>/language")
    def language(conversation: str) -> tuple[str, int]:
        known = chat.opened_by(conversation, _bearer(request.headers.get("Authorization")))
        chat.speak(known.id, _text(_body(), "language", 20) or "")
        return "", 204

    return blueprint


def rasa_rest(chat: Chat, channel: Channel) -> Blueprint:
    """Rasa's REST channel: `POST /webhooks/rest/webhook {sender, message, metadata?}` → a list of messages.

    The body is read as JSON whatever its Content-Type, as Rasa does: its own widget posts text/plain.
    """
    blueprint = Blueprint("rasa_rest", __name__, url_prefix="/webhooks/rest")

    @blueprint.get("/")
    def health() -> Response:
        return jsonify(status="ok")

    @blueprint.post("/webhook")
    def webhook() -> Response:
        body = _object('{"sender": "u1", "message": "hi"}')
        sender = _text(body, "sender", 300, needed=False) or "default"
        message = _text(body, "message", None, needed=False)
        if message is None:
            return jsonify([])
        metadata = body.get("metadata")
        asked = metadata.get("language") if isinstance(metadata, dict) else None
        said = chat.ask(channel.name, sender, message, language=asked if isinstance(asked, str) else None)
        return jsonify([wire for each in said for wire in channel.render(each, sender)])

    return blueprint


@dataclass(frozen=True, slots=True)
class ChatStream:
    """`GET /chat/api/conversations/ID/events?after=N`: messages past a cursor, and where things stand."""

    chat: Chat
    web: Channel
    doorbell: Doorbell
    pattern: re.Pattern[str] = re.compile(r"/chat/api/conversations/(?P<id>[^/]+)/events")

    def open(self, match: re.Match[str], headers: Mapping[str, str], query: Mapping[str, str]) -> ChatFeed:
        """The feed of one conversation, for its customer alone; NoConversationError for anybody else."""
        known = self.chat.opened_by(match["id"], _bearer(headers.get("authorization")))
        return ChatFeed(self.chat, self.web, self.doorbell, known.id, _after(query))


class ChatFeed:
    """One reader's place in one conversation. It always reads the store again: a ring only says when."""

    def __init__(
        self, chat: Chat, web: Channel, doorbell: Doorbell, conversation: ConversationId, after: int
    ) -> None:
        self._chat, self._web, self._conversation, self._after = chat, web, conversation, after
        self._state: Wire | None = None
        self.doorbell = doorbell
        # The queue moves by other customers' cases, which ring this one's bell by the topic `queue`.
        self.topics: tuple[str, ...] = (topic(conversation), "queue")

    def read(self) -> Sequence[tuple[str, int | None, str]]:
        """What is new since the last call, as (event, id, one line of JSON)."""
        fresh: list[tuple[str, int | None, str]] = []
        for message in self._chat.messages(self._conversation, self._after):
            fresh += [("message", message.number, _line(wire)) for wire in self._shown(message)]
            self._after = message.number
        state = _state(self._chat.standing(self._conversation))
        if state != self._state:
            self._state = state
            fresh.append(("state", None, _line(state)))
        return fresh

    def alive(self) -> bool:
        """True as long as the conversation is there."""
        try:
            self._chat.standing(self._conversation)
        except NoConversationError:
            return False
        return True

    def _shown(self, message: Message) -> tuple[Wire, ...]:
        return self._web.render(message, self._conversation)


def _state(standing: Standing) -> Wire:
    place = standing.place
    wait = None if place is None else place.wait
    return {
        "holder": standing.holder.value,
        "agent": None if standing.agent is None else {"name": standing.agent},
        "place": None
        if place is None
        else {
            "position": place.position,
            "wait": None if wait is None else [round(end.total_seconds()) for end in wait],
        },
        "typing": standing.typing,
        "language": standing.language,
    }


def _line(wire: Wire) -> str:
    return json.dumps(wire, ensure_ascii=False, separators=(",", ":"))


def _bearer(authorization: str | None) -> str:
    kind, _, token = (authorization or "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise NoConversationError
    return token.strip()


def _after(query: Mapping[str, str]) -> int:
    given = query.get("after", "0")
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        raise BadRequestError(f"after={given[:40]!r}: must be the number of the last message you have")
    return int(given)


def _body() -> dict[str, object]:
    if request.mimetype != "application/json":
        raise NotJsonError(request.mimetype)
    return _object('{"client_id": "a1", "text": "hi"}')


def _object(such_as: str) -> dict[str, object]:
    """The body as a JSON object, whatever its Content-Type. such_as: a right one, for the error."""
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError) as error:
        raise BadRequestError(f"the body is not JSON ({error}); send an object such as {such_as}") from None
    if not isinstance(body, dict):
        raise BadRequestError(f"the body must be a JSON object such as {such_as}")
    return body


def _text(body: dict[str, object], key: str, limit: int | None, *, needed: bool = True) -> str | None:
    """A text of the body. limit: None for a message, which is cleaned and measured where it is taken in."""
    value = body.get(key)
    if value is None and not needed:
        return None
    if not isinstance(value, str):
        raise BadRequestError(f"{key!r} must be text")
    if limit is None:
        return value
    if not 0 < len(value) <= limit:
        raise BadRequestError(f"{key!r} must have 1 to {limit:,} characters")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
        raise BadRequestError(f"{key!r} must have no control characters and no half surrogate pairs")
    return value
