"""The customers' JSON: our own chat API."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from bot.channels import Channel
from bot.chat import Chat
from bot.files import Files
from bot.web.asking import cursor, opened, posted
from bot.web.bodies import text_of, texts_of
from bot.web.state import state_of

MAX_ID = 100


def api(chat: Chat, web: Channel, files: Files) -> Blueprint:
    """`/chat/api`: what the chat page itself uses.

    `POST …/ID/messages {client_id, text, payload?, files?: [id]}` → 202 `{number}`, once stored
    `GET …/ID/messages?after=N` → `{messages, state}`
    `POST …/ID/language {language}` → 204
    All want `Authorization: Bearer TOKEN`, which bot.web.identity_api gives with a conversation that begins.
    """
    blueprint = Blueprint("chat_api", __name__, url_prefix="/chat/api")

    @blueprint.post("/conversations/<conversation>/messages")
    def receive(conversation: str) -> tuple[Response, int]:
        known = opened(chat, conversation)
        body = posted('{"client_id": "a1", "text": "hi"}')
        client_id = text_of(body, "client_id", MAX_ID)
        text, payload = text_of(body, "text", None), text_of(body, "payload", 2_000, needed=False)
        carried = files.chosen(known.id, texts_of(body, "files", MAX_ID))
        message = chat.receive(known.id, client_id, text or "", payload, carried)
        return jsonify(number=message.number), 202

    @blueprint.get("/conversations/<conversation>/messages")
    def messages(conversation: str) -> Response:
        known = opened(chat, conversation)
        after = cursor(request.args)
        # The state first: whoever reads that the bot is done has its last word too.
        state = state_of(chat.standing(known.id))
        said = chat.messages(known.id, after)
        return jsonify(
            messages=[wire for message in said for wire in web.render(message, known.id)], state=state
        )

    @blueprint.post("/conversations/<conversation>/language")
    def language(conversation: str) -> tuple[str, int]:
        known = opened(chat, conversation)
        chat.speak(known.id, text_of(posted('{"language": "en"}'), "language", 20) or "")
        return "", 204

    return blueprint
