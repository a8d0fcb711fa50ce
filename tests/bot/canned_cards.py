"""A canned chat whose customer waits, rates and asks for their data; what the page posts is kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from tests.bot.canned_chat import CannedChat

WAITS: dict[str, object] = {
    "holder": "queue",
    "place": {"position": 2, "wait": [60, 240]},
    "outlook": {"open": True, "opens_at": None, "promised_by": "2099-01-04T14:00:00Z", "late": False},
    "case": {"number": 1004, "version": 1},
}
"""The state of somebody who stands second in line, while people are at work."""

AWAY = {
    "open": False,
    "opens_at": "2099-01-05T08:00:00Z",
    "promised_by": "2099-01-05T12:00:00Z",
    "late": False,
}
LATE = {"open": True, "opens_at": None, "promised_by": "2020-01-04T14:00:00Z", "late": True}


def a_case() -> dict[str, object]:
    """What a customer may see of their own case."""
    told = {"message": 2, "corrected": False, "masked": False}
    order = told | {"name": "order", "label": "Order number", "value": "NT-10427"}
    card = told | {"name": "card", "label": "Card", "value": "•••• 4242", "masked": True}
    return {
        "number": 1004,
        "reason": "You asked for a person.",
        "ask": "My <b>order</b> came without the power supply.",
        "facts": [order, order | {"value": "NT-10500", "message": 4}, card],
        "tried": [{"title": "Reset your hub", "reaction": "rejected"}],
    }


@dataclass
class CannedCards(CannedChat):
    """`posts` is every (verb, body) that was taken; `refuses` maps a verb to the status it gets instead."""

    case: dict[str, object] = field(default_factory=a_case)
    contact: dict[str, object] = field(default_factory=dict)
    posts: list[tuple[str, object]] = field(default_factory=list)
    refuses: dict[str, int] = field(default_factory=dict)

    def app(self) -> Flask:
        app = super().app()
        one = "/chat/api/conversations/<conversation>"

        @app.get(f"{one}/case")
        def case(conversation: str) -> ResponseReturnValue:
            return jsonify(
                case=self.case, contact={"name": None, "email": None, "phone": None} | self.contact
            )

        @app.get(f"{one}/mine")
        def mine(conversation: str) -> ResponseReturnValue:
            talk = {"started_at": "2026-11-02T09:00:00+00:00", "messages": self.messages}
            return jsonify(identity=[{"name": "Maya Lind"}], conversations=[talk])

        @app.post(f"{one}/<path:verb>")
        def take(conversation: str, verb: str) -> ResponseReturnValue:
            if verb in self.refuses:
                return "", self.refuses[verb]
            body = request.get_json()
            self.posts.append((verb, body))
            if verb == "consent":
                self.stands(consented=True)
            return (jsonify(to=body["email"]), 202) if verb == "transcript" else ("", 204)

        return app
