"""The customers' JSON: our own chat API and the live stream of a conversation."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, request

from bot.channels import Channel, Wire
from bot.chat import Chat, Standing
from bot.conversation import ConversationId, Holder, Message
from bot.dialogue.documents import JsonValue
from bot.errors import BadRequestError, NoConversationError, NotJsonError
from bot.present import Present
from bot.store import topic
from bot.web.bodies import json_object, text_of
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
            language=text_of(body, "language", 20, needed=False),
            page=text_of(body, "page", 2_000, needed=False),
        )
        return jsonify(conversation_id=begun.conversation, token=begun.token), 201

    @blueprint.post("/conversations/<conversation>/messages")
    def receive(conversation: str) -> tuple[Response, int]:
        known = chat.opened_by(conversation, bearer(request.headers.get("Authorization")))
        body = _body()
        client_id = text_of(body, "client_id", MAX_ID)
        text, payload = text_of(body, "text", None), text_of(body, "payload", 2_000, needed=False)
        message = chat.receive(known.id, client_id, text or "", payload)
        return jsonify(number=message.number), 202

    @blueprint.get("/conversations/<conversation>/messages")
    def messages(conversation: str) -> Response:
        known = chat.opened_by(conversation, bearer(request.headers.get("Authorization")))
        after = _after(request.args)
        # The state first: whoever reads that the bot is done has its last word too.
        state = _state(chat.standing(known.id))
        said = chat.messages(known.id, after)
        return jsonify(
            messages=[wire for message in said for wire in web.render(message, known.id)], state=state
        )

    @blueprint.post("/conversations/<conversation>/language")
    def language(conversation: str) -> tuple[str, int]:
        known = chat.opened_by(conversation, bearer(request.headers.get("Authorization")))
        chat.speak(known.id, text_of(_body(), "language", 20) or "")
        return "", 204

    return blueprint


@dataclass(frozen=True, slots=True)
class ChatStream:
    """`GET /chat/api/conversations/ID/events?after=N`: messages past a cursor, and where things stand."""

    chat: Chat
    web: Channel
    doorbell: Doorbell
    present: Present
    pattern: re.Pattern[str] = re.compile(r"/chat/api/conversations/(?P<id>[^/]+)/events")

    def open(self, match: re.Match[str], headers: Mapping[str, str], query: Mapping[str, str]) -> ChatFeed:
        """The feed of one conversation, for its customer alone; NoConversationError for anybody else."""
        known = self.chat.opened_by(match["id"], bearer(headers.get("authorization")))
        return ChatFeed(self.chat, self.web, self.doorbell, self.present, known.id, _after(query))


class ChatFeed:
    """One reader's place in one conversation. It always reads the store again: a ring only says when."""

    def __init__(
        self,
        chat: Chat,
        web: Channel,
        doorbell: Doorbell,
        present: Present,
        conversation: ConversationId,
        after: int,
    ) -> None:
        self._present = present
        present.note(conversation)
        self._chat, self._web, self._conversation, self._after = chat, web, conversation, after
        self._state: Wire | None = None
        self._heard: dict[str, int] = {}
        self.doorbell = doorbell
        # The queue moves by other customers' cases, which ring this one's bell by the topic `queue`.
        self.topics: tuple[str, ...] = (topic(conversation), "queue")

    def read(self) -> Sequence[tuple[str, int | None, str]]:
        """What is new since the last call, as (event, id, one line of JSON)."""
        own, queue = (self._rung(each) for each in self.topics)
        if queue and not own and self._state is not None and self._state["holder"] != Holder.QUEUE.value:
            return ()  # nobody who has no place in the queue is moved by it
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
        """True as long as the conversation is there; being asked, the reader is."""
        self._present.note(self._conversation)
        return self._chat.there(self._conversation)

    def _rung(self, topic: str) -> bool:
        """Whether the topic was rung since this was last asked."""
        count = self.doorbell.count(topic)
        was, self._heard[topic] = self._heard.get(topic), count
        return count != was

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


def bearer(authorization: str | None) -> str:
    kind, _, token = (authorization or "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise NoConversationError
    return token.strip()


def _after(query: Mapping[str, str]) -> int:
    given = query.get("after", "0")
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        raise BadRequestError(f"after={given[:40]!r}: must be the number of the last message you have")
    return int(given)


def _body() -> dict[str, JsonValue]:
    if request.mimetype != "application/json":
        raise NotJsonError(request.mimetype)
    return json_object(request.get_data(), '{"client_id": "a1", "text": "hi"}')
