"""The words by which conversations are found, in texts and in what people type to find them. Pure.

Both engines are given plain words, so that they agree on what a word is: letters and digits without accents
and case. `På` is found by `pa`, `NT-10427` by `10427` or `nt10427`, `912 34 567` by `91234567`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

WORD_CHARACTERS = 40
"""Of a longer word only these many are kept."""

MOST_TERMS = 12
"""Words of a query that are looked for; the rest of a longer one is not."""

_PREFIX_CHARACTERS = 3  # a shorter word is looked for as it is
_WORD = re.compile(r"[^\W_]+")
_JOINED = re.compile(r"(?<![^\W_])[^\W_]{1,12}(?:-[^\W_]{1,12}){1,4}(?![^\W_])|(?<!\d)\d+(?:[ .]\d+){1,6}")
_DIGITS = range(6, 21)  # of a number that is written in groups: shorter ones are a date's or a price's
_QUOTED = re.compile(r"[\"“”«»„]([^\"“”«»„]{1,200})[\"“”«»„]")
_APART = str.maketrans({"ø": "o", "æ": "ae", "đ": "d", "ł": "l", "ı": "i", "_": " "})


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to find: any of the alternatives, each of which is words that must all be there.

    prefix: whether the last word of each alternative may go on.
    """

    alternatives: tuple[tuple[str, ...], ...]
    prefix: bool

    def words(self) -> Iterator[str]:
        """Every word of it, once or more."""
        for alternative in self.alternatives:
            yield from alternative

    def stands_in(self, words: str) -> bool:
        """Whether it is there word for word, no word going on; `words` with a blank around each."""
        return any(all(f" {word} " in words for word in alternative) for alternative in self.alternatives)

    def hits(self, words: str) -> bool:
        """Whether one of its words is there, going on or not; `words` with a blank around each."""
        end = "" if self.prefix else " "
        return any(f" {word}{end}" in words for word in self.words())


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed: all of the terms are to be found.

    number: the case's own number, where that is all that was typed. phrases: what stood in quotes, word for
    word.
    """

    terms: tuple[Term, ...]
    phrases: tuple[tuple[str, ...], ...]
    number: int | None


def folded(text: str) -> str:
    """The text without case and accents; no marks are left, however many were piled up."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in apart if not unicodedata.category(c).startswith("M"))
    return plain.casefold().translate(_APART)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, in its order."""
    return tuple(word[:WORD_CHARACTERS] for word in _WORD.findall(folded(text)))


def spaced(text: str) -> str:
    """The words of a text with a blank around each."""
    return f" {' '.join(words_of(text))} "


def index_words(texts: Iterable[str]) -> dict[str, None]:
    """Every word by which these texts are found, each once, in the order of the texts."""
    found: dict[str, None] = {}
    for text in texts:
        plain = folded(text)
        found.update((word[:WORD_CHARACTERS], None) for word in _WORD.findall(plain))
        found.update((joined, None) for joined in _joined(plain))
    return found


def query_of(text: str) -> Query:
    """What a text asks for. Any text will do; one without a single letter or digit has no terms."""
    number = re.fullmatch(r"\s*#?(\d{1,9})\s*", text)
    phrases = tuple(words for quoted in _QUOTED.findall(text) if (words := words_of(quoted)))
    terms: dict[Term, None] = {}
    for word in {word: None for words in phrases for word in words}:
        terms[Term(((word,),), prefix=False)] = None
    rest = folded(_QUOTED.sub(" ", text))
    at = 0
    for group in re.finditer(r"(?<!\w)\d+(?:[ .-]\d+){1,6}(?!\w)", rest):
        joined = re.sub(r"\D", "", group.group())
        if len(joined) not in _DIGITS:
            continue
        terms.update((term, None) for term in _plain_terms(rest[at : group.start()]))
        terms[Term((tuple(_WORD.findall(group.group())), (joined,)), prefix=False)] = None
        at = group.end()
    terms.update((term, None) for term in _plain_terms(rest[at:]))
    kept = tuple(list(terms)[:MOST_TERMS])
    return Query(kept, phrases, int(number[1]) if number else None)


def _plain_terms(plain: str) -> Iterator[Term]:
    for word in _WORD.findall(plain):
        yield Term(((word[:WORD_CHARACTERS],),), prefix=len(word) >= _PREFIX_CHARACTERS)


def _joined(plain: str) -> Iterator[str]:
    """Codes and numbers written in groups, as one word."""
    for match in _JOINED.finditer(plain):
        word = re.sub(r"[ .-]", "", match.group())
        grouped = word.isdigit() and len(word) in _DIGITS
        coded = "-" in match.group() and not word.isdigit() and any(c.isdigit() for c in word)
        if grouped or coded:
            yield word[:WORD_CHARACTERS]
