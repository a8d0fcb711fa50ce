"""Two places that say different things about the same: another number, date or price, or yes and no.

Whether two sentences are about the same is a judgement, and a wrong one costs more trust than a missed one
gains. So within a language both must hold: nearly all of their telling words are shared, weighed by how rare
they are in the base, the words that one side lacks may stand in its headings or title alone; and the encoder
finds them alike once the values are taken out.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from kb.lint.amounts import Amount, amounts, differing
from kb.lint.finding import Finding, Kind, Place, Severity
from kb.lint.library import Library
from kb.lint.written import Sentence, Written
from kb.retrieval.lexical import terms

SHARED = 0.65
"""Share of the rarity of either side's words that the other side, with its headings, must hold …"""

WITHIN = (0.8, 0.4)
"""… or of the one side's and of the other's, where one sentence says what the other does and more."""

SHARED_PLAIN = 0.8
"""Of both, for yes and no, which have no value to compare."""

LIKENESS = 0.7
"""Cosine of the two sentences without their values, from which on they are about the same."""

LIKENESS_WITHIN = 0.75

LIKENESS_PLAIN = 0.85

LEAST_TERMS = 3
"""Telling words that two sentences must share, unless they are paragraphs' and have the same ones."""

_COMMON = 40  # sentences that hold a term; one that more hold leads to no pairs
_LEAST_ALIKE = 4  # telling words of a sentence that a "not" may turn round, or that steps share
_NEGATION = re.compile(r"\b(?:not|never|cannot|\w+n['’]t|ikke|aldri)\b", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:if|unless|when|except|only|but|until|before|after|hvis|når|unntatt|bare|men|før|etter|dersom)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence as it is held against others."""

    written: Written
    sentence: Sentence
    amounts: tuple[Amount, ...]
    masked: str  # the sentence with its values replaced by their units
    words: frozenset[str]  # its telling words, without values
    context: frozenset[str]  # and those of its headings and title
    negated: bool
    listed: bool  # in a list or a table: "Wait 30 seconds" belongs to its own steps


def contradictions(library: Library) -> Iterator[Finding]:
    """Within each language: values and yes or no. Both places are shown; either may be the one to mend."""
    languages = sorted({one.article.language for one in library.written})
    for language in languages:
        written = [one for one in library.written if one.article.language == language]
        yield from _of_language(library, written, language)


def _of_language(library: Library, written: Sequence[Written], language: str) -> Iterator[Finding]:
    statements = [each for one in written for each in _statements(one, language)]
    rarity = _rarity(written)
    pairs = [pair for pair in _pairs(statements) if _judged(*pair)]
    needed = [_likeness_needed(one, other, rarity) for one, other in pairs]
    close = [(pair, least) for pair, least in zip(pairs, needed, strict=True) if least is not None]
    likeness = library.likeness([(one.masked, other.masked) for (one, other), _ in close])
    for ((one, other), least), alike in zip(close, likeness, strict=True):
        if alike < least:
            continue
        ways = list(differing(one.amounts, other.amounts))
        if ways:
            ours, theirs = ways[0]
            yield _finding(case_of(ours), one, other, (ours.text,), (theirs.text,))
        else:
            yield _finding("negation", one, other, _negations(one), _negations(other))


def _finding(
    case: str, one: Statement, other: Statement, ours: tuple[str, ...], theirs: tuple[str, ...]
) -> Finding:
    places = (
        Place(one.written.article.id, one.sentence.line, one.sentence.text, ours),
        Place(other.written.article.id, other.sentence.line, other.sentence.text, theirs),
    )
    titles = (one.written.article.title, other.written.article.title)
    said = () if case == "negation" else (" ".join(ours), " ".join(theirs))
    return Finding(Kind.CONTRADICTION, case, Severity.WARNING, places, (*titles, *said))


def case_of(amount: Amount) -> str:
    """Which of the sentences about values fits: price, date or number."""
    if amount.unit in ("date", "date with year", "clock"):
        return "date"
    if amount.unit.isupper() and len(amount.unit) == 3:
        return "price"
    return "number"


def _statements(written: Written, language: str) -> Iterator[Statement]:
    headings = {block.section: block.text for block in written.headings()}
    title = frozenset(terms(written.article.title))
    for sentence in written.sentences:
        found, masked = amounts(sentence.text, language)
        units = {term for amount in found for term in terms(amount.unit.removeprefix("#"))}
        words = frozenset(word for word in terms(masked) if not word.isdigit()) - units
        section = written.blocks[sentence.block].section
        above = frozenset(terms(headings.get(section, "")))
        negated = _NEGATION.search(sentence.text) is not None
        listed = written.blocks[sentence.block].kind != "paragraph"
        yield Statement(written, sentence, found, masked, words, words | title | above, negated, listed)


def _rarity(written: Sequence[Written]) -> dict[str, float]:
    """How much a word tells: the inverse share of articles that hold it, in natural logarithm, above 0."""
    held = Counter(
        word
        for one in written
        for word in {term for block in one.blocks for term in terms(block.text)}
        | set(terms(one.article.title))
    )
    return {word: math.log(1 + len(written) / count) for word, count in held.items()}


def _pairs(statements: Sequence[Statement]) -> Iterator[tuple[Statement, Statement]]:
    """Pairs that share at least LEAST_TERMS words none of which is everywhere. Each comes once."""
    holders: dict[str, list[int]] = {}
    for number, statement in enumerate(statements):
        for word in statement.words:
            holders.setdefault(word, []).append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        if len(numbers) <= _COMMON:
            shared.update(combinations(numbers, 2))
    for (left, right), count in sorted(shared.items()):
        one, other = statements[left], statements[right]
        if one.written is other.written:
            continue  # the parts of an article speak of different cases
        if count >= LEAST_TERMS or (one.words == other.words and not (one.listed or other.listed)):
            yield one, other


def _likeness_needed(one: Statement, other: Statement, rarity: dict[str, float]) -> float | None:
    """How alike the encoder must find the two; None if their words say that they differ in subject."""
    more, less = sorted((_held(one, other, rarity), _held(other, one, rarity)), reverse=True)
    if not any(differing(one.amounts, other.amounts)):
        return LIKENESS_PLAIN if less >= SHARED_PLAIN else None
    if less >= SHARED:
        return LIKENESS
    return LIKENESS_WITHIN if more >= WITHIN[0] and less >= WITHIN[1] else None


def _held(one: Statement, other: Statement, rarity: dict[str, float]) -> float:
    """The share of the rarity of one's words that the other holds, its headings and title included."""
    total = sum(rarity.get(word, 1.0) for word in one.words)
    return sum(rarity.get(word, 1.0) for word in one.words & other.context) / total if total else 0.0


def _judged(one: Statement, other: Statement) -> bool:
    """Whether there is anything to compare: values that differ, or one "not" where there are no conditions.

    How long a step waits or holds is its own affair: only steps in the same words are compared.
    """
    ways = [ours for ours, _ in differing(one.amounts, other.amounts)]
    if ways:
        waits = all(ours.unit == "minute" for ours in ways) and (one.listed or other.listed)
        return not waits or (one.words == other.words and len(one.words) >= _LEAST_ALIKE)
    plain = one.negated != other.negated and min(len(one.words), len(other.words)) >= _LEAST_ALIKE
    return plain and not (_CONDITION.search(one.sentence.text) or _CONDITION.search(other.sentence.text))


def _negations(statement: Statement) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found[0] for found in _NEGATION.finditer(statement.sentence.text)))
