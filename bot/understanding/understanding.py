"""One message in, one Reading out: everything that understanding finds, brought together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from bot.dialogue.assistant import Assistant
from bot.understanding import embedding, keywords
from bot.understanding.entities import EntityFinder
from bot.understanding.errors import (
    IntentsDamagedError,
    IntentsMissingError,
    PartDamagedError,
    PartMissingError,
)
from bot.understanding.language import LanguageReader
from bot.understanding.literal import read_literal
from bot.understanding.mood import MoodReader
from bot.understanding.person import DENIED, PersonDetector
from bot.understanding.ranking import Classifier, Ranking
from bot.understanding.reading import PERSON_INTENTS, Entity, Evidence, Floats1d, Intent, Mood, Reading, Wish
from bot.understanding.selector import Selectors, read_selectors
from bot.understanding.sensitive import SensitiveReader, Topics
from bot.understanding.tagging import TOKEN, TaggerModel, read_tagger
from bot.understanding.wishes import clauses, wishes, worth_reading
from bot.understanding.words import LanguageWords, read_words
from kb.embedders import Embedder, KnowsWords, deep_id, encode_deep

OpenClassifier: TypeAlias = Callable[[Path, Assistant, str | None], Classifier]

# Beside the intents' folder: what `learn_entities` and `learn_selectors` write.
ENTITIES, SELECTORS = "entities", "selectors"
# Half a surrogate pair is no character, and no model takes it.
BROKEN = re.compile(r"[\ud800-\udfff]")
# Of a long message the encoder reads the beginning and the end, where wishes stand; more would take too long.
MOST_ENCODED, BEGINNING = 480, 280  # characters
MOST_TOKENS, FIRST = 120, 70  # and so many tokens of a text of very short ones


class Understanding:
    """Reads messages, from any thread: the same message on the same day gives the same Reading."""

    def __init__(
        self,
        assistant: Assistant,
        classifiers: Sequence[Classifier],
        embedder: Embedder | None,
        languages: Sequence[str],
        degraded: str | None = None,
        *,
        learnt: TaggerModel | None = None,
        selectors: Selectors | None = None,
        topics: Topics | None = None,
        words: LanguageWords | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """languages: those answered in, the first where nothing tells; degraded: what is amiss.

        learnt, selectors: what training made of annotations and of retrieval intents; topics: a person's
        business, with their words; words: the languages' own, None for those that ship; now: says which day
        "yesterday" is counted from.
        """
        self.degraded = degraded
        lines = [each.line for each in classifiers if each.line is not None]
        self.line = max(lines, default=None)
        """The least certainty at which readings are as seldom wrong as was asked for; None if unmeasured."""
        self._domain = assistant.domain
        self._classifiers, self._embedder = tuple(classifiers), embedder
        self._languages = tuple(languages)
        self._selectors, self._now = selectors, now
        given = words or LanguageWords.shipped(languages)
        known = read_words(languages, given.words)
        self.words = tuple(known.values())
        """What the languages have words for; those without a file are not in it."""
        self._language = LanguageReader(languages, known)
        is_word = embedder.knows if isinstance(embedder, KnowsWords) else _unheard
        self._entities = EntityFinder(assistant, languages, learnt, is_word=is_word)
        self._person = PersonDetector(known.values(), is_word)
        self._moods = {language: MoodReader(given.moods.get(language)) for language in languages}
        self.moods = tuple(given.moods.values())
        """The mood.toml of each language that has one."""
        self._sensitive = {language: SensitiveReader(topics or {}, language) for language in languages}

    def read(self, text: str, *, language: str | None = None) -> Reading:
        """What `text` means. `language` is the conversation's so far: too short a text does not change it."""
        text = BROKEN.sub("\ufffd", text)
        current = language if language in self._languages else self._languages[0]
        literal = read_literal(text, self._domain)
        if literal is not None:
            return _outright(text, current, *literal)
        entities = self._entities.find(text, current, self._now().date())
        spoken = self._language.read(_without(text, entities), current)
        ranking, vector, wished = self._wanted(text, spoken, entities)
        request = self._person.look(text, spoken)
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
            evidence=ranking.evidence,
            wishes=wished,
            selected=self._selected(text, vector),
            vector=vector,
        )

    def alike(self, one: str, other: str) -> float:
        """How alike two texts are in meaning, in [-1, 1]; 0 without an encoder."""
        if self._embedder is None:
            return 0.0
        first, second = self._embedder.encode([gist(one), gist(other)])
        return float(first @ second)

    def _wanted(
        self, text: str, language: str, entities: Sequence[Entity]
    ) -> tuple[Ranking, Floats1d | None, tuple[Wish, ...]]:
        """What the whole asks for, its vector, and the wishes it falls into; one call encodes them all.

        Intents are read from deep vectors, all else compares the last layer's.
        """
        found = clauses(text)
        if found and not worth_reading(found, lambda clause: self._rank(clause, None, language)):
            found = ()
        if self._embedder is None:
            vectors: Sequence[Floats1d | None] = [None] * (1 + len(found))
        else:
            vectors = list(encode_deep(self._embedder, [gist(text), *(each.text for each in found)]))
        rankings = [
            self._rank(each.text, vector, language) for each, vector in zip(found, vectors[1:], strict=True)
        ]
        whole = self._rank(text, vectors[0], language)
        vector = vectors[0][: self._embedder.width] if self._embedder and vectors[0] is not None else None
        return whole, vector, wishes(found, rankings, entities)

    def _selected(self, text: str, vector: Floats1d | None) -> dict[str, tuple[tuple[str, float], ...]]:
        if self._selectors is None:
            return {}
        return {name: each.ranking for name, each in self._selectors.select(text, vector).items()}

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
            _together([ranking.evidence for ranking in rankings]),
        )


def open_understanding(
    folder: Path,
    embedder: Embedder | None,
    assistant: Assistant,
    *,
    languages: Sequence[str] = ("en", "nb"),
    classifiers: Sequence[OpenClassifier] = (),
    topics: Topics | None = None,
    words: LanguageWords | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Understanding:
    """The understanding trained into `folder` and the folders beside it.

    classifiers: opened with the folder, the assistant and the encoder's id; none named means the trained
    one. One that is missing or damaged is replaced by keywords, and `degraded` says why and what to run.
    """
    encoder = embedder.model_id if embedder is not None else None
    opened: list[Classifier] = []
    amiss: list[str] = []
    for opener in classifiers or (embedding.open_classifier,):
        try:
            opened.append(opener(folder, assistant, deep_id(embedder) if embedder is not None else None))
        except (IntentsMissingError, IntentsDamagedError) as error:
            amiss.append(f"intents by keywords only: {error}")
            opened.append(keywords.open_classifier(folder, assistant, encoder))
    amiss += [each.degraded for each in opened if each.degraded]
    learnt, selectors = None, None
    try:
        learnt = read_tagger(folder.with_name(ENTITIES))
    except PartMissingError:
        pass  # an assistant may annotate nothing
    except PartDamagedError as error:
        amiss.append(f"entities by rule only: {error}")
    if any(intent.retrieval for intent in assistant.domain.intents.values()):
        try:
            selectors = read_selectors(folder.with_name(SELECTORS), encoder)
        except (PartMissingError, PartDamagedError) as error:
            amiss.append(f"retrieval intents have no answers: {error}")
    return Understanding(
        assistant,
        opened,
        embedder,
        languages,
        "; ".join(amiss) or None,
        learnt=learnt,
        selectors=selectors,
        topics=topics,
        words=words,
        now=now,
    )


def _unheard(word: str) -> bool:
    """Whether an encoder without a vocabulary knows the word."""
    return False


def gist(text: str) -> str:
    """What the encoder reads of a text: all of it, or the beginning and the end of a long one."""
    # A script that the encoder does not know costs it a piece for each letter.
    foreign = len(text.encode()) > 1.5 * len(text)
    most, first = (MOST_ENCODED // 2, BEGINNING // 2) if foreign else (MOST_ENCODED, BEGINNING)
    if len(text) > most:
        beginning = text[:first].rpartition(" ")[0] or text[:first]
        end = text[first - most :]
        text = f"{beginning} {end.partition(' ')[2] or end}"
    tokens = [match.start() for match in TOKEN.finditer(text)]
    if len(tokens) > MOST_TOKENS:
        text = f"{text[: tokens[FIRST]]} {text[tokens[FIRST - MOST_TOKENS] :]}"
    return text


def _together(evidence: Sequence[Evidence]) -> Evidence:
    return Evidence(
        tuple(example for each in evidence for example in each.examples),
        tuple(word for each in evidence for word in each.words),
    )


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
