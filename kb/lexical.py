"""Word search over articles' views: which rare words of a question an article holds, and BM25 scores."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from kb.embedders import Floats1d

Ints1d: TypeAlias = npt.NDArray[np.int64]
Bools1d: TypeAlias = npt.NDArray[np.bool_]

_K1 = 1.2
_B = 0.75
_WORD = re.compile(r"\w+")
_LEAST_STEM = 3
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


class Lexical:
    """Postings of terms in views, each view an article's. Never changes, so any number of threads may ask."""

    def __init__(self, views: Sequence[str], articles: Ints1d, long: Bools1d) -> None:
        """An article's score is its best passage's plus its best short view's: a text can't drown a title.

        views: (n,) texts; articles: (n,) each view's article, from 0; long: (n,) whether it is a passage.
        """
        self._articles = articles
        self._long = long
        self._count = int(articles.max()) + 1 if len(articles) else 0
        postings: dict[str, list[tuple[int, int]]] = {}
        lengths = np.zeros(len(views), dtype=np.float32)
        for view, text in enumerate(views):
            counts = Counter(terms(text))
            lengths[view] = sum(counts.values())
            for term, count in counts.items():
                postings.setdefault(term, []).append((view, count))
        means = [lengths[long == kind].mean() if (long == kind).any() else 1.0 for kind in (False, True)]
        norms = _K1 * (1 - _B + _B * lengths / np.maximum(np.where(long, means[1], means[0]), 1.0))
        self._postings: dict[str, tuple[Ints1d, Floats1d, float]] = {}
        for term, found in postings.items():
            rows = np.array([view for view, _ in found], dtype=np.int64)
            counts_of = np.array([count for _, count in found], dtype=np.float32)
            saturated = counts_of * (_K1 + 1) / (counts_of + norms[rows])
            holders = len(np.unique(articles[rows]))
            self._postings[term] = (rows, saturated.astype(np.float32), self._rarity(holders))

    def _rarity(self, holders: int) -> float:
        """The inverse document frequency of a term that this many articles hold; above 0."""
        return float(np.log(1 + (self._count - holders + 0.5) / (holders + 0.5)))

    def scores(self, question: str, without: Ints1d | None = None) -> LexicalScores:
        """without: views to leave out, as if they did not exist."""
        asked = sorted(set(terms(question)))
        rarities = np.array(
            [self._postings[term][2] if term in self._postings else self._rarity(0) for term in asked]
        )
        total = float(rarities.sum())
        views = np.zeros(len(self._articles), dtype=np.float32)
        holds = np.zeros((len(asked), len(self._articles)), dtype=np.bool_)
        for number, term in enumerate(asked):
            if term not in self._postings:
                continue
            rows, saturated, rarity = self._postings[term]
            if without is not None:
                kept = ~np.isin(rows, without)
                rows, saturated = rows[kept], saturated[kept]
            views[rows] += saturated * rarity
            holds[number, rows] = True
        if not total:
            nothing = np.zeros(self._count, dtype=np.float32)
            return LexicalScores(nothing, nothing, views, 0.0)
        views /= 2 * total * (_K1 + 1)
        bm25 = np.zeros((2, self._count), dtype=np.float32)
        np.maximum.at(bm25, (self._long.astype(np.int64), self._articles), views)
        known = float(rarities @ holds.any(axis=1)) / total
        return LexicalScores(bm25.sum(axis=0), self._coverage(holds, rarities / total), views, known)

    def _coverage(self, holds: npt.NDArray[np.bool_], shares: npt.NDArray[np.float64]) -> Floats1d:
        """(articles,) what an article's best passage and short views cover together: length gains nothing."""
        short = np.zeros((len(holds), self._count), dtype=np.bool_)
        at = np.flatnonzero(~self._long)
        for number in range(len(holds)):
            short[number, self._articles[at[holds[number, at]]]] = True
        covered = (shares @ short).astype(np.float32)
        at = np.flatnonzero(self._long & holds.any(axis=0))
        together = shares @ (holds[:, at] | short[:, self._articles[at]])
        np.maximum.at(covered, self._articles[at], together.astype(np.float32))
        return covered
