"""The shipped detector of requests for a person, for measuring it on anybody's conversations."""

from __future__ import annotations

from collections.abc import Callable

from bot.overlay import WANTS_PERSON
from bot.understanding.person import PersonDetector
from bot.understanding.words import read_words

LANGUAGES = ("en", "nb")


def asks_for_person() -> Callable[[str, str], bool]:
    """Whether a message, in a language, asks for a person, by the words and the learnt head that ship."""
    detector = PersonDetector(read_words(LANGUAGES).values())

    def asks(text: str, language: str) -> bool:
        probability = detector.look(text).probability
        return probability is not None and probability >= WANTS_PERSON

    return asks
