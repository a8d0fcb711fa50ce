"""How a conversation is ended and rated by its customer."""

from __future__ import annotations

from flask import Blueprint

from bot.chat import Chat
from bot.conversation import Helper
from bot.drafting import printable, seen
from bot.ending import Ending
from bot.errors import BadRequestError
from bot.ratings import SCORES
from bot.web.asking import opened, posted
from bot.web.bodies import text_of

LONGEST_COMMENT = 2_000
_HELPERS: dict[str, Helper] = {"bot": "bot", "agent": "agent"}


def ending_api(chat: Chat, ending: Ending) -> Blueprint:
    """Below `/chat/api/conversations/ID`, with `Authorization: Bearer TOKEN`:

    `POST …/end` → 204, also where it has ended before
    `POST …/rating {of: "bot" | "agent", score: 1..5, comment?}` → 204; 409 the second time, and for whom
    `state.ended.rate` does not name
    """
    blueprint = Blueprint("ending_api", __name__, url_prefix="/chat/api/conversations/<conversation>")

    @blueprint.post("/end")
    def end(conversation: str) -> tuple[str, int]:
        ending.end(opened(chat, conversation).id)
        return "", 204

    @blueprint.post("/rating")
    def rate(conversation: str) -> tuple[str, int]:
        known, body = opened(chat, conversation).id, posted('{"of": "agent", "score": 5}')
        helper, score = _HELPERS.get(str(body.get("of"))), body.get("score")
        if helper is None:
            raise BadRequestError('\'of\' must be "bot" or "agent"')
        if isinstance(score, bool) or not isinstance(score, int) or score not in SCORES:
            raise BadRequestError(f"'score' must be a whole number from {SCORES[0]} to {SCORES[-1]}")
        comment = printable(text_of(body, "comment", None, needed=False) or "").strip()
        if len(comment) > LONGEST_COMMENT:
            raise BadRequestError(f"'comment' must have at most {LONGEST_COMMENT:,} characters")
        ending.rate(known, helper, score, comment if seen(comment) else None)
        return "", 204

    return blueprint
