"""What the waiting card asks and tells: the case as its customer sees it, corrections, a contact, leaving."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, jsonify

from bot.chat import Chat
from bot.errors import BadRequestError
from bot.waiting import Waiting
from bot.web.asking import opened, posted
from bot.web.bodies import text_of
from handoff.casefile.showing import ShownCase, ShownFact
from handoff.escalation import Reason

Say = Callable[[str], str]

LONGEST_VALUE = 200
LONGEST_MESSAGE = 1_000

FACTS: Mapping[str, str] = {
    "order": "Order number",
    "invoice": "Invoice number",
    "tracking": "Tracking number",
    "account": "Customer number",
    "name": "Name",
    "email": "E-mail",
    "phone": "Phone",
    "address": "Address",
    "product": "Product",
    "device": "Device",
    "version": "Version",
    "amount": "Amount",
    "date": "Date",
    "error": "Error message",
    "url": "Web page",
    "iban": "Account for payments",
    "card": "Card",
    "password": "Password",
}
"""What a fact is called; one that the customer has named themselves keeps their word."""

REASONS: Mapping[Reason, str] = {
    Reason.ASKED_FOR_PERSON: "You asked for a person.",
    Reason.NO_ANSWER: "I have no answer to your question.",
    Reason.NOT_UNDERSTOOD: "I did not understand what you need.",
    Reason.ANSWER_REJECTED: "My answers did not help you.",
    Reason.SENSITIVE_TOPIC: "Only a person answers this.",
    Reason.UPSET: "A person can help you better than I can.",
    Reason.BOT_FAILED: "Something went wrong on my side.",
    Reason.POLICY: "Only a person may do this for you.",
}
"""Why a person is needed, as it is told to whom it concerns."""

CORRECTION = "Correction: {fact} is {value}, not {old}."
NAME, EMAIL, PHONE = "My name is {name}.", "My e-mail address is {email}.", "My phone number is {phone}."
"""What a card says in its customer's name."""


def waiting_api(chat: Chat, waiting: Waiting, say: Callable[[str], Say]) -> Blueprint:
    """Below `/chat/api/conversations/ID`, with `Authorization: Bearer TOKEN`:

    `GET …/case` → `{case: null | {number, reason, ask, facts: [{name, label, value, message, corrected,
    masked}], tried: [{title, reaction}]}, contact: {name, email, phone}}`; `ask` are the customer's own
    sentences, one a line; a reaction is `helped`, `rejected`, `ignored` or `done`; what is `masked` is a
    secret and can't be corrected. `case` is null while there is none.
    `POST …/case/facts {name, value, message?}` → 204; `message` tells apart several facts of one name
    `POST …/contact {name?, email?, phone?, message?}` → 204
    `POST …/leave_queue` → 204; 409 where a person has come meanwhile

    say: a language's words.
    """
    blueprint = Blueprint("waiting_api", __name__, url_prefix="/chat/api/conversations/<conversation>")

    @blueprint.get("/case")
    def case(conversation: str) -> Response:
        known = opened(chat, conversation)
        shown, _ = waiting.case(known.id), say(known.language)
        contact = {
            "name": shown and shown.name,
            "email": shown and shown.email,
            "phone": shown and shown.phone,
        }
        return jsonify(case=None if shown is None else _case(shown, _), contact=contact)

    @blueprint.post("/case/facts")
    def correct(conversation: str) -> tuple[str, int]:
        known, body = opened(chat, conversation), posted('{"name": "order", "value": "NT-10428"}')
        name, value = text_of(body, "name", 100) or "", text_of(body, "value", LONGEST_VALUE) or ""
        message, _ = body.get("message"), say(known.language)
        if message is not None and not (isinstance(message, int) and not isinstance(message, bool)):
            raise BadRequestError("'message' must be a message's number")

        def words(old: str, right: str) -> str:
            return _(CORRECTION).format(fact=_label(name, _).lower(), value=right, old=old)

        waiting.correct(known.id, name, value, words, message)
        return "", 204

    @blueprint.post("/contact")
    def contact(conversation: str) -> tuple[str, int]:
        known, body = opened(chat, conversation), posted('{"email": "kim@example.com"}')
        name = text_of(body, "name", LONGEST_VALUE, needed=False)
        email, phone = text_of(body, "email", 254, needed=False), text_of(body, "phone", 60, needed=False)
        added, _ = str(text_of(body, "message", None, needed=False) or ""), say(known.language)
        if len(added) > LONGEST_MESSAGE:
            raise BadRequestError(f"'message' must have at most {LONGEST_MESSAGE:,} characters")

        def words(given: Mapping[str, str]) -> str:
            texts = {"name": NAME, "email": EMAIL, "phone": PHONE}
            told = " ".join(_(texts[key]).format(**{key: value}) for key, value in given.items())
            return "\n\n".join(part for part in (told, added.strip()) if part)

        waiting.reach(known.id, words, name=name, email=email, phone=phone)
        return "", 204

    @blueprint.post("/leave_queue")
    def leave(conversation: str) -> tuple[str, int]:
        waiting.leave(opened(chat, conversation).id)
        return "", 204

    return blueprint


def _case(shown: ShownCase, _: Say) -> dict[str, object]:
    return {
        "number": shown.number,
        "reason": _(REASONS[shown.reason]),
        "ask": "\n".join(shown.ask),
        "facts": [_fact(fact, _) for fact in shown.facts],
        "tried": [{"title": each.title, "reaction": each.reaction} for each in shown.tried],
    }


def _fact(fact: ShownFact, _: Say) -> dict[str, object]:
    return {
        "name": fact.name,
        "label": _label(fact.name, _),
        "value": fact.value,
        "message": fact.message,
        "corrected": fact.corrected,
        "masked": fact.masked,
    }


def _label(name: str, _: Say) -> str:
    own = name.removeprefix("detail:")
    return _(FACTS[name]) if name in FACTS else own[:1].upper() + own[1:]
