"""What the desk hides, shown to those allowed, as JSON.

POST /desk/api/cases/N/reveal   {fact, message} → {text}    the audit keeps who looked
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify

from handoff.casefile.revealing import Revealing
from handoff.errors import ShapeError
from handoff.verbs.agent import Agent
from handoff.web.api import ref_of
from handoff.web.bodies import body, text


def reveal_api(revealing: Revealing, agent: Callable[[], Agent]) -> Blueprint:
    """The blueprint; `agent` is who is signed in."""
    api = Blueprint("reveal_api", __name__, url_prefix="/desk/api/cases")

    @api.post("/<ref>/reveal")
    def reveal(ref: str) -> Response:
        message = body().get("message")
        if isinstance(message, bool) or not isinstance(message, int):
            raise ShapeError("message", "a message's number is expected")
        return jsonify(text=revealing.reveal(ref_of(ref), agent(), text("fact"), message))

    return api
