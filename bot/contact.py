"""Asking how an answer shall reach a customer who waits: one thing at a time, left at any moment. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.conversation import Message
from bot.dialogue.documents import JsonValue

Asks = Literal["email", "name", "message"]

# A local part, and a domain of at least two parts, as mail servers take them.
EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}(?![\w@-])",
    re.IGNORECASE,
)
NO = re.compile(
    r"\W*(?:no|nope|no thanks?|no,? thank you|skip|stop|cancel|later|never ?mind|i(?:'d| would) rather not"
    r"|nothing|that'?s all|nei|niks|nei,? takk|hopp over|stopp|avbryt|senere|glem det|helst ikke|ingenting"
    r"|det var alt)\W*(?:please|takk)?\W*",
    re.IGNORECASE,
)
NAMED = re.compile(
    r"^\W*(?:my name is|i am|i'm|it'?s|this is|name:?|jeg heter|navnet mitt er|jeg er|navn:?|det er)\s+",
    re.IGNORECASE,
)
LONGEST_NAME = 60
TRIES = 2
# What a waiting customer writes so soon after their last message belongs with it; looked for so far back.
BURST_WITHIN, LOOKED_BACK = timedelta(minutes=10), 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What has been asked and told so far; `asks` is what is waited for, None once nothing is.

    tries: answers in a row that could not be used.
    """

    asks: Asks | None
    email: str | None = None
    name: str | None = None
    tries: int = 0

    @classmethod
    def of(cls, value: JsonValue) -> Asked | None:
        """What a slot holds; None where nothing is asked."""
        if not isinstance(value, Mapping):
            return None
        asks, email, name, tries = (value.get(key) for key in ("asks", "email", "name", "tries"))
        for each in ("email", "name", "message"):
            if asks == each:
                return cls(
                    each,
                    email if isinstance(email, str) else None,
                    name if isinstance(name, str) else None,
                    tries if isinstance(tries, int) else 0,
                )
        return None

    def to_slot(self) -> dict[str, JsonValue] | None:
        if self.asks is None:
            return None
        return {"asks": self.asks, "email": self.email, "name": self.name, "tries": self.tries}


@dataclass(frozen=True, slots=True)
class Step:
    """What a message leads to: what is asked next, the response that says so, what is now known.

    response: None where the message was no answer, and is only acknowledged.
    """

    asked: Asked
    response: str | None
    message: str | None = None


def goes_on(said: Sequence[Message], message: Message) -> bool:
    """Whether a message belongs to a burst that its customer has begun before; said: what came around it."""
    before = [each for each in said if each.author == "customer" and each.number < message.number]
    return bool(before) and message.sent_at - before[-1].sent_at < BURST_WITHIN


def go_on(asked: Asked, text: str) -> Step:
    """One message of the customer's, while something is asked."""
    if asked.asks == "email":
        return _email(asked, text)
    if asked.asks == "name":
        return _name(asked, text)
    done = Asked(None, asked.email, asked.name)
    return Step(done, "utter_contact_done", None if NO.fullmatch(text) else text.strip())


def _email(asked: Asked, text: str) -> Step:
    found = EMAIL.search(text)
    if found is not None:
        rest = " ".join((text[: found.start()] + text[found.end() :]).split())
        name = _named(rest)
        known = Asked("message" if name else "name", found[0].casefold(), name)
        return Step(known, "utter_contact_message" if name else "utter_contact_name")
    if NO.fullmatch(text) or asked.tries >= TRIES:
        return Step(Asked(None), "utter_contact_left" if NO.fullmatch(text) else None)
    again = Asked("email", None, None, asked.tries + 1)
    return Step(again, "utter_contact_unclear" if "@" in text else None)


def _name(asked: Asked, text: str) -> Step:
    if NO.fullmatch(text):
        return Step(Asked("message", asked.email), "utter_contact_message")
    name = NAMED.sub("", text).strip(" .,!")
    if not name or len(name) > LONGEST_NAME or "?" in name or "\n" in name:
        # No name, but something for the person who comes: it is in the case.
        return Step(Asked(None, asked.email), "utter_contact_done", text.strip())
    return Step(Asked("message", asked.email, name), "utter_contact_message")


def _named(text: str) -> str | None:
    """The name in what stands beside an address, where it says that it is one."""
    found = NAMED.search(text)
    name = text[found.end() :].strip(" .,!") if found is not None else ""
    return name if 0 < len(name) <= LONGEST_NAME and "@" not in name else None
