"""What speaks for each article when one question is asked, by meaning and by words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kb.embedders import Floats1d, Floats2d
from kb.lexical import Bools1d, Ints1d, Lexical, LexicalScores

FEATURES = ("cosine", "lead", "coverage", "bm25", "bm25_lead", "known")

NEAREST = 256
"""Views that one search looks at; an article without one among them counts as just below the last."""

ENOUGH_LEAD = 0.15
"""A question from outside finds the one article that shares a word with it far ahead of all others: past
this, a lead says nothing more."""

_BY_MEANING = 5
_BY_WORDS = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """One question against every article and every view."""

    dense: Floats1d  # (articles,) cosine of the nearest view, in [-1, 1]; 0 without vectors
    views: Floats1d  # (views,) cosine, as far as the view is among the nearest, plus its share of BM25
    lexical: LexicalScores


def gather(
    question: str,
    lexical: Lexical,
    articles: Ints1d,
    nearest: tuple[Floats1d, Ints1d] | None,
    hidden: Ints1d | None = None,
) -> Evidence:
    """Weigh one question.

    articles: (views,) each view's article; nearest: scores and view numbers of the vector search, if there is
    one; hidden: views to leave out, as if they did not exist.
    """
    words = lexical.scores(question, hidden)
    count = len(words.bm25)
    if nearest is None or not count:
        return Evidence(np.zeros(count, dtype=np.float32), words.views, words)
    scores, numbers = nearest
    kept = numbers >= 0
    if hidden is not None:
        kept &= ~np.isin(numbers, hidden)
    floor = scores[kept].min() if kept.any() else 0.0
    views = np.full(len(articles), floor, dtype=np.float32)
    views[numbers[kept]] = scores[kept]
    dense = np.full(count, floor, dtype=np.float32)
    np.maximum.at(dense, articles[numbers[kept]], scores[kept])
    return Evidence(dense, views + words.views, words)


def candidates(evidence: Evidence, among: Bools1d, topical: Bools1d | None = None) -> Ints1d:
    """The articles worth a probability: of those `among` marks, the nearest by meaning and by words, and
    those that `topical` marks."""
    pool = np.flatnonzero(among)
    by_meaning = pool[np.argsort(-evidence.dense[pool], kind="stable")][:_BY_MEANING]
    by_words = pool[np.argsort(-evidence.lexical.bm25[pool], kind="stable")][:_BY_WORDS]
    named = pool[:0] if topical is None else np.flatnonzero(among & topical)
    return np.unique(np.concatenate([by_meaning, by_words, named]))


def features(evidence: Evidence, articles: Ints1d, families: Ints1d) -> Floats2d:
    """One row an article: (len(articles), len(FEATURES)) float32.

    families: (all articles,) numbers that an article and its translations share, so that those are no rivals.
    """
    lexical = evidence.lexical
    rows = np.zeros((len(articles), len(FEATURES)), dtype=np.float32)
    rows[:, 0] = evidence.dense[articles]
    rows[:, 1] = np.minimum(_leads(evidence.dense, articles, families), ENOUGH_LEAD)
    rows[:, 2] = lexical.coverage[articles]
    rows[:, 3] = lexical.bm25[articles]
    rows[:, 4] = _leads(lexical.bm25, articles, families)
    rows[:, 5] = lexical.known
    return rows


def _leads(scores: Floats1d, articles: Ints1d, families: Ints1d) -> Floats1d:
    """How far each of the articles is ahead of the best article of another family; negative when behind."""
    best = np.zeros(int(families.max()) + 1, dtype=np.float32)
    np.maximum.at(best, families, scores)
    order = np.argsort(-best)
    first = order[0]
    second = best[order[1]] if len(order) > 1 else np.float32(0.0)
    rival = np.where(families[articles] == first, second, best[first])
    return np.asarray(scores[articles] - rival, dtype=np.float32)
