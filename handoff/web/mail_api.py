"""Mail as JSON.

POST /desk/api/cases/N/transcript  {to?} → {to}    by e-mail; else to the case's own address
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify

from handoff.mail.mailing import Mailing
from handoff.verbs.agent import Agent, working
from handoff.web.api import ref_of
from handoff.web.bodies import text


def mail_api(mailing: Mailing, agent: Callable[[], Agent]) -> Blueprint:
    """The blueprint; `agent` is who is signed in."""
    api = Blueprint("mail_api", __name__, url_prefix="/desk/api")

    @api.post("/cases/<ref>/transcript")
    def transcript(ref: str) -> tuple[Response, int]:
        to = mailing.transcript(ref_of(ref), working(agent()).email, text("to", ""))
        return jsonify(to=to), 202

    return api
