"""Builds a base as it would be if it were published, and asks it questions of known outcome."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from config.clock import Clock
from kb.article import ArticleId, Published
from kb.embedders import Embedder, Floats2d
from kb.evaluation.files import Asked
from kb.evaluation.trial import Results, Trial
from kb.generators.extractive import ExtractiveGenerator
from kb.index import VectorIndexes
from kb.knowledge import Answer, Knowledge
from kb.retrieval.building import Builder
from kb.retrieval.lexical import Lexical
from kb.retrieval.rehearsal import calibrate
from kb.retrieval.snapshot import Snapshot
from kb.store import Store

Say: TypeAlias = Callable[[str, float], None]
"""Told what is done now, and which share of it, 0 to 1."""

_DEEP = 10  # places that a right article is looked for in
_WARM_UP = 20  # questions asked before the clock starts: caches fill and lazy parts load


@dataclass(frozen=True, slots=True)
class _Still:
    """One generation that never changes."""

    snapshot: Snapshot
    degraded: str | None = None


class Bench:
    """Builds bases in memory; vectors are kept in a scratch database for as long as it is open."""

    def __init__(
        self,
        store: Store,
        indexes: VectorIndexes,
        clock: Clock,
        embedder: Embedder | None,
        *,
        words: int,
        risk: float,
    ) -> None:
        """words: the most a passage has; risk: the share of answers that may be wrong."""
        self._builder = Builder(store, indexes, clock, embedder=embedder, words=words)
        self._embedder = embedder
        self._risk = risk

    def run(self, published: Sequence[Published], asked: Sequence[Asked], say: Say) -> Trial:
        """Build the base, which sees no question, and ask."""
        begun = time.perf_counter()
        built = self._builder.afresh(
            (), published, 1, lambda done, of: say("embedding the articles", done / max(1, of))
        )
        seconds = time.perf_counter() - begun
        dense = None
        if built.index is not None:
            dense = self._ask(self._by_meaning(built), asked, "by meaning alone", say)
        return Trial(
            articles=len(published),
            risk=self._risk,
            both=self._ask(built, asked, "asking", say),
            dense=dense,
            lexical=self._ask(_by_words(built), asked, "by words alone", say),
            build_seconds=seconds,
        )

    def _by_meaning(self, snapshot: Snapshot) -> Snapshot:
        mute = replace(snapshot, lexical=Lexical((), snapshot.views.articles, snapshot.views.long))
        return replace(mute, calibration=calibrate(mute, self._embed))

    def _embed(self, texts: Sequence[str]) -> Floats2d:
        assert self._embedder is not None
        return self._embedder.encode(texts)

    def _ask(self, snapshot: Snapshot, asked: Sequence[Asked], what: str, say: Say) -> Results:
        embedder = self._embedder if snapshot.index is not None else None
        knowledge = Knowledge(_Still(snapshot), embedder, ExtractiveGenerator(), risk=self._risk)
        usual = _commonest(snapshot)
        for each in asked[:_WARM_UP]:
            knowledge.answer(f"{each.text} ", language=each.language or usual)
        place = np.zeros(len(asked), dtype=np.int64)
        probability = np.zeros(len(asked))
        answered, right = np.zeros(len(asked), dtype=np.bool_), np.zeros(len(asked), dtype=np.bool_)
        seconds = []
        for number, each in enumerate(asked):
            begun = time.perf_counter()
            found = knowledge.answer(each.text, language=each.language or usual)
            seconds.append(time.perf_counter() - begun)
            if isinstance(found, Answer):
                answered[number] = True
                right[number] = found.hit.passage.article in each.articles
            hits = knowledge.search(each.text, language=each.language or usual, limit=_DEEP)
            probability[number] = hits[0].probability if hits else 0.0
            place[number] = _place(tuple(hit.passage.article for hit in hits), each.articles)
            if number % 50 == 0:
                say(what, number / len(asked))
        return Results(
            answerable=np.array([bool(each.articles) for each in asked]),
            place=place,
            probability=probability,
            answered=answered,
            right_answer=right,
            seconds=tuple(seconds),
            line=knowledge.line(),
        )


def _by_words(snapshot: Snapshot) -> Snapshot:
    mute = replace(snapshot, index=None, model_id="")
    return replace(mute, calibration=calibrate(mute, None))


def _place(found: Sequence[ArticleId], right: frozenset[ArticleId]) -> int:
    return next((place for place, article in enumerate(found, 1) if article in right), 0)


def _commonest(snapshot: Snapshot) -> str:
    """The language that most of the articles are in: that of a question which doesn't say."""
    counts = Counter(snapshot.languages.tolist())
    return snapshot.language_codes[counts.most_common(1)[0][0]] if counts else "en"
