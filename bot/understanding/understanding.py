"""One message in, one Reading out: everything that understanding finds, brought together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from bot.dialogue.assistant import Assistant
from bot.understanding import embedding, keywords
from bot.understanding.entities import EntityFinder
from bot.understanding.errors import IntentsDamagedError, IntentsMissingError
from bot.understanding.language import LanguageReader
from bot.understanding.literal import read_literal
from bot.understanding.mood import MoodReader
from bot.understanding.person import DENIED, PersonDetector
from bot.understanding.ranking import Classifier, Ranking
from bot.understanding.reading import PERSON_INTENTS, Entity, Floats1d, Intent, Mood, Reading
from bot.understanding.sensitive import SensitiveReader
from bot.understanding.words import read_words
from kb.embedders import Embedder

OpenClassifier: TypeAlias = Callable[[Path, Assistant, str | None], Classifier]


class Understanding:
    """Reads messages. Pure but for its models: the same message gives the same Reading, from any thread."""

    def __init__(
        self,
        assistant: Assistant,
        classifiers: Sequence[Classifier],
        embedder: Embedder | None,
        languages: Sequence[str],
        degraded: str | None = None,
    ) -> None:
        """languages: those answered in, the first where nothing tells; degraded: what is amiss."""
        self.degraded = degraded
        self._domain = assistant.domain
        self._classifiers, self._embedder = tuple(classifiers), embedder
        self._languages = tuple(languages)
        words = read_words(languages)
        self._language = LanguageReader(languages, words)
        self._entities = EntityFinder(assistant, languages)
        self._person = PersonDetector(words.values())
        self._moods = {language: MoodReader(words.get(language)) for language in languages}
        self._sensitive = {language: SensitiveReader(each) for language, each in words.items()}

    def read(self, text: str, *, language: str | None = None) -> Reading:
        """What `text` means. `language` is the conversation's so far: too short a text does not change it."""
        current = language if language in self._languages else self._languages[0]
        literal = read_literal(text, self._domain)
        if literal is not None:
            return _outright(text, current, *literal)
        entities = self._entities.find(text, current)
        spoken = self._language.read(_without(text, entities), current)
        vector = self._embedder.encode([text])[0] if self._embedder is not None else None
        ranking = self._rank(text, vector, spoken)
        request = self._person.look(text)
        wanted = ranking.known * sum(
            each.probability for each in ranking.intents if each.name in PERSON_INTENTS
        )
        intents = ranking.intents
        if request.probability is not None and request.probability <= DENIED:
            # "I don't need a human" is closest to those who do: the words know better.
            wanted = request.probability
            intents = tuple(each for each in intents if each.name not in PERSON_INTENTS)
        elif request.probability is not None:
            wanted = max(wanted, request.probability)
        mood, sensitive = self._moods.get(spoken), self._sensitive.get(spoken)
        return Reading(
            text=text,
            language=spoken,
            intents=intents,
            entities=entities,
            mood=mood.read(text) if mood else Mood(),
            wants_person=wanted,
            known=ranking.known,
            because=ranking.because,
            sensitive=sensitive.read(text) if sensitive else (),
            vector=vector,
        )

    def _rank(self, text: str, vector: Floats1d | None, language: str) -> Ranking:
        """The classifiers' mean opinion, of intents that the domain lists."""
        rankings = [classifier.classify(text, vector, language) for classifier in self._classifiers]
        chances: dict[str, float] = {}
        for ranking in rankings:
            for each in ranking.intents:
                if self._domain.knows_intent(each.name):
                    chances[each.name] = chances.get(each.name, 0.0) + each.probability / len(rankings)
        ordered = sorted(chances.items(), key=lambda each: (-each[1], each[0]))
        return Ranking(
            tuple(Intent(name, probability) for name, probability in ordered),
            sum(ranking.known for ranking in rankings) / len(rankings),
            "; ".join(ranking.because for ranking in rankings),
        )


def open_understanding(
    folder: Path,
    embedder: Embedder | None,
    assistant: Assistant,
    *,
    languages: Sequence[str] = ("en", "nb"),
    classifiers: Sequence[OpenClassifier] = (),
) -> Understanding:
    """The understanding trained into `folder`.

    classifiers: opened with the folder, the assistant and the encoder's id; none named means the trained
    one. One that is missing or damaged is replaced by keywords, and `degraded` says why and what to run.
    """
    encoder = embedder.model_id if embedder is not None else None
    opened: list[Classifier] = []
    amiss: list[str] = []
    for opener in classifiers or (embedding.open_classifier,):
        try:
            opened.append(opener(folder, assistant, encoder))
        except (IntentsMissingError, IntentsDamagedError) as error:
            amiss.append(f"intents by keywords only: {error}")
            opened.append(keywords.open_classifier(folder, assistant, encoder))
    amiss += [each.degraded for each in opened if each.degraded]
    return Understanding(assistant, opened, embedder, languages, "; ".join(amiss) or None)


def _outright(text: str, language: str, intent: Intent, entities: tuple[Entity, ...]) -> Reading:
    return Reading(
        text=text,
        language=language,
        intents=(intent,),
        entities=entities,
        wants_person=intent.probability if intent.name in PERSON_INTENTS else 0.0,
        literal=True,
        because="said outright",
    )


def _without(text: str, entities: Sequence[Entity]) -> str:
    """The text without names and numbers, which are the same in every language."""
    kept = list(text)
    for entity in entities:
        kept[entity.start : entity.end] = " " * (entity.end - entity.start)
    return "".join(kept)
