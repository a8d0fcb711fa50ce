"""Finds entities: the assistant's regexes and lookups, and the shapes of e-mail addresses, phones and dates.

spaCy's blank pipelines tokenise and match; no statistical model is needed.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.dialogue.assistant import Assistant
from bot.understanding.reading import Entity

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

MOST_CHARACTERS = 4_000
MONTHS = (
    "jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch|s)?|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|"
    "sep(?:t|tember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cs](?:ember)?"
)
DAYS = (
    "today|tomorrow|yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
    "idag|imorgen|igår|mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag"
)
# Token patterns by entity name, used where the assistant knows the entity and gives no regex of its own.
SHAPES: Mapping[str, Sequence[Sequence[Mapping[str, object]]]] = {
    "email": [[{"LIKE_EMAIL": True}]],
    "phone": [
        [{"TEXT": {"REGEX": r"^\+?\d{8,15}$"}}],
        [{"TEXT": {"REGEX": r"^\+\d{1,3}$"}}, {"TEXT": {"REGEX": r"^\d{2,4}$"}, "OP": "{2,5}"}],
        [{"TEXT": {"REGEX": r"^\d{2,3}$"}}, {"TEXT": {"REGEX": r"^\d{2,3}$"}, "OP": "{2,4}"}],
    ],
    "date": [
        # The Norwegian tokenizer leaves such a date whole, the English one takes it apart.
        [{"TEXT": {"REGEX": r"^\d{4}-\d{2}-\d{2}$"}}],
        [
            {"TEXT": {"REGEX": r"^\d{4}$"}},
            {"TEXT": "-"},
            {"TEXT": {"REGEX": r"^\d{2}$"}},
            {"TEXT": "-"},
            {"TEXT": {"REGEX": r"^\d{2}$"}},
        ],
        [{"TEXT": {"REGEX": r"^\d{1,2}[./]\d{1,2}[./]\d{2,4}\.?$"}}],
        [
            {"TEXT": {"REGEX": r"^\d{1,2}(?:st|nd|rd|th|\.)?$"}},
            {"LOWER": "of", "OP": "?"},
            {"LOWER": {"REGEX": rf"^(?:{MONTHS})\.?$"}},
            {"TEXT": {"REGEX": r"^\d{4}$"}, "OP": "?"},
        ],
        [
            {"LOWER": {"REGEX": rf"^(?:{MONTHS})\.?$"}},
            {"TEXT": {"REGEX": r"^\d{1,2}(?:st|nd|rd|th|\.)?$"}},
            {"TEXT": {"REGEX": r"^\d{4}$"}, "OP": "?"},
        ],
        [{"LOWER": {"REGEX": rf"^(?:{DAYS})$"}}],
        [{"LOWER": "i"}, {"LOWER": {"IN": ["dag", "morgen", "går"]}}],
    ],
}


class EntityFinder:
    """Finds the entities that an assistant's domain lists. Safe from any thread."""

    def __init__(self, assistant: Assistant, languages: Sequence[str]) -> None:
        known = assistant.domain.entities
        # A lookup's own spelling, then what the synonyms say: any surface form to the value meant.
        self._values = {
            entry.lower(): entry
            for name, entries in assistant.nlu.lookups.items()
            if name in known
            for entry in entries
        } | dict(assistant.nlu.synonyms)
        self._regexes = {
            name: [re.compile(pattern, re.IGNORECASE) for pattern in patterns]
            for name, patterns in assistant.nlu.regexes.items()
            if name in known
        }
        lookups = {
            name: _phrases(entries, assistant.nlu.synonyms)
            for name, entries in assistant.nlu.lookups.items()
            if name in known
        }
        shapes = [name for name in SHAPES if name in known and name not in self._regexes]
        self._tokenised = _Tokenised(languages, lookups, shapes)

    def find(self, text: str, language: str) -> tuple[Entity, ...]:
        """The entities of `text` in order; where two overlap the longer one stays, then the more certain."""
        text = text[:MOST_CHARACTERS]
        found = [
            Entity(name, match[0], match[0], match.start(), match.end(), source="pattern")
            for name, patterns in self._regexes.items()
            for pattern in patterns
            for match in pattern.finditer(text)
            if match[0]
        ]
        found += self._tokenised.find(text, language)
        rank = {"pattern": 0, "lookup": 1, "shape": 2}
        found.sort(key=lambda each: (-(each.end - each.start), rank[each.source], each.start))
        kept: list[Entity] = []
        for entity in found:
            if all(entity.end <= other.start or other.end <= entity.start for other in kept):
                kept.append(self._valued(entity))
        return tuple(sorted(kept, key=lambda each: each.start))

    def _valued(self, entity: Entity) -> Entity:
        value = self._values.get(entity.text.lower(), entity.value)
        return Entity(entity.name, value, entity.text, entity.start, entity.end, source=entity.source)


def _phrases(entries: Sequence[str], synonyms: Mapping[str, str]) -> list[str]:
    """A lookup's entries and the other spellings of them that the synonyms give."""
    values = set(entries)
    return [*entries, *(surface for surface, value in synonyms.items() if value in values)]


class _Tokenised:
    """What is found token by token: lookups and shapes, by spaCy's matchers."""

    def __init__(
        self, languages: Sequence[str], lookups: Mapping[str, list[str]], shapes: Sequence[str]
    ) -> None:
        with _without_torch():
            import spacy
            from spacy.matcher import Matcher, PhraseMatcher

        self._pipelines: dict[str, tuple[Language, PhraseMatcher, Matcher]] = {}
        for language in languages:
            pipeline = spacy.blank(language if _has_tokenizer(language) else "xx")
            phrases = PhraseMatcher(pipeline.vocab, attr="LOWER")
            for name, entries in lookups.items():
                phrases.add(name, [pipeline.make_doc(entry) for entry in entries])
            patterns = Matcher(pipeline.vocab)
            for name in shapes:
                patterns.add(name, [list(map(dict, pattern)) for pattern in SHAPES[name]], greedy="LONGEST")
            self._pipelines[language] = (pipeline, phrases, patterns)
        # A vocabulary forgets the words of a message when its zone ends; zones don't nest, so one at a time.
        self._zone = threading.Lock()

    def find(self, text: str, language: str) -> list[Entity]:
        pipeline, phrases, patterns = self._pipelines.get(language) or next(iter(self._pipelines.values()))
        with self._zone, pipeline.memory_zone():
            doc = pipeline.make_doc(text)
            return [
                *_entities(doc, phrases(doc), "lookup"),
                *_entities(doc, patterns(doc) if len(patterns) else [], "shape"),
            ]


def _entities(doc: Doc, matches: Sequence[tuple[int, int, int]], source: str) -> Iterator[Entity]:
    for key, start, end in matches:
        span = doc[start:end]
        yield Entity(
            doc.vocab.strings[key], span.text, span.text, span.start_char, span.end_char, source=source
        )


def _has_tokenizer(language: str) -> bool:
    from importlib.util import find_spec

    return find_spec(f"spacy.lang.{language}") is not None


@contextmanager
def _without_torch() -> Iterator[None]:
    """Keep spaCy from importing torch.

    Its library thinc imports torch wherever torch is installed, as it is here for training: 180 MB and two
    seconds that serving never uses. A module set to None can't be imported; thinc takes that for an answer.
    """
    if "torch" in sys.modules or "thinc" in sys.modules:
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["torch"]
