"""Conversations with the shipped assistant, played without a model: each message comes with its reading."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from actions.services import Services
from bot.acting import Actions
from bot.acting.shipped import ACTIONS, FORM_ACTIONS
from bot.cast import Cast
from bot.dialogue.assistant import Assistant
from bot.dialogue.loading import load_assistant
from bot.opening import House
from bot.play import play
from bot.policies import Memory, learn
from bot.resuming import resumed
from bot.saying import Voice
from bot.tracker import Tracker, replay, user_event

SHIPPED = Path(__file__).parents[2] / "config" / "rasa"


@cache
def learnt() -> Memory:
    """What the shipped assistant's rules and stories teach."""
    return learn(load_assistant(SHIPPED, examples=False))


class Customer:
    """One customer of the shipped assistant, whose actions work in a real house."""

    def __init__(
        self, house: House, *, language: str = "en", sender: str = "kari", actions: Actions | None = None
    ) -> None:
        """actions: those of an action server, instead of the house's own."""
        memory = learnt()
        assistant = memory.assistant
        services = Services(
            house.kb.knowledge,
            house.kb.learning.outcomes,
            house.handoff.intake,
            house.clock,
            house.settings.bot.misses,
        )
        self.actions = actions or Actions(
            [*(make(lambda: services) for make in ACTIONS), *(make() for make in FORM_ACTIONS)],
            assistant.domain.written,
            within=timedelta(seconds=10),
            threads=1,
        )
        self.cast = Cast(
            assistant=assistant,
            memory=memory,
            act=self.actions.run,
            voice=Voice(assistant, ("en", "nb"), random.Random(1)),
            output="web",
            now=house.clock.now,
        )
        slots = {slot.name: slot.initial for slot in assistant.domain.slots.values()}
        self.tracker: Tracker = replay(sender, slots | {"language": language}, ())
        self.said: list[str] = []

    def says(self, text: str, intent: str, **entities: str) -> list[str]:
        """What the bot does in answer, but for listening: responses by name, other actions by theirs."""
        found = [{"entity": name, "value": value} for name, value in entities.items()]
        found += _found(text, self.cast.assistant)
        wish = {"name": intent, "confidence": 0.95}
        parse = {"text": text, "intent": wish, "entities": found, "intent_ranking": [wish]}
        number = 1 + sum(event["event"] in ("user", "bot") for event in self.tracker.events)
        heard = user_event(text, parse, at=self.cast.now(), channel="web", messages=[(number, text)])
        played = play(self.cast, self.tracker, heard)
        assert not played.failures, played.failures
        self.tracker = played.tracker
        self.said = [draft.text for draft in played.drafts]
        return list(_done(played.events))

    def taps(self, payload: str) -> list[str]:
        """The same for a button."""
        name, _, entities = payload.removeprefix("/").partition("{")
        return self.says(payload, name, **(json.loads("{" + entities) if entities else {}))

    def returned(self, *, solved: bool = False) -> None:
        """A person gives the conversation back, with its case solved or not."""
        self.tracker = self.tracker.after(resumed(self.cast.now(), solved_by="Ines" if solved else None))

    def slot(self, name: str) -> Any:
        return self.tracker.slot(name)

    @property
    def form(self) -> str | None:
        return self.tracker.loop


def _found(text: str, assistant: Assistant) -> Iterator[dict[str, str]]:
    if text.startswith("/"):
        return
    for name in ("order_number", "email"):
        for pattern in assistant.nlu.regexes[name]:
            if match := re.search(pattern, text):
                yield {"entity": name, "value": match[0]}
                break
    for words, meant in assistant.nlu.synonyms.items():
        if re.search(rf"\b{words}\b", text.lower()):
            yield {"entity": "product", "value": meant}


def _done(events: tuple[dict[str, Any], ...]) -> Iterator[str]:
    for event in events:
        if event["event"] == "bot":
            named = (event.get("metadata") or {}).get("utter_action")
            yield named or "an article"
        elif event["event"] == "action" and event["name"] == "action_escalate":
            yield "action_escalate"
