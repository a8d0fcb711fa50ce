"""Asks a generation what it can be asked, and fits its answer probability on how that went.

A cosine is no confidence: what is close in one base is far in another. The questions are the base's own
titles, headings and editors' phrasings, each asked twice: with the views that repeat it hidden, when its
article should be found, and with the whole article hidden, when nothing should be. Everyday questions of
other trades join them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from kb.calibration import Calibration, fit
from kb.embedders import Floats1d, Floats2d
from kb.everyday import EVERYDAY
from kb.evidence import NEAREST, Evidence, candidates, features, gather
from kb.index import VectorIndex
from kb.lexical import Ints1d, Lexical, terms
from kb.snapshot import Entry, Views

QUESTIONS = 400
"""Own questions asked at most, so that a large base is live as soon as a small one."""

Nearest: TypeAlias = tuple[Floats1d, Ints1d]
"""Scores and view numbers of one vector search."""

_LEAST_TERMS = 2  # "What's next?" is a heading, not a question


@dataclass(frozen=True, slots=True)
class Question:
    """What a base asks itself; `entry` should answer it without the hidden views, nothing should if None."""

    text: str
    entry: int | None
    hidden: frozenset[int]


def questions_of(entries: Sequence[Entry], views: Views) -> tuple[Question, ...]:
    """The base's own questions, at most QUESTIONS, the same ones each time, and the everyday ones."""
    own = sorted(_own(entries, views), key=lambda question: hashlib.sha256(question.text.encode()).digest())
    return (*own[:QUESTIONS], *(Question(text, None, frozenset()) for text in EVERYDAY))


def _own(entries: Sequence[Entry], views: Views) -> Iterator[Question]:
    by_entry: dict[int, list[int]] = {}
    for view, entry in enumerate(views.articles.tolist()):
        by_entry.setdefault(entry, []).append(view)
    headings = Counter(text for entry in entries for text in {path[-1] for path in _paths(entry)})
    for number, entry in enumerate(entries):
        written = {entry.title, *(path[-1] for path in _paths(entry) if headings[path[-1]] == 1)}
        telling = {text for text in written if len(set(terms(text))) >= _LEAST_TERMS}
        for text in telling | set(entry.questions):
            needle = text.casefold()
            hidden = (view for view in by_entry[number] if needle in views.texts[view].casefold())
            yield Question(text, number, frozenset(hidden))


def _paths(entry: Entry) -> set[tuple[str, ...]]:
    return {passage.heading for passage in entry.passages if passage.heading}


@dataclass(frozen=True, slots=True)
class Base:
    """What a generation searches, as far as a rehearsal needs it."""

    views: Views
    families: Ints1d
    index: VectorIndex | None
    lexical: Lexical


def calibrate(base: Base, questions: Sequence[Question], vectors: Floats2d | None) -> Calibration:
    """vectors: (len(questions), width) the questions' own; None in keyword mode.

    Bases say the same thing in several articles, and nobody has marked which. One that comes closer to a
    question than its own does may well answer it too: it counts neither as right nor as wrong.
    """
    found: Sequence[Nearest | None] = [None] * len(questions)
    if base.index is not None and vectors is not None and base.index.count:
        scores, numbers = base.index.search(vectors, min(NEAREST, base.index.count))
        found = list(zip(scores, numbers, strict=True))
    blocks: list[tuple[Floats2d, int | None]] = []
    closeness: list[float] = []
    for question, nearest in zip(questions, found, strict=True):
        if question.entry is not None:
            closeness.append(_ask(base, question, question.entry, nearest, blocks))
    usual = float(np.median(closeness)) if closeness else np.inf
    for question, nearest in zip(questions, found, strict=True):
        if question.entry is None and len(base.families):
            _ask_everyday(base, question, nearest, usual, blocks)
    return fit([rows for rows, _ in blocks], [answer for _, answer in blocks])


def _ask(
    base: Base,
    question: Question,
    entry: int,
    nearest: Nearest | None,
    blocks: list[tuple[Floats2d, int | None]],
) -> float:
    """Add the two askings of one of the base's own questions; how close its article comes to it."""
    family = base.families == base.families[entry]
    hidden = np.array(sorted(question.hidden), dtype=np.int64)
    evidence = gather(question.text, base.lexical, base.views.articles, nearest, hidden)
    close = _closeness(evidence, nearest)
    own = float(close[entry])
    some = candidates(evidence, ~family | (np.arange(len(family)) == entry))
    some = some[(close[some] < own) | (some == entry)]
    if entry in some:
        rows = features(evidence, some, base.families)
        blocks.append((rows, int(np.flatnonzero(some == entry)[0])))

    if not family.all():
        hidden = np.flatnonzero(family[base.views.articles])
        evidence = gather(question.text, base.lexical, base.views.articles, nearest, hidden)
        if _closeness(evidence, nearest)[~family].max() < own:
            blocks.append((features(evidence, candidates(evidence, ~family), base.families), None))
    return own


def _ask_everyday(
    base: Base,
    question: Question,
    nearest: Nearest | None,
    usual: float,
    blocks: list[tuple[Floats2d, int | None]],
) -> None:
    """Add an everyday question, unless the base comes as close to it as to its own: then it may answer it."""
    evidence = gather(question.text, base.lexical, base.views.articles, nearest)
    if _closeness(evidence, nearest).max() < usual:
        everyone = np.ones(len(base.families), dtype=np.bool_)
        blocks.append((features(evidence, candidates(evidence, everyone), base.families), None))


def _closeness(evidence: Evidence, nearest: Nearest | None) -> Floats1d:
    """(articles,) by meaning where there are vectors, else by words."""
    return evidence.lexical.bm25 if nearest is None else evidence.dense
