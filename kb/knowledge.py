"""Finds the passages that bear on a question, says how sure it is, and answers or says why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

import numpy as np

from kb.article import ArticleId
from kb.embedders import Embedder, Floats1d
from kb.evidence import NEAREST, Evidence, candidates, features, gather
from kb.generators import AnswerGenerator
from kb.indexing import Indexer
from kb.lexical import Bools1d
from kb.passages import Passage
from kb.snapshot import Snapshot

Why: TypeAlias = Literal["nothing_close", "close_call", "other_language", "empty_base"]

_NEAREST_SHOWN = 3
_LEAD_WORDS = 45
_CLOSE_SHARE = 0.6  # of the best probability, which the second needs to make it a close call


@dataclass(frozen=True, slots=True)
class Hit:
    """An article's best passage for a question, with its scores."""

    passage: Passage
    title: str
    slug: str
    updated_at: datetime
    dense: float  # cosine of the article's nearest view, in [-1, 1]; 0 in keyword mode
    lexical: float  # share of the BM25 score that the question's words could reach, in [0, 1]
    score: float  # log-odds that the article answers; what hits are ordered by
    probability: float  # the same in [0, 1], calibrated on this generation


@dataclass(frozen=True, slots=True)
class Answer:
    """Text with the passage that it is taken from; nothing is said without one."""

    text: str
    hit: Hit
    probability: float
    generation: int


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Why there is no answer, and what came nearest."""

    reason: Why
    nearest: tuple[Hit, ...]
    probability: float  # that the nearest would have been right


@dataclass(frozen=True, slots=True)
class KnowledgeState:
    """What health and the studio show."""

    generation: int
    articles: int
    passages: int
    degraded: str | None  # why searches go by words alone, and what to run


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question is about, as whoever asks understood it: a label that articles carry, and how sure."""

    label: str
    probability: float


class Knowledge:
    """Reads one snapshot a question, so that no answer mixes two generations. Safe from any thread."""

    def __init__(
        self, indexer: Indexer, embedder: Embedder | None, generator: AnswerGenerator, *, sure: float
    ) -> None:
        """sure: the least probability to answer with, in [0, 1]."""
        self._indexer = indexer
        self._embedder = embedder
        self._generator = generator
        self._sure = sure

    def state(self) -> KnowledgeState:
        snapshot = self._indexer.snapshot
        return KnowledgeState(
            snapshot.generation, len(snapshot.entries), snapshot.passages, self._indexer.degraded
        )

    def search(
        self, question: str, *, language: str | None = None, limit: int = 5, vector: Floats1d | None = None
    ) -> tuple[Hit, ...]:
        """The best passage of each of the best articles, internal ones included; those of `language` first.

        vector: the question's own, if it has been encoded already.
        """
        snapshot = self._indexer.snapshot
        among = np.ones(len(snapshot.entries), dtype=np.bool_)
        return tuple(self._hits(snapshot, question, language, among, vector)[:limit])

    def answer(
        self,
        question: str,
        *,
        language: str,
        without: frozenset[ArticleId] = frozenset(),
        vector: Floats1d | None = None,
        topic: Topic | None = None,
    ) -> Answer | NoAnswer:
        """The answer in the customer's language if one is probable enough, from public articles alone.

        An article of another language answers, in that language, if it is sure and has no translation.
        without: articles not to answer from, because the customer has rejected them; topic: what the question
        is about, where somebody else has understood that.
        """
        snapshot = self._indexer.snapshot
        among = np.array(
            [entry.public and entry.article not in without for entry in snapshot.entries], dtype=np.bool_
        )
        if not among.any():
            return NoAnswer("empty_base", (), 0.0)
        hits = self._hits(snapshot, question, language, among, vector, topic)
        if topic is not None:
            hits = _within(topic, snapshot, hits, language)
        own = [hit for hit in hits if hit.passage.language == language]
        foreign = [hit for hit in hits if hit.passage.language != language]
        best = own[0] if own and own[0].probability >= self._sure else None
        if best is None and foreign and foreign[0].probability >= self._sure:
            best = self._translated(snapshot, foreign[0], language, among)
        if best is not None:
            text = self._generator.word(question, best.passage)
            lead = _lead(snapshot, best.passage)
            if lead is not None:
                text = f"{self._generator.word(question, lead)}\n\n{text}"
            return Answer(text, best, best.probability, snapshot.generation)
        return self._no_answer(own, foreign)

    def _no_answer(self, own: Sequence[Hit], foreign: Sequence[Hit]) -> NoAnswer:
        if not own:
            return NoAnswer("other_language", tuple(foreign[:_NEAREST_SHOWN]), foreign[0].probability)
        probability = own[0].probability
        close = [hit for hit in own[:_NEAREST_SHOWN] if hit.probability >= _CLOSE_SHARE * probability]
        if len(close) > 1 and sum(hit.probability for hit in close) >= self._sure:
            return NoAnswer("close_call", tuple(close), probability)
        return NoAnswer("nothing_close", tuple(own[:_NEAREST_SHOWN]), probability)

    def _translated(self, snapshot: Snapshot, hit: Hit, language: str, among: Bools1d) -> Hit:
        """The same passage's place in the article's translation, or the hit itself if there is none."""
        family = snapshot.families[_numbers(snapshot)[hit.passage.article]]
        for number in np.flatnonzero(among & (snapshot.families == family)).tolist():
            entry = snapshot.entries[number]
            if entry.language == language:
                passage = entry.passages[min(hit.passage.number, len(entry.passages) - 1)]
                return _hit(snapshot, number, passage, hit.dense, hit.lexical, hit.score, hit.probability)
        return hit

    def _hits(
        self,
        snapshot: Snapshot,
        question: str,
        language: str | None,
        among: Bools1d,
        vector: Floats1d | None,
        topic: Topic | None = None,
    ) -> list[Hit]:
        if not among.any():
            return []
        evidence = self._evidence(snapshot, question, vector)
        spoken = np.array([language in (None, entry.language) for entry in snapshot.entries], dtype=np.bool_)
        label = topic.label if topic is not None else None
        topical = np.array([label in entry.labels for entry in snapshot.entries], dtype=np.bool_)
        hits: list[Hit] = []
        for group in (among & spoken, among & ~spoken):
            some = candidates(evidence, group, topical)
            if not len(some):
                continue
            rows = features(evidence, some, snapshot.families)
            found = snapshot.calibration.probabilities(rows)
            order = np.argsort(-found, kind="stable")
            hits += [
                _hit(
                    snapshot,
                    int(some[place]),
                    _best_passage(snapshot, int(some[place]), evidence),
                    float(evidence.dense[some[place]]),
                    float(evidence.lexical.bm25[some[place]]),
                    _log_odds(float(found[place])),
                    float(found[place]),
                )
                for place in order
            ]
        return hits

    def _evidence(self, snapshot: Snapshot, question: str, vector: Floats1d | None) -> Evidence:
        nearest = None
        if snapshot.index is not None and snapshot.index.count and self._embedder is not None:
            query = self._embedder.encode([question]) if vector is None else vector[np.newaxis, :]
            scores, numbers = snapshot.index.search(query, min(NEAREST, snapshot.index.count))
            nearest = (scores[0], numbers[0])
        return gather(question, snapshot.lexical, snapshot.views.articles, nearest)


def _numbers(snapshot: Snapshot) -> dict[ArticleId, int]:
    """Each article's place among the entries."""
    return {entry.article: number for number, entry in enumerate(snapshot.entries)}


def _within(topic: Topic, snapshot: Snapshot, hits: Sequence[Hit], language: str) -> list[Hit]:
    """The hits, best first, once the topic is known: an article about it needs to beat only its like.

    If the topic is right, one of its articles is meant; which one is told by the odds they have for the
    question itself. So an article's probability is at least the topic's times its share among them. One of
    another language counts where it is not translated.
    """
    numbers = _numbers(snapshot)
    own = np.array([entry.language == language for entry in snapshot.entries], dtype=np.bool_)
    translated = set(snapshot.families[own].tolist())

    def competes(hit: Hit) -> bool:
        number = numbers[hit.passage.article]
        readable = own[number] or int(snapshot.families[number]) not in translated
        return bool(readable) and topic.label in snapshot.entries[number].labels

    odds = np.exp([hit.score if competes(hit) else -np.inf for hit in hits])
    if not odds.any():
        return list(hits)
    shares = topic.probability * odds / odds.sum()
    raised = [
        hit if share <= hit.probability else replace(hit, probability=share, score=_log_odds(share))
        for hit, share in zip(hits, shares.tolist(), strict=True)
    ]
    return sorted(raised, key=lambda hit: (hit.passage.language != language, -hit.probability))


def _lead(snapshot: Snapshot, cited: Passage) -> Passage | None:
    """The few words that the cited passage's article begins with, if they are not cited already.

    Writers put the gist there ("You have 60 days"), and a section alone often takes it for granted.
    """
    first = snapshot.entries[_numbers(snapshot)[cited.article]].passages[0]
    short = len(first.text.split()) <= _LEAD_WORDS
    return first if short and not first.heading and first.number != cited.number else None


def _best_passage(snapshot: Snapshot, number: int, evidence: Evidence) -> Passage:
    """The passage of the article whose text or heading speaks most for it; the first if none does."""
    passages = snapshot.entries[number].passages
    views = np.flatnonzero((snapshot.views.articles == number) & (snapshot.views.passages >= 0))
    best = views[np.argmax(evidence.views[views])]
    return passages[int(snapshot.views.passages[best])]


def _hit(
    snapshot: Snapshot,
    number: int,
    passage: Passage,
    dense: float,
    lexical: float,
    score: float,
    probability: float,
) -> Hit:
    entry = snapshot.entries[number]
    return Hit(passage, entry.title, entry.slug, entry.updated_at, dense, lexical, score, probability)


def _log_odds(probability: float) -> float:
    clipped = min(max(probability, 1e-9), 1 - 1e-9)
    return float(np.log(clipped / (1 - clipped)))
