"""That a customer is writing, for the helpdesk whose people wait for it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint

from bot.chat import Chat
from bot.conversation import ConversationId
from bot.errors import BadRequestError
from bot.web.asking import opened, posted


def typing_api(chat: Chat, tell: Callable[[ConversationId, bool], None]) -> Blueprint:
    """Below `/chat/api/conversations/ID`, with `Authorization: Bearer TOKEN`:

    `POST …/typing {typing: true | false}` → 204; again every few seconds while they write

    tell: shows it to whoever has the case; at once or not at all.
    """
    blueprint = Blueprint("typing_api", __name__, url_prefix="/chat/api/conversations/<conversation>")

    @blueprint.post("/typing")
    def typing(conversation: str) -> tuple[str, int]:
        known, writes = opened(chat, conversation).id, posted('{"typing": true}').get("typing")
        if not isinstance(writes, bool):
            raise BadRequestError("'typing' must be true or false")
        tell(known, writes)
        return "", 204

    return blueprint
