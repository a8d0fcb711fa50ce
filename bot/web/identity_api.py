"""How a conversation begins, whose it is and about what, as the company's site says.

    POST /chat/api/conversations {language?, page?, identity?, context?, again?}
         → 201 {conversation_id, token}
         identity: {token} or {id, hash, name?, email?}. Whom it proves gets their latest conversation back,
         unless `again` asks for a new one; what proves nobody is refused with 401, and nothing begins.
    POST …/ID/identity {token} | {id, hash, name?, email?} → {verified: true, name}
         409 where the conversation is another customer's already
    POST …/ID/context {page?, product?, order?} → 204, in the place of what was said before
    POST …/ID/sign_out → 204; the token that asks for it opens nothing any more

All but the first want `Authorization: Bearer TOKEN`.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify, request

from bot.chat import Chat
from bot.dialogue.documents import JsonValue
from bot.errors import BadRequestError
from bot.visitors import Visitors
from bot.vouching import (
    LONGEST_EMAIL,
    LONGEST_ID,
    LONGEST_NAME,
    LONGEST_TOKEN,
    Claim,
    HashedId,
    SignedToken,
)
from bot.web.asking import bearer, opened, posted
from bot.web.bodies import text_of
from bot.web.pages import host_address
from handoff.escalation import Site

_PAGE, _PRODUCT, _ORDER, _HASH = 2_000, 200, 100, 64  # characters


def identity_api(chat: Chat, visitors: Visitors) -> Blueprint:
    blueprint = Blueprint("identity_api", __name__, url_prefix="/chat/api")

    @blueprint.post("/conversations")
    def begin() -> tuple[Response, int]:
        body = posted('{"language": "en"}')
        identity, context = _object(body, "identity"), _object(body, "context")
        begun = visitors.begin(
            claim=None if identity is None else _claim(identity),
            site=None if context is None else _site(context),
            again=body.get("again") is True,
            language=text_of(body, "language", 20, needed=False),
            page=text_of(body, "page", _PAGE, needed=False),
        )
        return jsonify(conversation_id=begun.conversation, token=begun.token), 201

    @blueprint.post("/conversations/<conversation>/identity")
    def identify(conversation: str) -> Response:
        known = opened(chat, conversation)
        visitor = visitors.identify(known.id, _claim(posted('{"token": "eyJ…"}')))
        return jsonify(verified=True, name=visitor.name)

    @blueprint.post("/conversations/<conversation>/context")
    def look(conversation: str) -> tuple[str, int]:
        known = opened(chat, conversation)
        visitors.look(known.id, _site(posted('{"product": "Hub 3"}')))
        return "", 204

    @blueprint.post("/conversations/<conversation>/sign_out")
    def sign_out(conversation: str) -> tuple[str, int]:
        token = bearer(request.headers.get("Authorization"))
        chat.sign_out(chat.opened_by(conversation, token).id, token)
        return "", 204

    return blueprint


def _claim(body: Mapping[str, JsonValue]) -> Claim:
    """A token where there is one, else an id and its hash; raises BadRequestError."""
    if "token" in body:
        return SignedToken(text_of(body, "token", LONGEST_TOKEN) or "")
    return HashedId(
        text_of(body, "id", LONGEST_ID) or "",
        text_of(body, "hash", _HASH) or "",
        text_of(body, "name", LONGEST_NAME, needed=False),
        text_of(body, "email", LONGEST_EMAIL, needed=False),
    )


def _site(body: Mapping[str, JsonValue]) -> Site:
    """Where on the company's site somebody is; of an address its place alone, a query may hold secrets."""
    page = text_of(body, "page", _PAGE, needed=False)
    place = None if page is None else host_address(page)
    if page is not None and place is None:
        raise BadRequestError("'page' must be a web address such as 'https://shop.example/hub'")
    return Site(
        place,
        text_of(body, "product", _PRODUCT, needed=False),
        text_of(body, "order", _ORDER, needed=False),
    )


def _object(body: Mapping[str, JsonValue], key: str) -> Mapping[str, JsonValue] | None:
    value = body.get(key)
    if value is not None and not isinstance(value, dict):
        raise BadRequestError(f"{key!r} must be an object")
    return value
