"""Articles that say the same, so that neither is clearly the answer; and questions that two of them claim."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from kb.lint.finding import Finding, Kind, Place, Severity, digest
from kb.lint.library import Library
from kb.lint.written import Written
from kb.retrieval.lexical import terms

SHINGLE = 5
"""Words in a row that are compared as one."""

COPIED = 0.5
"""Share of the shorter text's shingles that the longer one repeats, from which on it is a copy."""

LEAST_SHINGLES = 20

ALIKE_TERMS = 0.5
"""Share of the telling words of both that either has (Jaccard); with …"""

ALIKE = 0.85
"""… the cosine of the two texts, from which on they cover the same ground."""

_COMMON = 30  # articles that hold a shingle; what more hold is a footer, not a copy
_OPENING_WORDS = 150  # of a text, that are compared by meaning: what an encoder reads at once
_WORD = re.compile(r"\w+")


def near_duplicates(library: Library) -> Iterator[Finding]:
    """Within a language, by words in a row and by meaning."""
    for language in sorted({one.article.language for one in library.written}):
        written = [one for one in library.written if one.article.language == language]
        yield from _texts(library, written)
        yield from _questions(written)


def _texts(library: Library, written: Sequence[Written]) -> Iterator[Finding]:
    shingles = [_shingles(one) for one in written]
    bags = [frozenset(terms(_words(one))) for one in written]
    copied = _copied(shingles)
    close = [
        (left, right)
        for left, right in combinations(range(len(written)), 2)
        if (left, right) not in copied and _jaccard(bags[left], bags[right]) >= ALIKE_TERMS
    ]
    openings = [_opening(one) for one in written]
    likeness = library.likeness([(openings[left], openings[right]) for left, right in close])
    alike = {pair for pair, cosine in zip(close, likeness, strict=True) if cosine >= ALIKE}
    for group in _groups(copied | alike):
        case = "copied" if any(pair in copied for pair in combinations(group, 2)) else "alike"
        some = [written[number] for number in group]
        places = tuple(Place(one.article.id, 0, one.article.title) for one in some)
        values = tuple(one.article.title for one in some)
        basis = digest([one.basis for one in some])
        yield Finding(Kind.DUPLICATE, case, Severity.WARNING, places, values, basis)


def _groups(pairs: set[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    """Articles that hang together by pairs: one finding, however many copies there are."""
    group: dict[int, set[int]] = {}
    for pair in sorted(pairs):
        joined = set().union(*(group.get(number, {number}) for number in pair))
        group.update(dict.fromkeys(joined, joined))
    seen: set[int] = set()
    for number in sorted(group):
        if number not in seen:
            seen |= group[number]
            yield tuple(sorted(group[number]))


def _copied(shingles: Sequence[frozenset[str]]) -> set[tuple[int, int]]:
    holders: dict[str, list[int]] = {}
    for number, some in enumerate(shingles):
        for shingle in some:
            holders.setdefault(shingle, []).append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        if 1 < len(numbers) <= _COMMON:
            shared.update(combinations(sorted(numbers), 2))
    return {
        pair
        for pair, count in shared.items()
        if (shorter := min(len(shingles[pair[0]]), len(shingles[pair[1]]))) >= LEAST_SHINGLES
        and count >= COPIED * shorter
    }


def _questions(written: Sequence[Written]) -> Iterator[Finding]:
    """The same customers' question, whatever its case and marks, kept for two articles."""
    first: dict[str, tuple[Written, str]] = {}
    for one in written:
        for question in one.revision.questions:
            folded = " ".join(_WORD.findall(question.casefold()))
            other = first.setdefault(folded, (one, question))
            if other[0] is not one and folded:
                places = (Place(one.article.id, 0, question), Place(other[0].article.id, 0, other[1]))
                values = (question, one.article.title, other[0].article.title)
                yield Finding(Kind.DUPLICATE, "question", Severity.WARNING, places, values)


def _words(written: Written) -> str:
    return " ".join(block.text for block in written.blocks)


def _opening(written: Written) -> str:
    text = " ".join(_words(written).split()[:_OPENING_WORDS])
    return f"{written.article.title}. {text}"


def _shingles(written: Written) -> frozenset[str]:
    words = _WORD.findall(_words(written).casefold())
    return frozenset(" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
