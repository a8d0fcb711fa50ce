"""Finds the passages that bear on a question, says how sure it is, and answers or says why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeAlias

import numpy as np

from kb.answering.citing import best_passage, quoted
from kb.answering.hits import Bar, Hit, hit_of, log_odds
from kb.answering.parts import parts_of
from kb.answering.steps import Guide, guide_of
from kb.article import ArticleId
from kb.embedders import Embedder, Floats1d
from kb.generators import AnswerGenerator
from kb.retrieval.calibration import DOUBTED, told_line
from kb.retrieval.evidence import NEAREST, Evidence, candidates, gather
from kb.retrieval.lexical import Bools1d
from kb.retrieval.snapshot import Snapshot

__all__ = ["Answer", "Hit", "Knowledge", "KnowledgeState", "NoAnswer", "Topic", "Why"]

Why: TypeAlias = Literal["nothing_close", "close_call", "other_language", "empty_base"]

_NEAREST_SHOWN = 3
_SECONDED = 0.5  # of the line: what a part of a question needs where the whole speaks for its article, too
_CLOSE_SHARE = 0.6  # of the best probability, which the second needs to make it a close call
_FOREIGN_LINE = 0.5  # of the line: what an article of another language needs to be the reason
_FAR_BELOW = 1 / 3  # of how sure that one is: the most that the language's own best may be then


@dataclass(frozen=True, slots=True)
class Answer:
    """Text with the passage that it is taken from; nothing is said without one."""

    text: str
    hit: Hit
    probability: float
    generation: int
    also: tuple[Hit, ...] = ()  # further articles cited, for the further parts of the question


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


class Generations(Protocol):
    """Where the generation that answers is kept; `degraded` says why it goes by words alone."""

    @property
    def snapshot(self) -> Snapshot: ...
    @property
    def degraded(self) -> str | None: ...


class Knowledge:
    """Reads one snapshot a question, so that no answer mixes two generations. Safe from any thread."""

    def __init__(
        self,
        indexer: Generations,
        embedder: Embedder | None,
        generator: AnswerGenerator,
        *,
        risk: float,
        sure: float = 0.0,
    ) -> None:
        """risk: the share of answers that may be wrong, in [0, 1]; it draws the line from which on an answer
        is given. sure: the least probability to answer with instead, in [0, 1]; 0 leaves it to the risk.
        """
        self._indexer = indexer
        self._embedder = embedder
        self._generator = generator
        self._risk = risk
        self._sure = sure

    def state(self) -> KnowledgeState:
        snapshot = self._indexer.snapshot
        return KnowledgeState(
            snapshot.generation, len(snapshot.entries), snapshot.passages, self._indexer.degraded
        )

    def line(self, snapshot: Snapshot | None = None) -> float:
        """The least that a generation answers with, in [0, 1]: how sure it is, or its probability where the
        operator has named that."""
        return self._sure or (snapshot or self._indexer.snapshot).calibration.line(self._risk)

    def _bar(self, snapshot: Snapshot, *, told: bool = False) -> Bar:
        """told: whether it is known what the question is about."""
        if self._sure:
            return Bar(np.inf, self._sure)
        return Bar(self.line(snapshot), told_line(self._risk) if told else np.inf)

    def search(
        self,
        question: str,
        *,
        language: str | None = None,
        limit: int = 5,
        vector: Floats1d | None = None,
        snapshot: Snapshot | None = None,
    ) -> tuple[Hit, ...]:
        """The best passage of each of the best articles, internal ones included; those of `language` first.

        vector: the question's own, if it has been encoded already; snapshot: another generation to search
        than the one that answers.
        """
        snapshot = snapshot or self._indexer.snapshot
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
        snapshot: Snapshot | None = None,
    ) -> Answer | NoAnswer:
        """The answer in the customer's language if one is probable enough, from public articles alone.

        An article of another language answers, in that language, if it is sure and has no translation.
        without: articles not to answer from, because the customer has rejected them; topic: what the question
        is about, where somebody else has understood that; snapshot: another generation to answer from than
        the one that answers now.
        """
        snapshot = snapshot or self._indexer.snapshot
        among = snapshot.public.copy()
        among[[snapshot.numbers[article] for article in without if article in snapshot.numbers]] = False
        if not among.any():
            return NoAnswer("empty_base", (), 0.0)
        hits = self._ranked(snapshot, question, language, among, vector, topic)
        parts = self._of_parts(snapshot, question, language, among, hits)
        if parts:
            quotes = (quoted(self._generator, snapshot, part, hit.passage, hit.title) for part, hit in parts)
            first, *also = (hit for _, hit in parts)
            least = min(hit.probability for _, hit in parts)
            return Answer("\n\n".join(quotes), first, least, snapshot.generation, tuple(also))
        told = topic is not None and bool(hits) and _about(topic, snapshot, hits[0])
        bar = self._bar(snapshot, told=told)
        found = self._sure_of(snapshot, hits, language, among, bar)
        if found is None:
            return self._no_answer(snapshot, hits, language, among, bar)
        text = quoted(self._generator, snapshot, question, found.passage)
        return Answer(text, found, found.probability, snapshot.generation)

    def _ranked(
        self,
        snapshot: Snapshot,
        question: str,
        language: str,
        among: Bools1d,
        vector: Floats1d | None = None,
        topic: Topic | None = None,
    ) -> list[Hit]:
        """What speaks for an answer, best first, those of the language before the others."""
        hits = self._hits(snapshot, question, language, among, vector, topic)
        return hits if topic is None else _within(topic, snapshot, hits, language)

    def _sure_of(
        self,
        snapshot: Snapshot,
        hits: Sequence[Hit],
        language: str,
        among: Bools1d,
        bar: Bar,
        share: float = 1.0,
    ) -> Hit | None:
        """What to answer from, if anything is probable enough; a translation rather than another language."""
        own = [hit for hit in hits if hit.passage.language == language]
        foreign = [hit for hit in hits if hit.passage.language != language]
        if bar.met(own[:1], share):
            return own[0]
        if bar.met(foreign[:1], share):
            return self._translated(snapshot, foreign[0], language, among)
        return None

    def _no_answer(
        self, snapshot: Snapshot, hits: Sequence[Hit], language: str, among: Bools1d, bar: Bar
    ) -> NoAnswer:
        """Why none of the hits answers.

        `other_language` where the language has no article at all, and where the question is probably about
        one that it has no translation of: that has at least half of what answering takes, and the language's
        own best is at most a third as sure. With less it is anybody's guess, and a customer told to read
        another language for a guess is worse off than one who is asked to say it otherwise. Two close
        articles of the customer's language come first: either may well be right.
        """
        own = [hit for hit in hits if hit.passage.language == language]
        if not own:
            return NoAnswer("other_language", tuple(hits[:_NEAREST_SHOWN]), hits[0].probability)
        probability = own[0].probability
        close = [hit for hit in own[:_NEAREST_SHOWN] if hit.probability >= _CLOSE_SHARE * probability]
        if len(close) > 1 and bar.met(close):
            return NoAnswer("close_call", tuple(close), probability)
        best = next((hit for hit in hits if hit.passage.language != language), None)
        if (
            best is not None
            and bar.met([best], _FOREIGN_LINE)
            and own[0].sure <= _FAR_BELOW * best.sure
            and self._translated(snapshot, best, language, among) is best
        ):
            nearest = sorted(hits, key=lambda hit: -hit.probability)[:_NEAREST_SHOWN]
            return NoAnswer("other_language", tuple(nearest), best.probability)
        return NoAnswer("nothing_close", tuple(own[:_NEAREST_SHOWN]), probability)

    def _of_parts(
        self, snapshot: Snapshot, question: str, language: str, among: Bools1d, whole: Sequence[Hit]
    ) -> list[tuple[str, Hit]]:
        """The question's parts with an article each; none unless all are found and no two share one.

        One of them must be sure by itself. Of the others less is asked where the whole question speaks for
        their article as well. Where that is sure of an article that no part finds, it is right.
        """
        asked = parts_of(question)
        if len(asked) == 1:
            return []
        bar = self._bar(snapshot)
        near = {_family(snapshot, hit) for hit in whole[:_NEAREST_SHOWN]}
        found: list[tuple[str, Hit]] = []
        for part in asked:
            hits = self._ranked(snapshot, part, language, among)
            seconded = bool(hits) and _family(snapshot, hits[0]) in near
            hit = self._sure_of(snapshot, hits, language, among, bar, _SECONDED if seconded else 1.0)
            if hit is None:
                return []
            found.append((part, hit))
        families = {_family(snapshot, hit) for _, hit in found}
        sure = any(bar.met([hit]) for _, hit in found)
        told = self._sure_of(snapshot, whole, language, among, bar)
        fits = told is None or _family(snapshot, told) in families
        return found if sure and fits and len(families) == len(found) else []

    def guide(self, article: ArticleId, passage: int) -> Guide | None:
        """The steps to walk where this passage is cited; None where there are none, or it is not public."""
        snapshot = self._indexer.snapshot
        number = snapshot.numbers.get(article)
        if number is None:
            return None
        entry = snapshot.entries[number]
        if not entry.public or passage >= len(entry.passages):
            return None
        return guide_of(
            entry.passages, passage, title=entry.title, slug=entry.slug, updated_at=entry.updated_at
        )

    def _translated(self, snapshot: Snapshot, hit: Hit, language: str, among: Bools1d) -> Hit:
        """The same passage's place in the article's translation, or the hit itself if there is none."""
        family = snapshot.families[snapshot.numbers[hit.passage.article]]
        for number in np.flatnonzero(among & (snapshot.families == family)).tolist():
            entry = snapshot.entries[number]
            if entry.language == language:
                passage = entry.passages[min(hit.passage.number, len(entry.passages) - 1)]
                return replace(
                    hit, passage=passage, title=entry.title, slug=entry.slug, updated_at=entry.updated_at
                )
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
        spoken = np.ones_like(among) if language is None else snapshot.spoken(language)
        topical = None if topic is None else snapshot.labelled(topic.label)
        calibration, closeness, shared = snapshot.calibration, evidence.closeness, evidence.shared
        scores = calibration.scores(evidence.dense, evidence.words, evidence.quoted)
        hits: list[Hit] = []
        for group in (among & spoken, among & ~spoken):
            some = candidates(scores, group, topical)
            if not len(some):
                continue
            told = scores[some], closeness[some], shared[some]
            found, sure = calibration.probabilities(*told), calibration.probabilities(*told, 1 - DOUBTED)
            order = np.argsort(-scores[some], kind="stable")
            hits += [
                hit_of(
                    snapshot,
                    int(some[place]),
                    best_passage(snapshot, int(some[place]), evidence, question),
                    dense=float(evidence.dense[some[place]]),
                    lexical=float(evidence.lexical.bm25[some[place]]),
                    probability=float(found[place]),
                    sure=float(sure[place]),
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


def _about(topic: Topic, snapshot: Snapshot, hit: Hit) -> bool:
    """Whether the hit's article carries the topic's label."""
    return bool(snapshot.labelled(topic.label)[snapshot.numbers[hit.passage.article]])


def _family(snapshot: Snapshot, hit: Hit) -> int:
    """The number that the hit's article shares with its translations."""
    return int(snapshot.families[snapshot.numbers[hit.passage.article]])


def _within(topic: Topic, snapshot: Snapshot, hits: Sequence[Hit], language: str) -> list[Hit]:
    """The hits, best first, once the topic is known: an article about it needs to beat only its like.

    If the topic is right, one of its articles is meant; which one is told by the odds they have for the
    question itself. So an article's probability is at least the topic's times its share among them. One of
    another language counts where it is not translated.
    """
    own, about = snapshot.spoken(language), snapshot.labelled(topic.label)

    def competes(hit: Hit) -> bool:
        number = snapshot.numbers[hit.passage.article]
        translated = (own & (snapshot.families == snapshot.families[number])).any()
        return bool(about[number] and (own[number] or not translated))

    odds = np.exp([hit.score if competes(hit) else -np.inf for hit in hits])
    if not odds.any():
        return list(hits)
    shares = topic.probability * odds / odds.sum()
    raised = [
        hit if share <= hit.probability else replace(hit, probability=share, score=log_odds(share))
        for hit, share in zip(hits, shares.tolist(), strict=True)
    ]
    return sorted(raised, key=lambda hit: (hit.passage.language != language, -hit.probability))
