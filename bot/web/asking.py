"""Who asks for a conversation, and from which message on."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

from bot.chat import Chat
from bot.conversation import Conversation
from bot.dialogue.documents import JsonValue
from bot.errors import BadRequestError, NoConversationError, NotJsonError
from bot.web.bodies import json_object


def bearer(authorization: str | None) -> str:
    """The token of an Authorization header; NoConversationError without one."""
    kind, _, token = (authorization or "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise NoConversationError
    return token.strip()


def opened(chat: Chat, conversation: str) -> Conversation:
    """The conversation of the request at hand, for whom its token opens it; raises NoConversationError."""
    return chat.opened_by(conversation, bearer(request.headers.get("Authorization")))


def cursor(query: Mapping[str, str]) -> int:
    """The `after` of a query: the number of the last message that the reader has, 0 for none."""
    given = query.get("after", "0")
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        raise BadRequestError(f"after={given[:40]!r}: must be the number of the last message you have")
    return int(given)


def posted(such_as: str) -> dict[str, JsonValue]:
    """The body of the request at hand, a JSON object. such_as: a right one, for the error.

    Raises NotJsonError and BadRequestError.
    """
    if request.mimetype != "application/json":
        raise NotJsonError(request.mimetype)
    return json_object(request.get_data(), such_as)
