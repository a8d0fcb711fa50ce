"""Finds the entities that an assistant's domain lists, and settles who is right where two overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.dialogue.assistant import Assistant
from bot.dialogue.documents import JsonValue
from bot.understanding.reading import Entity, Source
from bot.understanding.spelling import Spellings
from bot.understanding.spotting import Spots, Spotters
from bot.understanding.tagging import Tagger, TaggerModel, ordinary_words

MOST_CHARACTERS = 4_000
MOST_MENDED = 300  # characters looked through for misspelt names
# Of spans that are equally long, who is believed first.
RANK: Mapping[Source, int] = {
    "pattern": 0,
    "lookup": 1,
    "learnt": 2,
    "shape": 3,
    "spelling": 4,
    "statistical": 5,
}
# These mean what is written, so that they hold for entities that an assistant has examples of, too.
PLAIN_SHAPES = frozenset(("email", "url", "phone", "date", "order_number", "postcode"))


class EntityFinder:
    """Finds entities by rule, by lookup and by what was learnt. Safe from any thread."""

    def __init__(
        self,
        assistant: Assistant,
        languages: Sequence[str],
        learnt: TaggerModel | None = None,
        *,
        is_word: Callable[[str], bool] = lambda word: False,
    ) -> None:
        """learnt: what training made of the annotations; is_word: whether a word is an everyday one."""
        known = assistant.domain.entities
        self._known = frozenset(known)
        self._spotters = Spotters(assistant, languages)
        self._tagger = Tagger(learnt) if learnt is not None and learnt.spans else None
        self._learnt = learnt.entities if learnt is not None else frozenset()
        # Rasa reads regexes as mere hints unless config.yml names its RegexEntityExtractor.
        self._by_rule = frozenset(
            name for name in known if assistant.pipeline.regex is not None or name not in self._learnt
        )
        own = {*assistant.nlu.regexes, *assistant.nlu.lookups}
        # By entity, the shape that it has where the assistant gives no list of its own.
        self._shapes = {
            name: shape
            for name, shape in self._spotters.shape_names.items()
            if name in known and name not in own and (name not in self._learnt or shape in PLAIN_SHAPES)
        }
        self._lookups = {name: all_ for name, all_ in self._spotters.phrases.items() if name in known}
        # A lookup's own spelling of what was written.
        self._spelt = {
            entry.casefold(): entry
            for name, entries in assistant.nlu.lookups.items()
            if name in known
            for entry in entries
        }
        self._synonyms = dict(assistant.nlu.synonyms) if assistant.pipeline.synonyms else {}
        self._misspelt = self._spellings(
            learnt.words if learnt else ordinary_words(assistant.nlu.examples), is_word
        )

    def find(self, text: str, language: str, today: date | None = None) -> tuple[Entity, ...]:
        """The entities of `text` in order; where two overlap the longer one stays, then the more certain.

        today: the day that "yesterday" is counted from; the current one if None.
        """
        text = text[:MOST_CHARACTERS]
        shapes = None if self._tagger is not None else sorted(set(self._shapes.values()))
        spots = self._spotters.spots(text, language, today or datetime.now(UTC).date(), shapes)
        found = [*self._by_rules(text, spots), *self._tagged(text, spots), *self._slips(text)]
        found.sort(key=lambda each: (each.start - each.end, _rank(each), each.start))
        kept: list[Entity] = []
        for entity in found:
            if all(_compatible(entity, other) for other in kept):
                kept.append(self._mapped(entity))
        return tuple(sorted(kept, key=lambda each: each.start))

    def _by_rules(self, text: str, spots: Spots) -> Iterator[Entity]:
        for name, start, end in spots.regexes:
            if name in self._by_rule:
                yield Entity(name, text[start:end], text[start:end], start, end, source="pattern")
        for named in spots.named:
            words = text[named.start : named.end]
            if named.name in self._lookups and not named.statistical:
                spelt = self._spelt.get(words.casefold(), words)
                yield Entity(named.name, spelt, words, named.start, named.end, source="lookup")
            elif named.statistical and named.name in self._known:
                yield Entity(named.name, words, words, named.start, named.end, source="statistical")
        for name, shape in self._shapes.items():
            for each in spots.shapes.get(shape, ()):
                words = text[each.start : each.end]
                value: JsonValue = words if name in self._learnt else each.value
                yield Entity(name, value, words, each.start, each.end, source="shape")

    def _tagged(self, text: str, spots: Spots) -> Iterator[Entity]:
        for each in self._tagger.tag(text, spots.hints()) if self._tagger is not None else ():
            words = text[each.start : each.end]
            for mark in each.marks:
                if mark.entity in self._known:
                    yield Entity(
                        mark.entity,
                        self._spelt.get(words.casefold(), words),
                        words,
                        each.start,
                        each.end,
                        mark.role,
                        mark.group,
                        source="learnt",
                        probability=each.probability,
                    )

    def _slips(self, text: str) -> Iterator[Entity]:
        for name, spellings in self._misspelt.items():
            for slip in spellings.find(text[:MOST_MENDED]):
                words = text[slip.start : slip.end]
                value = self._spelt.get(slip.name, slip.name)
                likely = 1.0 - slip.edits / (len(slip.name) + 1)
                yield Entity(name, value, words, slip.start, slip.end, source="spelling", probability=likely)

    def _spellings(self, words: frozenset[str], is_word: Callable[[str], bool]) -> dict[str, Spellings]:
        """The lookups whose misspelt entries can be told from other words; none where no words are known."""
        if not words:
            return {}
        return {
            name: Spellings(entries, lambda word: word in words or is_word(word))
            for name, entries in self._lookups.items()
        }

    def _mapped(self, entity: Entity) -> Entity:
        """The entity with the value that a synonym gives it."""
        for said in (entity.text, entity.value):
            value = self._synonyms.get(said.lower()) if isinstance(said, str) else None
            if value is not None:
                return replace(entity, value=value, mapped=True)
        return entity


def _rank(entity: Entity) -> int:
    """Roles and groups are known to the tagger alone: where it names one, it comes first."""
    return -1 if entity.role or entity.group else RANK[entity.source]


def _compatible(one: Entity, other: Entity) -> bool:
    """Whether both may stay: they lie apart, or are two annotations of one span."""
    if one.end <= other.start or other.end <= one.start:
        return True
    same = (one.start, one.end, one.source) == (other.start, other.end, "learnt")
    return same and one.name != other.name
