"""What is handed over at once, whatever the bot could say: sensitive topics and policy. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.understanding.amounts import find_money
from bot.understanding.reading import Reading
from bot.understanding.sensitive import Topics
from bot.understanding.words import plain, whole_words

MOST_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class Limit:
    """A sum of money, above which something holds; `currency` by ISO 4217."""

    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class Matter:
    """Something a person must see to: known by a sure intent, or by words, and why it is a person's.

    because: an English clause. words: language -> regular expressions. says: language -> what the customer is
    told, empty where the assistant's response does. above: only for a larger sum.
    """

    name: str
    because: str
    intents: tuple[str, ...] = ()
    words: Mapping[str, Sequence[str]] | None = None
    says: Mapping[str, str] | None = None
    above: Limit | None = None

    def told(self, language: str) -> str | None:
        """What the customer is told in their language, or in English."""
        says = self.says or {}
        return says.get(language) or says.get("en")


@dataclass(frozen=True, slots=True)
class Found:
    """A matter that a message is about, and how it shows, as a clause."""

    matter: Matter
    because: str


@dataclass(frozen=True, slots=True)
class Handover:
    """All matters that are handed over at once."""

    sensitive: tuple[Matter, ...] = ()
    policy: tuple[Matter, ...] = ()

    def topics(self) -> Topics:
        """The sensitive topics with their words, for understanding."""
        return {each.name: each.words or {} for each in self.sensitive}

    def topic(self, reading: Reading, intents: Mapping[str, Sequence[str]], sure: float) -> Found | None:
        """The sensitive topic of a message: by its words, or by a sure intent.

        intents: what the assistant's own files say of its intents, by topic.
        """
        known = {_spoken(each.name): each for each in self.sensitive}
        for found in reading.sensitive:
            matter = known.get(found.topic) or Matter(found.topic, "")
            return Found(matter, f"the topic is {found.topic}: “{found.words}”")
        if reading.certainty < sure:
            return None
        first = reading.intents[0].name
        for name in dict.fromkeys((*intents, *(each.name for each in self.sensitive))):
            matter = known.get(_spoken(name)) or Matter(name, "")
            if first in (*intents.get(name, ()), *matter.intents):
                why = f"it reads as {first} ({reading.certainty:.2f})"
                return Found(matter, f"the topic is {_spoken(name)}: {why}")
        return None

    def kept_for_people(self, reading: Reading, sure: float) -> Found | None:
        """What only a person may do and the message asks for."""
        for matter in self.policy:
            shown = _shown(matter, reading, sure)
            if shown is None:
                continue
            if matter.above is None:
                return Found(matter, matter.because)
            sums = (each for each in find_money(reading.text) if each.currency == matter.above.currency)
            most = max((each.number for each in sums), default=0)
            if most > matter.above.amount:
                return Found(matter, matter.because)
        return None


NOTHING = Handover()
"""What is handed over at once where nobody has said."""


def _shown(matter: Matter, reading: Reading, sure: float) -> str | None:
    """The intent or the words that show a matter."""
    if reading.certainty >= sure and reading.intents[0].name in matter.intents:
        return reading.intents[0].name
    patterns = (matter.words or {}).get(reading.language)
    if not patterns:
        return None
    found = whole_words(patterns).search(plain(reading.text[:MOST_CHARACTERS]))
    return None if found is None else found[0]


def _spoken(name: str) -> str:
    """A topic's name as people read it."""
    return name.replace("_", " ")
