"""Asks a generation what it can be asked, and fits its answer probability on how that went.

A cosine is no confidence: what is close in one base is far in another. The questions are the base's own
titles, headings and editors' phrasings, asked with every view hidden that repeats them, and shortened to a
few of their words, as people type, with nothing hidden. Each is asked twice: its article should be found, and
once that is gone, nothing should be. Everyday questions of other trades join them, and what customers said of
real answers.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

import numpy as np

from kb.article import ArticleId
from kb.embedders import Floats1d, Floats2d
from kb.retrieval.calibration import UNCALIBRATED, WORDS_ALONE, Asking, Calibration, fit
from kb.retrieval.entries import Entry, views_of
from kb.retrieval.everyday import EVERYDAY
from kb.retrieval.evidence import NEAREST, Evidence, candidates, fused, gather
from kb.retrieval.lexical import Bools1d, Ints1d, terms
from kb.retrieval.snapshot import Snapshot, Views

QUESTIONS = 400
"""Own questions asked at most, so that a large base is calibrated as soon as a small one."""

Embed: TypeAlias = Callable[[Sequence[str]], Floats2d]
"""Texts to unit vectors, a row each."""

Nearest: TypeAlias = tuple[Floats1d, Ints1d]
"""Scores and view numbers of one vector search."""

_LEAST_TERMS = 2  # "What's next?" is a heading, not a question
_KEPT = 0.6  # of the words of a question that is shortened
_MOST_PASSAGES = 8  # of an article that are compared without their title


class Logged(Protocol):
    """A real answer that a customer has judged."""

    @property
    def question(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def article(self) -> ArticleId | None: ...
    @property
    def right(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Question:
    """What a base asks itself; `entry` should answer it without the hidden views, nothing should if None.

    untitled: whether the hidden views include the title, so that passages must be compared without it.
    """

    text: str
    entry: int | None
    hidden: frozenset[int] = frozenset()
    untitled: bool = False


def questions_of(entries: Sequence[Entry], views: Views) -> tuple[Question, ...]:
    """The base's own questions, at most QUESTIONS, the same ones each time, and the everyday ones."""
    order = sorted(range(len(entries)), key=lambda number: _shuffled(entries[number].article))
    asked = sorted(_own(entries, views, order[:QUESTIONS]), key=lambda question: _shuffled(question.text))
    own = asked[: QUESTIONS * 5 // 8]
    short = [each for question in asked if (each := _shortened(question)) is not None]
    everyday = (Question(text, None) for text in EVERYDAY)
    return (*own, *short[: QUESTIONS - len(own)], *everyday)


def _own(entries: Sequence[Entry], views: Views, numbers: Sequence[int]) -> Iterator[Question]:
    some = {number: entries[number] for number in numbers}
    headings = Counter(text for entry in some.values() for text in {path[-1] for path in _paths(entry)})
    for number, entry in some.items():
        written = {entry.title, *(path[-1] for path in _paths(entry) if headings[path[-1]] == 1)}
        telling = {text for text in written if len(set(terms(text))) >= _LEAST_TERMS}
        start = views.of(number).start
        shown = [view.text.casefold() for view in views_of(entry)]
        for text in sorted(telling | set(entry.questions)):
            needle = text.casefold()
            hidden = frozenset(start + place for place, found in enumerate(shown) if needle in found)
            yield Question(text, number, hidden, untitled=needle in entry.title.casefold())


def _paths(entry: Entry) -> set[tuple[str, ...]]:
    return {passage.heading for passage in entry.passages if passage.heading}


def _shortened(question: Question) -> Question | None:
    """Some of its words, with nothing hidden; None if too few are left to tell what is meant."""
    words = question.text.split()
    kept = [word for at, word in enumerate(words) if zlib.crc32(f"{at}{word}".encode()) < _KEPT * 2**32]
    text = " ".join(kept)
    if len(kept) == len(words) or len(set(terms(text))) < _LEAST_TERMS:
        return None
    return Question(text, question.entry)


def _shuffled(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def calibrate(
    snapshot: Snapshot, embed: Embed | None, logged: Sequence[Logged] = (), most: int = QUESTIONS
) -> Calibration:
    """Ask the generation, and fit.

    embed: None in keyword mode; logged: what customers said of answers, of which the latest `most` count.
    """
    questions = questions_of(snapshot.entries, snapshot.views)
    rehearsal = _Rehearsal(snapshot, embed, questions, logged[:most])
    start = UNCALIBRATED if embed is not None and snapshot.index is not None else WORDS_ALONE
    return fit(list(rehearsal.askings()), start)


class _Rehearsal:
    """One calibration: the questions with their vectors and nearest views."""

    def __init__(
        self,
        snapshot: Snapshot,
        embed: Embed | None,
        questions: Sequence[Question],
        logged: Sequence[Logged],
    ) -> None:
        self._snapshot = snapshot
        self._questions = questions
        self._logged = logged
        self._untitled: dict[int, Floats2d] = {}
        self._vectors: Floats2d | None = None
        self._near: Sequence[Nearest | None] = [None] * (len(questions) + len(logged))
        index = snapshot.index
        if embed is None or index is None or not index.count:
            return
        bare = {q.entry: self._passages(q.entry) for q in questions if q.untitled and q.entry is not None}
        texts = [*(q.text for q in questions), *(each.question for each in logged)]
        rows = embed([*texts, *(text for passages in bare.values() for text in passages)])
        self._vectors = rows[: len(texts)]
        scores, numbers = index.search(self._vectors, min(NEAREST, index.count))
        self._near = list(zip(scores, numbers, strict=True))
        at = len(texts)
        for entry, passages in bare.items():
            self._untitled[entry] = rows[at : at + len(passages)]
            at += len(passages)

    def askings(self) -> Iterator[Asking]:
        """What each question showed."""
        closeness: list[float] = []
        for number, question in enumerate(self._questions):
            if question.entry is not None:
                close, found = self._ask(number, question, question.entry)
                closeness += [close] if question.hidden else []
                yield from found
        usual = float(np.median(closeness)) if closeness else np.inf
        for number, question in enumerate(self._questions):
            if question.entry is None and len(self._snapshot.entries):
                yield from self._ask_everyday(number, question, usual)
        for number, each in enumerate(self._logged, len(self._questions)):
            yield from self._recall(number, each)

    def _ask(self, number: int, question: Question, entry: int) -> tuple[float, list[Asking]]:
        """How close its article comes to a question of the base's own, and its two askings."""
        snapshot = self._snapshot
        hidden = np.array(sorted(question.hidden), dtype=np.int64)
        near = self._without_title(number, entry) if question.untitled else self._near[number]
        evidence = self._gather(question.text, near, hidden)
        family = snapshot.families == snapshot.families[entry]
        spoken = snapshot.languages == snapshot.languages[entry]
        rivals = spoken & ~family
        mine = np.arange(len(family)) == entry
        found = [_asking(evidence, rivals | mine, entry, hides=bool(question.hidden))]
        if rivals.any():
            found.append(_asking(evidence, rivals, None, taken=True))
        return float(evidence.closeness[entry]), found

    def _ask_everyday(self, number: int, question: Question, usual: float) -> Iterator[Asking]:
        """An everyday question, unless the base comes as close to it as to its own: then it may answer it."""
        evidence = self._gather(question.text, self._near[number])
        if evidence.closeness.max() < usual:
            yield _asking(evidence, np.ones(len(evidence.dense), dtype=np.bool_), None)

    def _recall(self, number: int, logged: Logged) -> Iterator[Asking]:
        """What a customer said of an answer, if the base would still give it."""
        snapshot = self._snapshot
        entry = snapshot.numbers.get(logged.article) if logged.article is not None else None
        if entry is None:
            return
        evidence = self._gather(logged.question, self._near[number])
        among = snapshot.public & (snapshot.languages == snapshot.languages[entry])
        if not among[entry]:
            return
        asking = _asking(evidence, among, entry)
        if logged.right:
            yield asking
        elif asking.answer == int(np.argmax(asking.closeness)):
            yield replace(asking, answer=None)

    def _gather(self, text: str, near: Nearest | None, hidden: Ints1d | None = None) -> Evidence:
        snapshot = self._snapshot
        return gather(text, snapshot.lexical, snapshot.views.articles, near, hidden)

    def _without_title(self, number: int, entry: int) -> Nearest | None:
        """The question's nearest views, the entry's passages as near as they are without their title."""
        near, vectors, bare = self._near[number], self._vectors, self._untitled.get(entry)
        if near is None or vectors is None or bare is None:
            return near
        scores, numbers = near
        views = self._snapshot.views.of(entry)
        passages = views.start + np.flatnonzero(self._snapshot.views.long[views])
        others = ~np.isin(numbers, passages)
        passages = passages[: len(bare)]
        return (
            np.concatenate([scores[others], bare @ vectors[number]]),
            np.concatenate([numbers[others], passages]),
        )

    def _passages(self, entry: int) -> list[str]:
        views = views_of(self._snapshot.entries[entry])
        return [view.text for view in views if view.long][:_MOST_PASSAGES]


def _asking(
    evidence: Evidence,
    among: Bools1d,
    entry: int | None,
    *,
    hides: bool = False,
    taken: bool = False,
) -> Asking:
    """The evidence of those that could be first, whatever words turn out to weigh."""
    words, quoted, closeness = evidence.words, evidence.quoted, evidence.closeness
    likely = [
        candidates(fused(evidence.dense, words, quoted, weight), among)
        for weight in (0.0, UNCALIBRATED.words, WORDS_ALONE.words * 4)
    ]
    some = np.unique(np.concatenate([*likely, np.array([] if entry is None else [entry], dtype=np.int64)]))
    return Asking(
        dense=evidence.dense[some],
        words=words[some],
        quoted=quoted[some],
        closeness=closeness[some],
        shared=evidence.shared[some],
        answer=None if entry is None else int(np.flatnonzero(some == entry)[0]),
        hides=hides,
        taken=taken,
    )
