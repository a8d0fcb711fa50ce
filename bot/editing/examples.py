"""The bot's reading as the studio sees it: what it can mean, what was misread, and how it is trained anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import cached_property

from bot.dialogue.assistant import Assistant
from bot.editing.applied import spoken_in
from bot.editing.live import LiveRoom, Publishing
from bot.editing.misread import MOST_GUESSES, misread
from bot.editing.shelf import Shelf
from bot.editing.trainer import Trainer
from bot.store.readings import ReadingStore
from bot.understanding.reading import FALLBACK_INTENT, spelt_out
from kb.coaching.training import OUT_OF_SCOPE, BotIntent, Guess, Misread, Progress

SURE = 0.5
"""Below this certainty a message is worth a look where nothing else draws the line."""

LOOKED_AT = 1000
"""The last turns that are searched for misread messages."""


class Retraining:
    """What the studio asks of the bot; it decides nothing and keeps nothing."""

    def __init__(
        self,
        live: LiveRoom,
        files: Callable[[], Assistant],
        readings: ReadingStore,
        publishing: Publishing,
        trainer: Trainer,
        shelf: Shelf,
        languages: tuple[str, ...],
    ) -> None:
        """files: reads the assistant's files with their examples, which serving leaves out."""
        self._live, self._files, self._readings = live, files, readings
        self._publishing, self._trainer, self._shelf = publishing, trainer, shelf
        self._languages = languages

    @property
    def languages(self) -> tuple[str, ...]:
        return self._languages

    @property
    def degraded(self) -> str | None:
        return self._live.now.understanding.degraded

    def intents(self) -> tuple[BotIntent, ...]:
        return self._intents

    def misread(self, limit: int, without: Collection[tuple[str, int]]) -> tuple[Misread, ...]:
        room = self._live.now
        turns = self._readings.recent(LOOKED_AT)
        # An assistant without a fallback acts on whatever is likeliest; that makes it no surer.
        sure = room.sure or room.understanding.line or SURE
        return misread(turns, room.assistant.domain, sure=sure, limit=limit, without=without)

    def read(self, text: str, language: str) -> tuple[Guess, ...]:
        reading = self._live.now.understanding.read(text, language=language)
        ranked = reading.intents[:MOST_GUESSES]
        return tuple(Guess(each.name, round(reading.known * each.probability, 4)) for each in ranked)

    def remember(self) -> None:
        self._publishing.note_served()

    def train(self, candidate: int) -> None:
        self._trainer.train(candidate)

    def progress(self, candidate: int) -> Progress | None:
        return self._trainer.progress(candidate)

    def cancel(self, candidate: int) -> None:
        self._trainer.cancel(candidate)

    def discard(self, candidate: int) -> None:
        self._shelf.discard(candidate)

    def kept(self) -> frozenset[int]:
        return self._shelf.there()

    def unfit(self, candidate: int) -> str | None:
        return self._publishing.unfit(candidate)

    @cached_property
    def _intents(self) -> tuple[BotIntent, ...]:
        return tuple(_intents(self._files()))


def _intents(assistant: Assistant) -> Iterator[BotIntent]:
    """The intents that a message can mean, with what the files have of each."""
    counts = Counter((each.intent, each.language) for each in assistant.nlu.examples)
    languages = {language for _, language in counts}
    first: dict[tuple[str, str], str] = {}
    for each in assistant.nlu.examples:
        first.setdefault((each.intent, each.language), each.text)
    for name in dict.fromkeys((*assistant.domain.intents, OUT_OF_SCOPE)):
        if name == FALLBACK_INTENT:
            continue
        about = {}
        for language in sorted(languages):
            said = _worded(assistant, name, language) or first.get((name, language), "")
            if said:
                about[language] = said
        yield BotIntent(
            name,
            spelt_out(name).capitalize() or name,
            about,
            {language: counts[name, language] for language in sorted(languages)},
        )


def _worded(assistant: Assistant, intent: str, language: str) -> str:
    """How the bot itself names the wish, where it has words for it."""
    for name in (f"utter_choose_{intent}", f"utter_about_{intent}"):
        for each in assistant.domain.responses.get(name, ()):
            if each.text and spoken_in(assistant, each) == language:
                return each.text
    return ""
