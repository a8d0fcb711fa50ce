"""What customers may ask about their own data.

POST /chat/api/conversations/ID/consent {version}       they agreed to the notice of that version → 204
GET  /chat/api/conversations/ID/mine                    all that is kept of them → JSON, as a download
POST /chat/api/conversations/ID/forget {confirm: true}  delete it → 202; 410 from then on
The last two are for customers whom their company vouches for; 403 for all others. All want
`Authorization: Bearer TOKEN`, as the chat's other routes do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from flask import Blueprint, Response, jsonify

from bot.chat import Chat
from bot.errors import BadRequestError
from bot.privacy.notice import Notices
from bot.privacy.privacy import Privacy
from bot.web.asking import opened, posted
from bot.web.bodies import text_of

_VERSION_CHARACTERS = 16


def privacy_api(chat: Chat, privacy: Privacy) -> Blueprint:
    blueprint = Blueprint("privacy_api", __name__, url_prefix="/chat/api")

    @blueprint.post("/conversations/<conversation>/consent")
    def agree(conversation: str) -> tuple[str, int]:
        known = opened(chat, conversation)
        version = text_of(posted('{"version": "2f0c9a417b3d"}'), "version", _VERSION_CHARACTERS)
        privacy.consents.agree(known.id, version or "")
        return "", 204

    @blueprint.get("/conversations/<conversation>/mine")
    def mine(conversation: str) -> Response:
        told = json.dumps(privacy.mine(opened(chat, conversation)), ensure_ascii=False, indent=2)
        answer = Response(f"{told}\n", content_type="application/json; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @blueprint.post("/conversations/<conversation>/forget")
    def forget(conversation: str) -> tuple[Response, int]:
        known = opened(chat, conversation)
        if posted('{"confirm": true}').get("confirm") is not True:
            raise BadRequestError('deleting can\'t be undone; say so with {"confirm": true}')
        privacy.forget_me(known)
        return jsonify(forgotten=True), 202

    return blueprint


def notice_wire(notices: Notices, language: str, _: Callable[[str], str]) -> Mapping[str, object] | None:
    """What the page shows before the first message; None where there is nothing to be told.

    `ask`: nothing is taken before the customer has agreed. _: the language's words.
    """
    notice = notices.of(language)
    if notice is None:
        return None
    link = {"title": _("Our privacy policy"), "url": notice.url} if notice.url else None
    return {"version": notice.version, "text": notice.text, "link": link, "ask": notices.asks}
