"""Which of the assistant's languages a message is in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lingua import IsoCode639_1, Language, LanguageDetector, LanguageDetectorBuilder

from bot.understanding.words import Words, plain

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
# A switch away from the conversation's language needs more certainty the less has been written.
LEAST_CERTAINTY = {1: 0.97, 2: 0.9, 3: 0.85}
LONG_CERTAINTY = 0.75
# How many times likelier each word of its own makes a language.
OWN_WORD = 10.0
MOST_OWN = 6
FEW_WORDS = 3
MIXED_TRUST = 0.4
# Languages that have so many of these words in common are near: Danish and Bokmål.
SHARED_BY_NEAR = 20
LEAST_LETTERS = 4
MOST_CHARACTERS = 1_000


class LanguageReader:
    """Tells the assistant's languages apart; languages that lingua does not know are never detected.

    lingua's low-accuracy mode holds trigrams only: 9 MB for English and Bokmål instead of 97 MB, and it does
    better on the short texts of a chat.
    """

    def __init__(self, languages: Sequence[str], words: Mapping[str, Words]) -> None:
        self._languages = tuple(languages)
        self._own = {
            language: words[language].own - _elsewhere(language, words)
            for language in languages
            if language in words
        }
        self._foreign = {language: words[language].foreign for language in languages if language in words}
        self._near = {each: _near(each, words) for each in self._own}
        self._detector = _detector(languages)

    def read(self, text: str, current: str) -> str:
        """The language of `text`, which holds no names and numbers; `current` unless it is surely another.

        A few words count at once if only one language has them; else letters and words are weighed.
        """
        words = WORD.findall(plain(text[:MOST_CHARACTERS]))
        if not words or len(self._languages) < 2:
            return current
        own = {each: sum(word in mine for word in words) for each, mine in self._own.items()}
        told = [each for each, count in own.items() if count]
        if len(words) <= FEW_WORDS and len(told) == 1:
            return told[0]
        guessed = self._guess(words)
        # Letters say little about a text that mixes languages: "the faktura is wrong".
        trust = MIXED_TRUST if len(told) > 1 else 1.0
        odds = {
            each: guessed.get(each, 0.0) ** trust
            * OWN_WORD ** (min(own.get(each, 0), MOST_OWN) - self._others(each, words))
            for each in self._languages
        }
        best = max(odds, key=lambda each: odds[each])
        if current in self._near.get(best, ()) and own[best] <= own[current]:
            return current  # every word of it may be the conversation's language, too
        least = LEAST_CERTAINTY.get(len(words), LONG_CERTAINTY)
        return best if odds[best] >= least * sum(odds.values()) > 0.0 else current

    def _others(self, language: str, words: Sequence[str]) -> int:
        """How many of the words a near language has and this one has not."""
        foreign = self._foreign.get(language, frozenset[str]())
        return min(sum(word in foreign for word in words), MOST_OWN)

    def _guess(self, words: Sequence[str]) -> dict[str, float]:
        """Each language's probability by its letters; alike where there are too few."""
        if self._detector is None or sum(map(len, words)) < LEAST_LETTERS:
            return dict.fromkeys(self._languages, 1.0 / len(self._languages))
        guesses = self._detector.compute_language_confidence_values(" ".join(words))
        return {each.language.iso_code_639_1.name.lower(): each.value for each in guesses}


def _elsewhere(language: str, words: Mapping[str, Words]) -> frozenset[str]:
    return frozenset().union(*(each.own for name, each in words.items() if name != language))


def _near(language: str, words: Mapping[str, Words]) -> frozenset[str]:
    mine = words[language].own
    others = (each for each in words.values() if each.language != language)
    return frozenset(each.language for each in others if len(mine & each.own) >= SHARED_BY_NEAR)


def _detector(languages: Sequence[str]) -> LanguageDetector | None:
    known = {each.name.lower(): each for each in (language.iso_code_639_1 for language in Language.all())}
    codes: list[IsoCode639_1] = [known[language] for language in languages if language in known]
    if len(codes) < 2:
        return None
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()
