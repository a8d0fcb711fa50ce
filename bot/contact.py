"""Asking how an answer shall reach a customer who waits: one thing at a time, left at any moment. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.conversation import Message
from bot.dialogue.documents import JsonValue
from bot.understanding.words import Words, any_of

Asks = Literal["email", "name", "message"]

# A local part, and a domain of at least two parts, as mail servers take them.
EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}(?![\w@-])",
    re.IGNORECASE,
)
LONGEST_NAME = 60
TRIES = 2
# What a waiting customer writes so soon after their last message belongs with it; looked for so far back.
BURST_WITHIN, LOOKED_BACK = timedelta(minutes=10), 20


@dataclass(frozen=True, slots=True)
class Phrases:
    """How customers say no to what is asked, and how they begin to say who they are."""

    no: re.Pattern[str]
    named: re.Pattern[str]

    @classmethod
    def of(cls, words: Iterable[Words]) -> Phrases:
        """Those of all these languages, whichever of them a customer writes in."""
        lists = [each.contact for each in words]
        no, named, please = (
            any_of([phrase for each in lists for phrase in each.get(name, ())] or ["(?!)"])
            for name in ("no", "named", "please")
        )
        return cls(
            re.compile(rf"\W*{no}\W*{please}?\W*", re.IGNORECASE),
            re.compile(rf"^\W*{named}\s+", re.IGNORECASE),
        )


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


def go_on(asked: Asked, text: str, phrases: Phrases) -> Step:
    """One message of the customer's, while something is asked."""
    if asked.asks == "email":
        return _email(asked, text, phrases)
    if asked.asks == "name":
        return _name(asked, text, phrases)
    done = Asked(None, asked.email, asked.name)
    return Step(done, "utter_contact_done", None if phrases.no.fullmatch(text) else text.strip())


def _email(asked: Asked, text: str, phrases: Phrases) -> Step:
    found = EMAIL.search(text)
    if found is not None:
        rest = " ".join((text[: found.start()] + text[found.end() :]).split())
        name = _named(rest, phrases)
        known = Asked("message" if name else "name", found[0].casefold(), name)
        return Step(known, "utter_contact_message" if name else "utter_contact_name")
    declined = phrases.no.fullmatch(text) is not None
    if declined or asked.tries >= TRIES:
        return Step(Asked(None), "utter_contact_left" if declined else None)
    again = Asked("email", None, None, asked.tries + 1)
    return Step(again, "utter_contact_unclear" if "@" in text else None)


def _name(asked: Asked, text: str, phrases: Phrases) -> Step:
    if phrases.no.fullmatch(text):
        return Step(Asked("message", asked.email), "utter_contact_message")
    name = phrases.named.sub("", text).strip(" .,!")
    if not name or len(name) > LONGEST_NAME or "?" in name or "\n" in name:
        # No name, but something for the person who comes: it is in the case.
        return Step(Asked(None, asked.email), "utter_contact_done", text.strip())
    return Step(Asked("message", asked.email, name), "utter_contact_message")


def _named(text: str, phrases: Phrases) -> str | None:
    """The name in what stands beside an address, where it says that it is one."""
    found = phrases.named.search(text)
    name = text[found.end() :].strip(" .,!") if found is not None else ""
    return name if 0 < len(name) <= LONGEST_NAME and "@" not in name else None
