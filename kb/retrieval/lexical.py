"""Word search over articles' views: which rare words of a question an article holds, and BM25 scores."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from kb.embedders import Floats1d
from kb.retrieval.postings import Counts1d, Postings

Ints1d: TypeAlias = npt.NDArray[np.int64]
Bools1d: TypeAlias = npt.NDArray[np.bool_]

_K1 = 1.2
_B = 0.75
_COMMON = 1_000  # views that hold a term from which on its rarity is kept
_FOLLOWED = 30_000
"""Postings followed for one question. Past that, its commonest terms count only for views that hold one of
its rarer ones: in a base that large, what holds the commonest alone is no answer."""
_WORD = re.compile(r"\w+")
_LEAST_STEM = 3
_FEW = 3  # telling words that are a name or a code rather than a sentence
_ENDINGS = ("ingene", "ene", "ing", "ers", "ed", "es", "en", "er", "et", "ly", "s", "e")
# Words that say nothing about the matter, English and Bokmål together: a message is often not in the language
# it seems to be in, and what both lists share is empty in both.
_EMPTY = frozenset(
    """
    a about after again all also am an and any anyone anything are aren as at back be because been before
    being but by can cannot cant could couldn did didn didnt do does doesn doesnt doing don done dont down
    else etc even ever every few for from get gets getting give go goes going gone got had has have haven
    having he hello help her here hey hi him his how i if im in into is isn isnt it its ive just keep know
    let like ll look made make making many may maybe me might more most much must my need needs no not
    nothing now of off ok okay on once one only or other our out over own please pls possible question re
    really regarding s said same say see should shouldn show since so some someone something still such
    sure t take tell than thank thanks that the their them then there these they thing things this those
    though through to too tried try trying under until up us use used using ve very want wanted wants was
    wasn way we well were what whats when where which while who why will with without won wont would
    wouldn yes yet you your yours alle alt altså andre at av bare ble bli blir bør da de deg dem den denne
    der dere deres det dette din dine ditt du dykk eg ei eller en enn er et etter få får fått for fordi
    fra før gang gir gå går gjør gjøre gjort godt ha hadde han har hei hele hjelp hjelpe hun hva hvem hver
    hvilke hvilken hvis hvor hvordan hvorfor ikke ingen inn ja jeg kan kanskje kom komme kommer kunne la
    lage man med meg men mer mine min mitt mot mye må når nei noe noen nå og også om opp oss over på sa
    samme seg selv ser si siden sin sine skal skulle slik som så takk til tror under ut uten vær være vært
    var ved vel vi vil ville vite å
    """.split()  # noqa: SIM905 - as a list of strings nobody could read it
)


def terms(text: str) -> list[str]:
    """The text's telling words, lower-case, their endings cut so that forms of one word meet."""
    return [_stem(word) for word in _WORD.findall(text.casefold()) if word not in _EMPTY]


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    for _ in range(2):
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) > _LEAST_STEM:
                word = word[: -len(ending)]
                break
    if len(word) > _LEAST_STEM and word[-1] == word[-2]:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > _LEAST_STEM else word


@dataclass(frozen=True, slots=True)
class LexicalScores:
    """One question against every article."""

    bm25: Floats1d  # (articles,) share of the best score these terms could reach, in [0, 1]
    coverage: Floats1d  # (articles,) share of the question's rarity that the article's words cover, in [0, 1]
    views: Floats1d  # (views,) each view's own share of that best score, in [0, 1]
    known: float  # share of the question's rarity that any article covers, in [0, 1]
    asked: int  # different terms of the question
    bare: bool  # whether it is a few telling words and nothing else: a name, a code, what is typed into a box


class Lexical:
    """Word search over the live views of several segments, scored as if they were one.

    Nothing is kept but what depends on all views at once, so a segment more costs no rebuilding. Never
    changes, so any number of threads may ask.
    """

    def __init__(self, parts: Sequence[tuple[Postings, Ints1d]], articles: Ints1d, long: Bools1d) -> None:
        """An article's score is its best passage's plus its best short view's: a text can't drown a title.

        parts: each segment's postings with the numbers that its views have here, -1 for those that are dead.
        articles: (n,) each view's article, ascending from 0; long: (n,) whether it is a passage.
        """
        # A part without dead views needs no look at the number of each.
        self._parts = [
            (postings, places, int(places[0]) if len(places) and places.min() >= 0 else None)
            for postings, places in parts
        ]
        self._articles = articles
        self._long = long
        self._count = int(articles[-1]) + 1 if len(articles) else 0
        self._rarities: dict[str, float] = {}  # of common terms, which are asked again and again
        lengths = np.zeros(len(articles), dtype=np.float32)
        for postings, places, _ in self._parts:
            alive = places >= 0
            lengths[places[alive]] = postings.lengths[alive]
        means = [lengths[long == kind].mean() if (long == kind).any() else 1.0 for kind in (False, True)]
        self._norms = _K1 * (1 - _B + _B * lengths / np.maximum(np.where(long, means[1], means[0]), 1.0))

    def scores(self, question: str, without: Ints1d | None = None) -> LexicalScores:
        """without: views to leave out, as if they did not exist."""
        telling = terms(question)
        asked = sorted(set(telling))
        found = [(term, *self._holders(term)) for term in asked]
        rarities = {term: self._rarity(term, rows) for term, rows, _ in found}
        total = sum(rarities.values())
        views = np.zeros(len(self._articles), dtype=np.float32)
        if not total:
            nothing = np.zeros(self._count, dtype=np.float32)
            return LexicalScores(nothing, nothing, views, 0.0, 0, bare=False)
        hidden = np.zeros(len(views), dtype=np.bool_)
        if without is not None:
            hidden[without] = True
        reached: Bools1d | None = None  # the views that the rarer terms have led to, once those are enough
        short = np.zeros(self._count, dtype=np.float32)  # what an article's short views cover together
        more = np.zeros(len(views), dtype=np.float32)  # what a passage covers beyond them
        titled = np.full(self._count, -1, dtype=np.int32)  # the last term that a short view of it held
        known = 0.0
        followed = 0
        for number, (term, rows, counts) in enumerate(sorted(found, key=lambda each: len(each[1]))):
            rarity = rarities[term]
            if without is not None:
                kept = ~hidden[rows]
                rows, counts = rows[kept], counts[kept]
            if not len(rows):
                continue
            known += rarity
            followed += len(rows)
            if reached is None and len(rows) < followed > _FOLLOWED:
                reached = views > 0
            if reached is not None:
                kept = reached[rows]
                rows, counts = rows[kept], counts[kept]
            often = counts.astype(np.float32)
            views[rows] += often * np.float32(rarity * (_K1 + 1)) / (often + self._norms[rows])
            passages, articles = self._long[rows], self._articles[rows]
            titles = articles[~passages]
            titled[titles] = number
            short[titles] = short[titles] + np.float32(rarity)  # once, however often it is held
            beyond = passages & (titled[articles] != number)
            more[rows[beyond]] += np.float32(rarity)
        views /= np.float32(2 * total * (_K1 + 1))
        touched = np.flatnonzero(views > 0)
        passages, articles, best = self._long[touched], self._articles[touched], views[touched]
        bm25 = np.zeros((2, self._count), dtype=np.float32)
        np.maximum.at(bm25[0], articles[passages], best[passages])
        np.maximum.at(bm25[1], articles[~passages], best[~passages])
        coverage = short.copy()
        np.maximum.at(coverage, articles, short[articles] + more[touched])
        coverage = np.minimum(coverage / np.float32(total), np.float32(1.0))
        bare = len(asked) <= _FEW and len(telling) == len(_WORD.findall(question))
        return LexicalScores(bm25[0] + bm25[1], coverage, views, known / total, len(found), bare)

    def _holders(self, term: str) -> tuple[Ints1d, Counts1d]:
        """The live views that hold the term, ascending, and how often."""
        rows, counts = [], []
        for postings, places, first in self._parts:
            views, often = postings.find(term)
            if not len(views):
                continue
            if first is not None:
                rows.append(views + np.int64(first))
                counts.append(often)
            else:
                at = places[views]
                rows.append(at[at >= 0])
                counts.append(often[at >= 0])
        if not rows:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint16)
        return np.concatenate(rows), np.concatenate(counts)

    def _rarity(self, term: str, rows: Ints1d) -> float:
        """The inverse document frequency of a term that the articles of these views hold; above 0."""
        if term in self._rarities:
            return self._rarities[term]
        articles = self._articles[rows]
        holders = int(np.count_nonzero(articles[1:] != articles[:-1])) + 1 if len(rows) else 0
        rarity = float(np.log(1 + (self._count - holders + 0.5) / (holders + 0.5)))
        if len(rows) >= _COMMON:
            self._rarities[term] = rarity
        return rarity
