"""spaCy's part: lookups word for word, and a statistical model's entities where one is installed."""

from __future__ import annotations

import sys
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bot.understanding.tagging import TOKEN

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

# What spaCy's English and Norwegian models name; an assistant that lists one of them wants it found.
STATISTICAL = frozenset(
    (
        *(
            "PERSON",
            "PER",
            "ORG",
            "GPE",
            "LOC",
            "FAC",
            "NORP",
            "PRODUCT",
            "EVENT",
            "WORK_OF_ART",
            "LAW",
            "LANGUAGE",
        ),
        *("DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"),
        *("GPE_LOC", "GPE_ORG", "DRV", "EVT", "PROD", "MISC"),
    )
)
NOT_NEEDED = [
    "tagger",
    "parser",
    "lemmatizer",
    "attribute_ruler",
    "senter",
    "morphologizer",
    "trainable_lemmatizer",
]
# What the models' names end in, small ones first.
SIZES = ("_sm", "_md", "_lg")
MOST_TOKENS, MOST_GUESSED = 1_000, 200


@dataclass(frozen=True, slots=True)
class Named:
    """Characters `start` to `end` are a `name`; `statistical` if a model guessed it."""

    name: str
    start: int
    end: int
    statistical: bool = False


class Pipelines:
    """One spaCy pipeline a language, blank where no statistical model is needed. Safe from any thread."""

    def __init__(
        self,
        languages: Sequence[str],
        lookups: Mapping[str, Sequence[str]],
        statistical: Collection[str] = (),
        *,
        case_sensitive: bool = False,
    ) -> None:
        """lookups: phrases by entity; statistical: the labels wanted of installed models."""
        with _without_torch():
            from spacy.matcher import PhraseMatcher

            self._wanted = frozenset(statistical)
            self._pipelines: dict[str, tuple[Language, PhraseMatcher]] = {}
            for language in languages:
                pipeline = _pipeline(language, bool(statistical))
                phrases = PhraseMatcher(pipeline.vocab, attr="ORTH" if case_sensitive else "LOWER")
                for name, entries in lookups.items():
                    phrases.add(name, [_doc(pipeline, entry)[0] for entry in entries])
                self._pipelines[language] = (pipeline, phrases)
        # A vocabulary forgets the words of a message when its zone ends; zones don't nest, so one at a time.
        self._zone = threading.Lock()

    def find(self, text: str, language: str) -> list[Named]:
        """The phrases and names in `text`, which may overlap."""
        pipeline, phrases = self._pipelines.get(language) or next(iter(self._pipelines.values()))
        with self._zone, pipeline.memory_zone():
            doc, places = _doc(pipeline, text)
            found = [
                Named(doc.vocab.strings[key], places[start][0], places[end - 1][1])
                for key, start, end in (phrases(doc) if len(phrases) else ())
            ]
            if self._wanted:
                few = doc[:MOST_GUESSED].as_doc()
                found += [
                    Named(span.label_, places[span.start][0], places[span.end - 1][1], statistical=True)
                    for span in pipeline(few).ents
                    if span.label_ in self._wanted
                ]
            return found


def _doc(pipeline: Language, text: str) -> tuple[Doc, list[tuple[int, int]]]:
    """The text in tokens, and where each stands; spaCy's own tokenizers take seconds for a row of emoji."""
    from spacy.tokens import Doc

    places = [match.span() for match in TOKEN.finditer(text)][:MOST_TOKENS]
    following = [*places[1:], (len(text) + 1, 0)]
    blanks = [end < start for (_, end), (start, _) in zip(places, following, strict=False)]
    return Doc(pipeline.vocab, words=[text[start:end] for start, end in places], spaces=blanks), places


def _pipeline(language: str, statistical: bool) -> Language:
    import spacy

    if statistical:
        model = _installed(language)
        if model is not None:
            return spacy.load(model, exclude=NOT_NEEDED)
    return spacy.blank(language if find_spec(f"spacy.lang.{language}") else "xx")


def _installed(language: str) -> str | None:
    """The smallest statistical model of the language that is installed."""
    import spacy.util

    own = [name for name in spacy.util.get_installed_models() if name.split("_")[0] == language]
    size = {name: next((at for at, each in enumerate(SIZES) if each in name), len(SIZES)) for name in own}
    return min(own, key=lambda name: (size[name], name), default=None)


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
