"""A customer's transcript by e-mail: `POST /chat/api/conversations/ID/transcript {email?}` → 202 `{to}`.

Of a conversation that a person was asked into; what was said with the bot alone is downloaded in the chat.
Wants `Authorization: Bearer TOKEN`, as the chat's other routes do.
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from bot.chat import Chat
from bot.web.asking import opened, posted
from bot.web.bodies import text_of
from handoff.mail.mailing import Mailing


def transcript_api(chat: Chat, mailing: Mailing) -> Blueprint:
    blueprint = Blueprint("transcript_api", __name__, url_prefix="/chat/api")

    @blueprint.post("/conversations/<conversation>/transcript")
    def transcript(conversation: str) -> tuple[Response, int]:
        known = opened(chat, conversation)
        body = posted('{"email": "me@example.com"}')
        to = text_of(body, "email", 254, needed=False) or ""
        return jsonify(to=mailing.transcript_of(known.id, to)), 202

    return blueprint
