"""The blast radius of a change: the last real questions, answered from the index as it is and as it would be.

What the classes mean, in this order; each question is in exactly one:

- **lost**: it was answered and would not be any more.
- **worse**: a customer said that an article helped and it would no longer be given; or an article that a
  customer rejected would be given; or, where nobody has said anything, another answer would be given with a
  probability of being right at least MOVED lower.
- **new**: it was not answered and would be, as far as is known not from an article that a customer rejected.
- **better**: the other way round than worse.
- **changed**: another answer, of which none of this can be said.
- **same**: the same words from the same article, however its probability moves; or no answer, as before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, Protocol

import numpy as np

from kb.article import Article, ArticleId, Published, Revision
from kb.embedders import Floats1d, Floats2d
from kb.index import Ints2d, VectorSearch
from kb.knowledge import Answer, NoAnswer
from kb.retrieval.entries import Entry
from kb.retrieval.evidence import NEAREST
from kb.retrieval.snapshot import Snapshot

QUESTIONS = 1000
"""The last real questions that are asked again."""

MOVED = 0.1
"""What the calibrated probability must change by, before an answer that nobody has judged counts as better or
worse: about twice what calibration itself is off by."""

Reaction = Literal["helped", "rejected"]
Told = Callable[[int, int], None]
"""Told how many questions have been asked, of how many."""


class Effect(StrEnum):
    """What a change does to one question; the most pressing first."""

    LOST = "lost"
    WORSE = "worse"
    NEW = "new"
    BETTER = "better"
    CHANGED = "changed"
    SAME = "same"


class Outcome(Protocol):
    """A real question as it is logged: what was answered, and what the customer said of it."""

    @property
    def question(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def article(self) -> ArticleId | None: ...
    @property
    def reaction(self) -> Reaction | None: ...
    @property
    def handoff(self) -> str | None: ...


class Knowledge(Protocol):
    """What answers a question from a given generation."""

    def answer(
        self, question: str, *, language: str, vector: Floats1d | None, snapshot: Snapshot | None
    ) -> Answer | NoAnswer: ...


class Texts(Protocol):
    """What has every text of every article."""

    def revision(self, article: ArticleId, number: int) -> Revision: ...


class Indexer(Protocol):
    """What knows the generation that answers, and the one that would."""

    @property
    def snapshot(self) -> Snapshot: ...

    def trial(
        self, changes: Sequence[Published], without: frozenset[ArticleId] = frozenset()
    ) -> Snapshot: ...


@dataclass(frozen=True, slots=True)
class Question:
    """A question that is asked again, with what is known about its answers."""

    text: str
    language: str
    times: int = 1  # how often it is among the last questions
    helped: frozenset[ArticleId] = frozenset()  # articles that customers said helped
    rejected: frozenset[ArticleId] = frozenset()
    handed_over: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says to a question, or why nothing."""

    article: ArticleId | None
    title: str
    heading: tuple[str, ...]
    text: str
    probability: float  # of the answer being right; of the nearest one where there is none
    reason: str | None  # of a NoAnswer

    @property
    def answered(self) -> bool:
        return self.reason is None


@dataclass(frozen=True, slots=True)
class Change:
    """One question whose answer changes."""

    question: Question
    effect: Effect
    judged: bool  # by what a customer said, not by probability
    old: Reply
    new: Reply


@dataclass(frozen=True, slots=True)
class Blast:
    """What a change does to the questions that were asked again."""

    source: Literal["real", "own"]  # own: no real question yet, so the changed articles' own were asked
    asked: int
    counts: Mapping[Effect, int]  # questions, each as often as it was asked; every effect is a key
    changes: tuple[Change, ...]  # without those that stay the same; the most pressing first
    generation: int  # the one that answers now

    @property
    def changed(self) -> int:
        """Questions that get another answer, one where there was none, or none where there was one."""
        return self.asked - self.counts[Effect.SAME]


class BlastRadius:
    """Asks questions twice. Nothing of it is kept but the questions' vectors."""

    def __init__(
        self,
        indexer: Indexer,
        knowledge: Knowledge,
        latest: Callable[[int], Sequence[Outcome]],
        embed: Callable[[Sequence[str]], Floats2d] | None,
    ) -> None:
        """latest: the newest real questions; embed: None in keyword mode.

        knowledge: must word its answers from the passages alone: a thousand calls to a language model would
        cost money and time, and not say the same twice.
        """
        self._indexer = indexer
        self._knowledge = knowledge
        self._latest = latest
        self._embed = embed
        # What the generation that answers says: asked by every preview, until the next one.
        self._said: tuple[Snapshot, dict[tuple[str, str], Reply]] | None = None

    def of(
        self,
        changes: Sequence[Published],
        without: frozenset[ArticleId] = frozenset(),
        told: Told | None = None,
    ) -> Blast:
        """What publishing these and taking those out would do; the same for the same base and questions.

        changes: each article as it would be live, new ones included; without: articles that would not answer.
        """
        now = self._indexer.snapshot
        then = self._indexer.trial(changes, without)
        questions = real_questions(self._latest(QUESTIONS))
        source: Literal["real", "own"] = "real" if questions else "own"
        if not questions:
            questions = own_questions(changes, [entry for entry in now.entries if entry.article in without])
        vectors = (
            self._embed([question.text for question in questions]) if self._embed and questions else None
        )
        family = _families(now, then)
        before, after = _foreseeing(now, vectors), _foreseeing(then, vectors)
        said = self._said[1] if self._said is not None and self._said[0] is now else {}
        found: list[Change] = []
        for number, question in enumerate(questions):
            vector = None if vectors is None else vectors[number]
            old = said.get((question.text, question.language)) or self._reply(question, vector, before)
            said[question.text, question.language] = old
            new = self._reply(question, vector, after)
            effect, judged = effect_of(question, old, new, family)
            found.append(Change(question, effect, judged, old, new))
            if told is not None:
                told(number + 1, len(questions))
        self._said = (now, said)
        counts = {
            effect: sum(change.question.times for change in found if change.effect is effect)
            for effect in Effect
        }
        shown = sorted((change for change in found if change.effect is not Effect.SAME), key=_pressing)
        return Blast(source, sum(counts.values()), counts, tuple(shown), now.generation)

    def _reply(self, question: Question, vector: Floats1d | None, snapshot: Snapshot) -> Reply:
        found = self._knowledge.answer(
            question.text, language=question.language, vector=vector, snapshot=snapshot
        )
        if isinstance(found, Answer):
            passage = found.hit.passage
            return Reply(
                passage.article, found.hit.title, passage.heading, found.text, found.probability, None
            )
        return Reply(None, "", (), "", found.probability, found.reason)


def to_be_published(texts: Texts, article: Article) -> Published:
    """The article as it would be live, with its latest text."""
    return Published(replace(article, live=article.latest), texts.revision(article.id, article.latest))


def real_questions(outcomes: Iterable[Outcome]) -> tuple[Question, ...]:
    """The outcomes as questions, newest first; those in the same words are one, with all that was said."""
    kept: dict[tuple[str, str], Question] = {}
    for outcome in outcomes:
        key = (" ".join(outcome.question.casefold().split()), outcome.language)
        known = kept.get(key, Question(outcome.question, outcome.language, times=0))
        said = frozenset({outcome.article} if outcome.article is not None else ())
        kept[key] = replace(
            known,
            times=known.times + 1,
            helped=known.helped | (said if outcome.reaction == "helped" else frozenset()),
            rejected=known.rejected | (said if outcome.reaction == "rejected" else frozenset()),
            handed_over=known.handed_over or outcome.handoff is not None,
        )
    # Two customers of two minds about one article: then nothing is known.
    return tuple(
        replace(
            question,
            helped=question.helped - question.rejected,
            rejected=question.rejected - question.helped,
        )
        for question in kept.values()
    )


def own_questions(changes: Sequence[Published], gone: Sequence[Entry]) -> tuple[Question, ...]:
    """The titles and customers' phrasings that the articles carry which change or go."""
    texts = [
        (text, published.article.language)
        for published in changes
        for text in (published.revision.title, *published.revision.questions)
    ]
    texts += [(text, entry.language) for entry in gone for text in (entry.title, *entry.questions)]
    return tuple(Question(text, language) for text, language in dict.fromkeys(texts))


def effect_of(
    question: Question, old: Reply, new: Reply, family: Mapping[ArticleId, ArticleId]
) -> tuple[Effect, bool]:
    """What becomes of a question, and whether a customer's word says so rather than a probability.

    family: what an article and its translations have in common; a translation is as right as its original.
    """
    if not old.answered and not new.answered:
        return Effect.SAME, False
    if old.article == new.article and old.text == new.text:
        return Effect.SAME, False
    helped = {family.get(article, article) for article in question.helped}
    rejected = {family.get(article, article) for article in question.rejected}
    was = family.get(old.article, old.article) if old.article is not None else None
    now = family.get(new.article, new.article) if new.article is not None else None
    if not new.answered:
        return Effect.LOST, was in helped or was in rejected
    if was != now and (now in rejected or (was in helped and now not in helped)):
        return Effect.WORSE, True
    if not old.answered:
        return Effect.NEW, now in helped
    if was != now and (was in rejected or (now in helped and was not in helped)):
        return Effect.BETTER, True
    moved = round(new.probability - old.probability, 6)
    if abs(moved) >= MOVED:
        return (Effect.BETTER if moved > 0 else Effect.WORSE), False
    return Effect.CHANGED, False


def _families(*snapshots: Snapshot) -> dict[ArticleId, ArticleId]:
    return {
        entry.article: entry.translation_of or entry.article
        for snapshot in snapshots
        for entry in snapshot.entries
    }


_EFFECTS = tuple(Effect)


def _pressing(change: Change) -> tuple[int, bool, float, str]:
    """The worst first; within a class what customers have said, then what moved the furthest."""
    moved = abs(change.new.probability - change.old.probability)
    return _EFFECTS.index(change.effect), not change.judged, -moved, change.question.text


def _foreseeing(snapshot: Snapshot, vectors: Floats2d | None) -> Snapshot:
    """The snapshot with all these questions looked up at once: one pass over the vectors, not a thousand."""
    if snapshot.index is None or vectors is None or not snapshot.index.count or not len(vectors):
        return snapshot
    return replace(snapshot, index=Foreseen(snapshot.index, vectors))


class Foreseen:
    """A vector search that knows the answers to some queries already."""

    def __init__(self, index: VectorSearch, queries: Floats2d) -> None:
        """queries: (q, width) float32, rows of length 1."""
        self._index = index
        self._k = min(NEAREST, index.count)
        self._scores, self._numbers = index.search(queries, self._k)
        self._places = {row.tobytes(): place for place, row in enumerate(queries)}

    @property
    def count(self) -> int:
        return self._index.count

    @property
    def width(self) -> int:
        return self._index.width

    def search(self, queries: Floats2d, k: int) -> tuple[Floats2d, Ints2d]:
        """As `VectorSearch.search`; what is not known is searched."""
        places = [self._places.get(row.tobytes(), -1) for row in queries]
        if k > self._k or -1 in places:
            return self._index.search(queries, k)
        return np.asarray(self._scores[places, :k]), np.asarray(self._numbers[places, :k])
