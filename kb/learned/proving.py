"""Asks a gap's questions again: it closes because customers would be answered, not on anyone's word."""

from __future__ import annotations

import threading

from config.clock import Clock
from kb.article import Article, Status
from kb.errors import NoArticleError
from kb.knowledge import Answer, Knowledge
from kb.learned.gap import Gap, GapEvent, GapState, Proof, Replayed
from kb.learned.gathering import BY
from kb.learned.outcomes import Outcome
from kb.store import Store
from kb.store.gaps import GapStore

ENOUGH = 0.8
"""The share of a gap's questions that must be answered for it to close."""

REPLAYED = 40
"""Questions asked again at most, the newest; the same words count once."""


class Proving:
    """A worker over the gaps that are being written, and the editors' "ask them again" for any of them."""

    def __init__(self, store: GapStore, articles: Store, knowledge: Knowledge, clock: Clock) -> None:
        self._store, self._articles, self._knowledge, self._clock = store, articles, knowledge, clock
        self._working = threading.Lock()

    def work(self) -> bool:
        """Replay each gap whose article answers since a generation that was not asked yet."""
        worked = False
        with self._working:
            generation = self._knowledge.state().generation
            for gap in self._store.gaps(GapState.WRITING):
                article = self._article(gap)
                if article is None or article.status is Status.ARCHIVED:
                    self._store.move(gap.id, GapEvent.ABANDONED, by=BY, now=self._clock.now())
                    worked = True
                elif article.live is not None and (gap.proof is None or gap.proof.generation < generation):
                    self.prove(gap.id, by=BY)
                    worked = True
        return worked

    def prove(self, gap: int, *, by: str) -> Proof:
        """Ask the gap's questions now, keep what comes of it, and close the gap if enough are answered.

        With an article written for it, only answers from that article or its translations count; without one
        any does but from an article that the customer has rejected for that very question. A closed gap stays
        closed. Raises NoGapError.
        """
        here = self._store.gap(gap)
        generation = self._knowledge.state().generation
        family = self._family(here)
        asked = self._store.questions([gap]).get(gap, [])
        distinct = {(each.question.casefold(), each.language): each for each in asked}
        replayed = tuple(self._ask(each, family) for each in list(distinct.values())[-REPLAYED:])
        proof = Proof(generation, self._clock.now(), replayed)
        self._store.prove(gap, proof)
        if replayed and proof.answered >= ENOUGH * len(replayed) and _may_close(here):
            note = f"{proof.answered} of {len(replayed)}"
            self._store.move(gap, GapEvent.PROVED, by=by, now=self._clock.now(), note=note)
        return proof

    def _ask(self, outcome: Outcome, family: frozenset[str] | None) -> Replayed:
        found = self._knowledge.answer(outcome.question, language=outcome.language)
        if not isinstance(found, Answer):
            return Replayed(outcome.id, False, None, "", found.probability, found.reason)
        article = found.hit.passage.article
        rejected = outcome.article if outcome.reaction == "rejected" else None
        right = article in family if family is not None else article != rejected
        reason = None if right else "other_article"
        return Replayed(outcome.id, right, article, found.hit.title, found.probability, reason)

    def _family(self, gap: Gap) -> frozenset[str] | None:
        article = self._article(gap)
        if article is None:
            return None
        root = article.translation_of or article.id
        translations = (each for each, origin in self._store.roots().items() if origin == root)
        return frozenset({root, *translations})

    def _article(self, gap: Gap) -> Article | None:
        if gap.article is None:
            return None
        try:
            return self._articles.article(gap.article)
        except NoArticleError:
            return None


def _may_close(gap: Gap) -> bool:
    return gap.state in (GapState.OPEN, GapState.WRITING)
