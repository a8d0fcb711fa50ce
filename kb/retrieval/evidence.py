"""What speaks for each article when one question is asked, by meaning and by words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kb.embedders import Floats1d
from kb.retrieval.lexical import Bools1d, Ints1d, Lexical, LexicalScores

FEATURES = ("closeness beyond the middle", "shared", "share")
"""What the answer probability weighs; an index that was calibrated on others is calibrated anew."""

NEAREST = 256
"""Views that one search looks at; an article without one among them counts as just below the last."""

CANDIDATES = 10
"""Articles that get a probability."""

TOPICAL = 30
"""Of the articles on the topic, those that get one beside these: a label may stand on half of a base."""

MEANING = 12.0
"""What a cosine weighs in a score, before shares are sharpened: 0.1 nearer is about three times as likely."""

_BM25, _COVERAGE, _QUOTED = 3.0, 5.0, 2.0
_SHARED = 0.25  # coverage past which it only says which article is meant, not whether any is
_BARE = 4.0  # times what words weigh where a few telling words are all that was typed
_LONG = 8  # terms from which on a question is long enough that nobody holds all of them by chance


@dataclass(frozen=True, slots=True)
class Evidence:
    """One question against every article and every view."""

    dense: Floats1d  # (articles,) cosine of the nearest view, in [-1, 1]; 0 without vectors
    views: Floats1d  # (views,) cosine, as far as the view is among the nearest, plus its share of BM25
    lexical: LexicalScores
    by_meaning: bool  # whether there were vectors

    @property
    def words(self) -> Floats1d:
        """(articles,) what the question's words say for each, on the scale of `fused`.

        Of a code or a name an encoder knows little, and of words without a sentence not much more.
        """
        weight = _BARE if self.lexical.bare else 1.0
        said = _BM25 * self.lexical.bm25 + _COVERAGE * self.lexical.coverage
        return np.asarray(weight * said, dtype=np.float32)

    @property
    def quoted(self) -> Floats1d:
        """(articles,) how nearly one passage and the title hold all words of a long question, in [0, 1]."""
        long = min(self.lexical.asked, _LONG) / _LONG
        # At this power half of the words say next to nothing and all of them much; `**` is ten times slower.
        eighth = np.square(np.square(np.square(self.lexical.coverage)))
        return np.asarray(long * eighth, dtype=np.float32)

    @property
    def shared(self) -> Floats1d:
        """(articles,) whether the article shares telling words with the question, in [0, 1]."""
        return np.asarray(np.minimum(self.lexical.coverage, _SHARED) / _SHARED, dtype=np.float32)

    @property
    def closeness(self) -> Floats1d:
        """(articles,) in [0, 1]: by meaning where there are vectors, else by words."""
        return self.dense if self.by_meaning else self.lexical.coverage


def fused(dense: Floats1d, words: Floats1d, quoted: Floats1d, weight: float) -> Floats1d:
    """Meaning and words in one score, higher is better; weight: what words weigh in this base.

    All of one shape. Fixed weights fail: words are worth much among long technical texts and little among
    short paraphrases. So each base's weight is learnt from its own questions, and within a base the question
    decides: where all articles are equally near by meaning, the words tell them apart.
    """
    return np.asarray(MEANING * dense + _QUOTED * quoted + weight * words, dtype=np.float32)


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
        return Evidence(np.zeros(count, dtype=np.float32), words.views, words, by_meaning=False)
    scores, numbers = nearest
    kept = numbers >= 0
    if hidden is not None:
        kept &= ~np.isin(numbers, hidden)
    floor = scores[kept].min() if kept.any() else 0.0
    views = np.full(len(articles), floor, dtype=np.float32)
    views[numbers[kept]] = scores[kept]
    dense = np.full(count, floor, dtype=np.float32)
    np.maximum.at(dense, articles[numbers[kept]], scores[kept])
    return Evidence(dense, views + words.views, words, by_meaning=True)


def candidates(scores: Floats1d, among: Bools1d, topical: Bools1d | None = None) -> Ints1d:
    """The articles worth a probability, ascending: of those `among` marks, the CANDIDATES of the highest
    scores, and the TOPICAL of the highest that `topical` marks, too."""
    best = _highest(scores, np.flatnonzero(among), CANDIDATES)
    if topical is None:
        return best
    return np.union1d(best, _highest(scores, np.flatnonzero(among & topical), TOPICAL))


def _highest(scores: Floats1d, pool: Ints1d, most: int) -> Ints1d:
    """The articles of the pool with the highest scores, ascending; of equals those with the lowest numbers.

    The articles of a large base are not sorted for it.
    """
    if len(pool) <= most:
        return pool
    own = scores[pool]
    least = np.partition(own, len(pool) - most)[len(pool) - most]
    above, level = pool[own > least], pool[own == least]
    return np.sort(np.concatenate([above, level[: most - len(above)]]))
