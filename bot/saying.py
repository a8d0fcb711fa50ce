"""From what an action wants said to the words, in the customer's language, on the customer's channel."""

from __future__ import annotations

import logging
import random
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.conversation import Author, Button, Draft, Source
from bot.dialogue.assistant import Assistant, ResponseVariant
from bot.dialogue.responses import choose, filled
from bot.store import JsonObject
from bot.tracker import bot_event

_log = logging.getLogger(__name__)

DID_THIS_HELP = "utter_did_this_help"

# What the house itself tells a customer, for assistants that were not written for it.
BOT_FAILED = "utter_bot_failed"
HANDOFF = "utter_handoff_"  # and the reason
OWN_LINES = {
    BOT_FAILED: "Something went wrong on our side. Please try again, or talk to a person.",
    "utter_handoff": "A person will take over here. They can read everything you have written.",
    "utter_queue_acknowledged": "Your message has arrived. A person will read it.",
    "utter_in_queue": "You are number {place} in the queue.",
    "utter_in_queue_next": "You are next in the queue.",
    "utter_in_queue_wait": "You are number {place} in the queue. It takes {wait} at the present pace.",
    "utter_in_queue_next_wait": "You are next in the queue. It takes {wait} at the present pace.",
    "utter_joined": "{agent} has joined the conversation.",
    "utter_released": "{agent} has left. Somebody else will be with you.",
    "utter_returned": "{agent} has left. The assistant is back.",
    "utter_resolved": "{agent} has closed the case.",
    "utter_requeued": "{agent} can't go on. You keep your place, and the next free person takes over.",
    "utter_transferred": "{agent} takes over and can read the whole conversation.",
    "utter_transferred_to_team": "Your case is with {agent} now. You keep your place.",
    "utter_reopened": "{agent} has taken your case up again.",
    "utter_reopened_in_queue": "Your case is open again. The next free person takes over.",
    "utter_late": "This takes longer than promised. A person answers {when}.",
    "utter_taken_over": "{agent} takes your case over. You keep your place.",
    "utter_ended": "This conversation has been closed.",
    "utter_ended_by_house": "This conversation has been closed.",
    "utter_ended_by_customer": "You have ended this conversation. Write here again whenever you like.",
    "utter_left_queue": "You no longer wait for a person. I am the assistant, a bot, and I am here again.",
    "utter_closed": "Nobody is here now; we open {opens}. A person answers {when} at the latest. "
    "Leave your e-mail address here, and the answer comes by mail as well.",
    "utter_closed_known": "Nobody is here now; we open {opens}. A person answers {when} at the latest, "
    "here and to {contact}.",
    "utter_nobody_free": "Nobody is free now. A person answers {when} at the latest. "
    "Leave your e-mail address here, and the answer comes by mail as well.",
    "utter_nobody_free_known": "Nobody is free now. A person answers {when} at the latest, "
    "here and to {contact}.",
    "utter_answer_by": "A person answers this mail {when} at the latest.",
    "utter_contact_unclear": "That is no whole e-mail address. Please write it again, or “no”.",
    "utter_contact_name": "Thank you. And your name?",
    "utter_contact_message": "Thank you. Anything to add for whoever answers?",
    "utter_contact_done": "Thank you. The answer comes here and by mail.",
    "utter_contact_phone": "Thank you. Whoever takes your case can call {contact}.",
    "utter_contact_left": "All right. The answer comes here.",
    "utter_file_too_large": "“{name}” is larger than {most} MB and was not taken. Send a smaller one.",
    "utter_files_full": "“{name}” was not taken: this conversation has all the files that it may hold.",
    "utter_file_lost": "“{name}” has not come through. Please send it once more.",
    "utter_file_refused": "“{name}” was not taken. Send a picture or a document.",
    "utter_file_received": "I have it, but I can't look into files; a person can. What is it about?",
}


class Voice:
    """The assistant's responses, worded. `rng` picks between variants."""

    def __init__(self, assistant: Assistant, languages: tuple[str, ...], rng: random.Random) -> None:
        self.languages = languages
        self._assistant, self._rng = assistant, rng

    def of(self, assistant: Assistant) -> Voice:
        """The same voice with another assistant's words."""
        return Voice(assistant, self.languages, self._rng)

    def words(self, response: str, slots: Mapping[str, Any], output: str = "web") -> str:
        """One response's text; for the house's own lines, plain English where the assistant has none."""
        chosen = choose(self._assistant, response, slots, output, self._rng)
        text = chosen.text if chosen is not None else None
        return text or filled(OWN_LINES.get(response, ""), slots)

    def say(
        self,
        response: Mapping[str, Any],
        slots: Mapping[str, Any],
        *,
        output: str,
        said: tuple[Draft, ...],
        at: datetime,
        before: Collection[str] = (),
    ) -> tuple[tuple[Draft, ...], tuple[JsonObject, ...]]:
        """One response of an action added to what was said in this turn, and the tracker's events for it.

        A named response is worded first, then overridden by what the action set itself, where that is not
        empty; buttons are added to its own. That is Rasa's order (`RemoteAction._utter_responses`).
        before: what the bot has said in this conversation; a wording not used yet is preferred.
        """
        name = response.get("response") or response.get("template")
        own = {key: value for key, value in response.items() if value and key not in ("response", "template")}
        worded: JsonObject = {}
        if name:
            # What an action gives beside a response's fields fills its blanks.
            blanks = {
                key: value for key, value in response.items() if key not in _FIELDS and value is not None
            }
            chosen = choose(self._assistant, str(name), {**slots, **blanks}, output, self._rng, before)
            if chosen is not None:
                worded = _fields(chosen)
            elif str(name).startswith(HANDOFF):
                worded = {"text": OWN_LINES["utter_handoff"]}
            else:
                # As in Rasa: what can't be worded is left out, and the turn goes on.
                _log.warning("the assistant has no response %r for this conversation", name)
                return said, ()
        offered = [*_listed(worded.get("buttons")), *_listed(own.pop("buttons", None))]
        shown: dict[str, Any] = {**worded, **own, "buttons": offered or None}
        if name == DID_THIS_HELP and said and said[-1].source is not None:
            # The question belongs to the answer before it: a page shows both as one.
            asked = replace(said[-1], question=shown.get("text"), buttons=_buttons(shown))
            return (*said[:-1], asked), ()
        metadata: JsonObject = {"utter_action": name} if name else {}
        if worded.get("metadata"):
            metadata["metadata"] = worded["metadata"]
        data = {key: shown.get(key) for key in BESIDE}
        if data["attachment"] is None:
            data["attachment"] = data["image"]  # Rasa's habit: an image counts as an attachment too
        text = None if shown.get("text") is None else str(shown["text"])
        draft = drafted(text, data)
        if draft is None:
            return said, (bot_event(text, data, metadata, at=at),)
        return (*said, draft), (bot_event(text, data, metadata | {"draft": len(said)}, at=at),)


BESIDE = ("elements", "quick_replies", "buttons", "attachment", "image", "custom")
"""What a bot event's `data` holds, in Rasa's order."""

_FIELDS = frozenset((*BESIDE, "text", "template", "response"))


def drafted(text: str | None, data: Mapping[str, Any], *, agent: str | None = None) -> Draft | None:
    """The message of a bot event; None where it shows nothing. agent: the person whose words they are."""
    custom = data.get("custom")
    answer = custom.get("answer") if isinstance(custom, dict) else None
    source = _source(answer) if isinstance(answer, dict) else None
    if source is not None and isinstance(custom, dict):
        custom = {key: value for key, value in custom.items() if key != "answer"}
    image, attachment = data.get("image"), data.get("attachment")
    fields = {
        "image": image,
        "attachment": None if attachment == image else attachment,
        "elements": data.get("elements"),
        "custom": custom,
    }
    beside = {key: value for key, value in fields.items() if value}
    buttons = _buttons(data)
    words = (text or "").strip()
    if not (words or buttons or beside or source):
        return None
    author: Author = "agent" if agent else "bot"
    return Draft(
        author, text if text and words else "", name=agent, buttons=buttons, source=source, data=beside
    )


def _fields(chosen: ResponseVariant) -> JsonObject:
    """A wording's fields that are not empty, as Rasa's wire names them."""
    fields: JsonObject = {
        "text": chosen.text,
        "buttons": [{"title": b.title, "payload": b.payload, **b.more} for b in chosen.buttons],
        "quick_replies": chosen.quick_replies,
        "image": chosen.image,
        "attachment": chosen.attachment,
        "elements": chosen.elements,
        "custom": chosen.custom,
        "metadata": chosen.metadata,
    }
    return {key: value for key, value in fields.items() if value}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _buttons(shown: Mapping[str, Any]) -> tuple[Button, ...]:
    """Quick replies are buttons on every channel."""
    given = [*_listed(shown.get("quick_replies")), *_listed(shown.get("buttons"))]
    return tuple(_button(each) for each in given if isinstance(each, dict))


def _button(given: Mapping[str, Any]) -> Button:
    title = str(given.get("title") or "")
    more = {key: value for key, value in given.items() if key not in ("title", "payload", "content_type")}
    return Button(title, str(given.get("payload") or title), more)


def _source(answer: Mapping[str, Any]) -> Source | None:
    if not answer.keys() >= {"article", "title", "url"}:
        return None
    return Source(
        article=str(answer["article"]),
        title=str(answer["title"]),
        url=str(answer["url"]),
        heading=str(answer.get("heading") or ""),
        updated=str(answer.get("updated") or ""),
        language=str(answer.get("language") or ""),
    )
