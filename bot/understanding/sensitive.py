"""Topics that are a person's business: fraud, safety, law, self-harm, the press, data protection."""

from __future__ import annotations

from bot.understanding.reading import Sensitive
from bot.understanding.words import Words, plain, whole_words

MOST_CHARACTERS = 4_000


class SensitiveReader:
    """Finds the sensitive topics of one language by the words of `words.<language>.toml`."""

    def __init__(self, words: Words) -> None:
        self._topics = {topic: whole_words(patterns) for topic, patterns in words.sensitive.items()}

    def read(self, text: str) -> tuple[Sensitive, ...]:
        """The topics named in `text`, each with the customer's words."""
        lowered = plain(text[:MOST_CHARACTERS])
        return tuple(
            Sensitive(topic.replace("_", " "), found[0])
            for topic, pattern in self._topics.items()
            if (found := pattern.search(lowered)) is not None
        )
