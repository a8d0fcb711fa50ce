"""From what an action wants said to the words, in the customer's language, on the customer's channel."""

from __future__ import annotations

import logging
import random
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.conversation import Button, Draft, Source
from bot.dialogue.assistant import Assistant
from bot.dialogue.responses import choose, filled
from bot.store import JsonObject
from bot.tracker import bot_event

_log = logging.getLogger(__name__)

DID_THIS_HELP = "utter_did_this_help"

# What the house itself tells a customer, for assistants that were not written for it.
OWN_LINES = {
    "utter_queue_acknowledged": "Your message has arrived. A person will read it.",
    "utter_joined": "{agent} has joined the conversation.",
    "utter_released": "{agent} has left. Somebody else will be with you.",
    "utter_returned": "{agent} has left. The assistant is back.",
    "utter_resolved": "{agent} has closed the case.",
}


class Voice:
    """The assistant's responses, worded. `rng` picks between variants."""

    def __init__(self, assistant: Assistant, languages: tuple[str, ...], rng: random.Random) -> None:
        self.languages = languages
        self._assistant, self._rng = assistant, rng

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

        A named response is worded first, then overridden by what the action set itself (Rasa's order).
        before: what the bot has said in this conversation; a wording not used yet is preferred.
        """
        name = response.get("response")
        more = {key: value for key, value in response.items() if key not in _FIELDS and value is not None}
        text, buttons = response.get("text"), [_button(each) for each in response.get("buttons") or ()]
        custom = dict(response.get("custom") or {})
        if name:
            chosen = choose(self._assistant, str(name), {**slots, **more}, output, self._rng, before)
            if chosen is None:
                # As in Rasa: what can't be worded is left out, and the turn goes on.
                _log.warning("the assistant has no response %r for this conversation", name)
                return said, ()
            text = text or chosen.text
            buttons = [Button(each.title, each.payload) for each in chosen.buttons] + buttons
            if not custom and isinstance(chosen.custom, dict):
                custom = dict(chosen.custom)
        if name == DID_THIS_HELP and said and said[-1].source is not None:
            # The question belongs to the answer before it: a page shows both as one.
            asked = replace(said[-1], question=text, buttons=tuple(buttons))
            return (*said[:-1], asked), ()
        if not text:
            return said, ()
        draft = Draft("bot", text, buttons=tuple(buttons), source=_source(custom.get("answer")))
        data: JsonObject = {"buttons": [{"title": b.title, "payload": b.payload} for b in buttons] or None}
        if custom:
            data["custom"] = custom
        metadata = {"draft": len(said), **({"utter_action": name} if name else {})}
        return (*said, draft), (bot_event(text, data, metadata, at=at),)


_FIELDS = frozenset(
    ("text", "buttons", "elements", "custom", "template", "response", "image", "attachment", "quick_replies")
)


def _button(given: Mapping[str, Any]) -> Button:
    title = str(given.get("title") or "")
    return Button(title, str(given.get("payload") or title))


def _source(answer: Mapping[str, Any] | None) -> Source | None:
    if not answer:
        return None
    return Source(
        article=str(answer["article"]),
        title=str(answer["title"]),
        url=str(answer["url"]),
        heading=str(answer.get("heading") or ""),
        updated=str(answer.get("updated") or ""),
        language=str(answer.get("language") or ""),
    )
