"""What an assistant's own lists find in a text: regexes, lookups and shapes, before anything is decided."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.dialogue.assistant import Assistant, RegexSettings
from bot.understanding.pipelines import STATISTICAL, Named, Pipelines
from bot.understanding.regexes import Pattern, PatternError
from bot.understanding.shapes import SHAPES, Said, Shape, Shaped
from bot.understanding.tagging import Hint

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Spots:
    """What was found, by entity (of a shape: by the shape's first name)."""

    regexes: Sequence[tuple[str, int, int]]
    named: Sequence[Named]
    shapes: Mapping[str, Sequence[Shaped]]

    def hints(self) -> list[Hint]:
        """What the tagger may look at."""
        found = [Hint(f"regex {name}", start, end) for name, start, end in self.regexes]
        found += [Hint(f"lookup {each.name}", each.start, each.end) for each in self.named]
        found += [
            Hint(f"shape {name}", each.start, each.end) for name, all_ in self.shapes.items() for each in all_
        ]
        return found


class Spotters:
    """Everything that finds by rule. Safe from any thread."""

    def __init__(self, assistant: Assistant, languages: Sequence[str]) -> None:
        settings = assistant.pipeline.regex or RegexSettings()
        nlu = assistant.nlu
        self._patterns: list[tuple[str, Pattern]] = []
        for name, written in nlu.regexes.items() if settings.regexes else ():
            self._patterns += ((name, each) for each in _patterns(name, written, settings.case_sensitive))
        self.phrases = {
            name: phrases(entries, nlu.synonyms) for name, entries in nlu.lookups.items() if settings.lookups
        }
        if not settings.word_boundaries:
            for name, entries in self.phrases.items():
                anywhere = "|".join(map(re.escape, entries))
                self._patterns += (
                    (name, each) for each in _patterns(name, [anywhere], settings.case_sensitive)
                )
        self._pipelines = Pipelines(
            languages,
            self.phrases if settings.word_boundaries else {},
            STATISTICAL & assistant.domain.entities.keys(),
            case_sensitive=settings.case_sensitive,
        )
        # Several names of one shape need one look.
        self.shape_names: dict[str, str] = {}
        self._shapes: dict[str, Shape] = {}
        first: dict[Shape, str] = {}
        for name, shape in SHAPES.items():
            self.shape_names[name] = first.setdefault(shape, name)
            self._shapes[first[shape]] = shape

    def spots(self, text: str, language: str, today: date, shapes: Sequence[str] | None = None) -> Spots:
        """All that is found in `text`. shapes: which ones to look for, None for all."""
        said = Said(text, language, today)
        wanted = self._shapes if shapes is None else {name: self._shapes[name] for name in shapes}
        return Spots(
            regexes=[(name, *span) for name, pattern in self._patterns for span in pattern.spans(text)],
            named=self._pipelines.find(text, language),
            shapes={name: list(shape(said)) for name, shape in wanted.items()},
        )

    def hints(self, text: str, language: str) -> list[Hint]:
        """What the tagger is trained with; of which day a date is does not matter to it."""
        return self.spots(text, language, datetime.now(UTC).date()).hints()


def phrases(entries: Sequence[str], synonyms: Mapping[str, str]) -> list[str]:
    """A lookup's entries and the other spellings of them that the synonyms give."""
    values = set(entries)
    return [*entries, *(surface for surface, value in synonyms.items() if value in values)]


def _patterns(name: str, written: Sequence[str], case_sensitive: bool) -> list[Pattern]:
    found = []
    for each in written:
        try:
            pattern = Pattern(each, case_sensitive=case_sensitive)
        except PatternError as wrong:
            _log.warning("a regex of %s is left out: %s", name, wrong)
            continue
        if not pattern.linear:
            _log.info("the regex %s of %s runs against the clock: %s", each, name, pattern.why_not)
        found.append(pattern)
    return found
