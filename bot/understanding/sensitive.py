"""Topics that are a person's business: fraud, safety, law, self-harm, the press, data protection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from bot.understanding.reading import Sensitive
from bot.understanding.words import plain, whole_words

MOST_CHARACTERS = 4_000

Topics: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]
"""Topic -> language -> regular expressions for lower-cased text."""


class SensitiveReader:
    """Finds the sensitive topics of one language by their words."""

    def __init__(self, topics: Topics, language: str) -> None:
        self._topics = {
            topic: whole_words(words[language]) for topic, words in topics.items() if words.get(language)
        }

    def read(self, text: str) -> tuple[Sensitive, ...]:
        """The topics named in `text`, each with the customer's words."""
        lowered = plain(text[:MOST_CHARACTERS])
        return tuple(
            Sensitive(topic.replace("_", " "), found[0])
            for topic, pattern in self._topics.items()
            if (found := pattern.search(lowered)) is not None
        )
