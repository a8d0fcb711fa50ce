"""From evidence to the probability that an article answers a question, and the line above which it is said.

Two small logistic models, because there are two ways to be wrong. The base may hold no answer: that shows in
how close its best article comes. Or it holds one, but another article looks just like it: that shows in the
best article's share among the candidates. The probability of being right is the product of the two.

The line is drawn where nearly all questions are declined whose article was taken out of the base.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from kb.embedders import Floats1d
from kb.retrieval.evidence import fused

Numbers: TypeAlias = npt.NDArray[np.float64]
Truths: TypeAlias = npt.NDArray[np.bool_]

ANSWERABLE = 0.95
"""The share of customers' questions that a base is taken to hold an answer to."""

DOUBTED = 2 / 3
"""The share of questions without an answer that an article must withstand to be answered from: many more
than are expected, for a wrong answer costs a customer more than being asked back."""

_ANSWERED = 2.0  # times the stated risk: the share of questions without their article that may be answered
_SPARE = 0.5  # standard errors of that share that the line leaves to spare
_MIDDLE = 0.5  # the closeness at which the other weights of `holds` are told
_PULL_HOLDS = (1.0, 0.04, 1.0)  # log loss that a weight one unit off where it starts costs twice over
_PULL_FIRST = (3.0, 3.0)
_PULL_WORDS, _PULL_SHARPNESS = 8.0, 4.0  # the same for a factor of e
_PULL_LINE = 20.0  # questions that the line's usual place weighs as much as
_STEPS = np.exp(np.linspace(np.log(0.125), np.log(10.0), 25))  # times where the weight of words starts
_SHARPNESSES = (0.5, 0.7, 1.0, 1.4, 2.0, 2.8)
_ROUNDS = 25
_PERCENT = np.linspace(0.0, 1.0, 101)
_USUAL, _USUAL_SLOPE, _USUAL_LEAST = 0.8, 7.0, 0.1  # the line at no risk, what it falls with, and its end
_EVEN = 1e-3  # keeps the odds of a lonely candidate finite


@dataclass(frozen=True, slots=True)
class Asking:
    """What one question of known outcome showed: its candidates' evidence, a value for each."""

    dense: Floats1d
    words: Floats1d
    quoted: Floats1d
    closeness: Floats1d
    shared: Floats1d
    answer: int | None  # the candidate that is right; None: there is none
    hides: bool = False  # whether views were hidden from it: it shows what words are worth without a title
    taken: bool = False  # whether its article was taken away: what a base without the answer sees


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was learnt about one generation, and from how much."""

    words: float  # what words weigh against meaning, see `fused`
    sharpness: float  # of scores to shares
    holds: tuple[float, float, float]
    """Log-odds that the base holds an answer, if every other question has one: 1, closeness beyond 0.5,
    shared."""
    first: tuple[float, float]  # log-odds that, if so, it is the first: 1, log-odds of its share
    unheld: tuple[float, ...]
    """How sure the best is where a question's article was taken away, percentile by percentile; () if none
    was."""
    answerable: int  # questions that it was fitted on
    unanswerable: int
    taken: int  # of these, questions whose article was taken away

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Calibration:
        """What `dataclasses.asdict` and JSON made of one. Raises TypeError for anything else."""
        frozen = {name: _frozen(value) for name, value in values.items()}
        return cls(**frozen)  # type: ignore[arg-type]

    def scores(self, dense: Floats1d, words: Floats1d, quoted: Floats1d) -> Floats1d:
        """What articles are ordered by."""
        return fused(dense, words, quoted, self.words)

    def probabilities(
        self, scores: Floats1d, closeness: Floats1d, shared: Floats1d, answerable: float = ANSWERABLE
    ) -> Floats1d:
        """(candidates,) of being the right answer, in [0, 1], in the order of their scores; at most 1 in all.

        scores, closeness, shared: (candidates,), at least one; answerable: the share of questions that have
        an answer, in (0, 1).
        """
        best = int(np.argmax(scores))
        shares = _shares(scores[np.newaxis, :].astype(np.float64), self.sharpness)[0]
        even = np.dot(self.holds, (1.0, closeness[best] - _MIDDLE, shared[best]))
        holds = float(_logistic(even + _log_odds(answerable)))
        first = float(_logistic(np.dot(self.first, (1.0, float(_odds(shares[best]))))))
        others = holds * (1 - first) * shares / max(1 - shares[best], _EVEN)
        found = np.minimum(others, holds * first)
        found[best] = holds * first
        return np.asarray(found, dtype=np.float32)

    def line(self, risk: float) -> float:
        """The least probability to answer with, were DOUBTED of the questions without an answer.

        risk: the share of answers that may be wrong, in [0, 1]. At the line twice that share of questions
        would be answered whose article is missing, and no more if a third of the customers' questions are
        such ones. A base that could ask itself little keeps near the usual line.
        """
        usual = max(_USUAL - _USUAL_SLOPE * risk, _USUAL_LEAST)
        if not self.unheld:
            return usual
        answered, asked = min(_ANSWERED * risk, 1.0), self.taken
        spare = _SPARE * float(np.sqrt(answered * (1 - answered) / asked))
        own = float(np.interp(min(1 - answered + spare, 1.0), _PERCENT, self.unheld))
        return (asked * min(own, 1 - risk) + _PULL_LINE * usual) / (asked + _PULL_LINE)


def told_line(risk: float) -> float:
    """The least probability to answer with where it is known what a question is about: that the base holds an
    answer is no longer in doubt then, only which article it is."""
    return min(max(1 - 5 * risk, 0.3), 0.98)


UNCALIBRATED = Calibration(0.4, 1.4, (-1.1, 12.0, 0.7), (0.0, 0.9), (), 0, 0, 0)
"""Where a fit with vectors starts: near what bases with many phrasings give."""

WORDS_ALONE = Calibration(1.0, 1.0, (-3.4, 5.0, 1.5), (0.0, 0.9), (), 0, 0, 0)
"""The same in keyword mode, where closeness is coverage."""


def fit(askings: Sequence[Asking], start: Calibration = UNCALIBRATED) -> Calibration:
    """Fit on questions whose outcome is known, from `start` on; that itself if none of them is answerable or
    none unanswerable."""
    right = np.array([-1 if each.answer is None else each.answer for each in askings], dtype=np.int64)
    answerable = right >= 0
    counts = int(answerable.sum()), int((~answerable).sum())
    if not all(counts):
        return Calibration(start.words, start.sharpness, start.holds, start.first, (), *counts, 0)
    table = _Table.of(askings)
    hides = np.array([each.hides for each in askings])
    telling = answerable & hides
    words, sharpness = _weigh(table.only(telling), right[telling], start)
    scores = table.scores(words)
    best = np.argmax(scores, axis=1)
    rows = np.arange(len(best))
    odds = _odds(_shares(scores, sharpness)[rows, best])
    held = np.column_stack(
        [np.ones(len(best)), table.closeness[rows, best] - _MIDDLE, table.shared[rows, best]]
    )
    told = np.column_stack([np.ones(len(best)), odds])
    # As many of either kind, so that what is learnt holds whatever share of customers' questions has none.
    # An answerable question weighs 1, however few there are: three of them prove little.
    even = np.where(answerable, 1.0, counts[0] / counts[1])
    holds = _newton(held, answerable, even, np.array(start.holds), np.array(_PULL_HOLDS))
    # Rivals look more alike where the title is hidden than they will to a customer's question.
    whole = answerable & ~hides
    first = _newton(
        told[whole],
        (best == right)[whole],
        np.ones(whole.sum()),
        np.array(start.first),
        np.array(_PULL_FIRST),
    )
    sure = _logistic(held @ holds + _log_odds(1 - DOUBTED)) * _logistic(told @ first)
    taken = np.array([each.taken for each in askings])
    return Calibration(
        words,
        sharpness,
        (float(holds[0]), float(holds[1]), float(holds[2])),
        (float(first[0]), float(first[1])),
        tuple(np.quantile(sure[taken], _PERCENT).tolist()) if taken.any() else (),
        *counts,
        int(taken.sum()),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """Askings side by side: (askings, most candidates) each, those missing marked as out of reach."""

    dense: Numbers
    words: Numbers
    quoted: Numbers
    closeness: Numbers
    shared: Numbers

    @classmethod
    def of(cls, askings: Sequence[Asking]) -> _Table:
        width = max(len(each.dense) for each in askings)

        def column(values: Sequence[Floats1d], missing: float) -> Numbers:
            table = np.full((len(askings), width), missing)
            for row, each in zip(table, values, strict=True):
                row[: len(each)] = each
            return table

        return cls(
            dense=column([each.dense for each in askings], -100.0),
            words=column([each.words for each in askings], 0.0),
            quoted=column([each.quoted for each in askings], 0.0),
            closeness=column([each.closeness for each in askings], 0.0),
            shared=column([each.shared for each in askings], 0.0),
        )

    def only(self, rows: Truths) -> _Table:
        return _Table(
            self.dense[rows], self.words[rows], self.quoted[rows], self.closeness[rows], self.shared[rows]
        )

    def scores(self, words: float) -> Numbers:
        return np.asarray(fused(self.dense, self.words, self.quoted, words), dtype=np.float64)  # type: ignore[arg-type]


def _frozen(value: object) -> object:
    return tuple(_frozen(each) for each in value) if isinstance(value, list | tuple) else value


def _weigh(table: _Table, right: npt.NDArray[np.int64], start: Calibration) -> tuple[float, float]:
    """What words weigh and how sharp shares are, so that the right candidates' shares are the likeliest."""
    if not len(right):
        return start.words, start.sharpness
    rows = np.arange(len(right))
    best = (-np.inf, start.words, start.sharpness)
    for words in _STEPS * start.words:
        scores = table.scores(float(words))
        for sharpness in _SHARPNESSES:
            likely = float(np.log(np.maximum(_shares(scores, sharpness)[rows, right], 1e-12)).sum())
            likely -= _PULL_WORDS * float(np.log(words / start.words)) ** 2
            likely -= _PULL_SHARPNESS * float(np.log(sharpness / start.sharpness)) ** 2
            best = max(best, (likely, float(words), sharpness))
    return best[1], best[2]


def _shares(scores: Numbers, sharpness: float) -> Numbers:
    """(n, candidates): each one's share of its row."""
    raised = np.exp(sharpness * (scores - scores.max(axis=1, keepdims=True)))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _odds(share: Numbers | np.float64) -> Numbers:
    return np.asarray(np.log(share / (1 - share + _EVEN)))


def _newton(design: Numbers, labels: Truths, weights: Numbers, prior: Numbers, pull: Numbers) -> Numbers:
    """The weights of least log loss, drawn to the prior. More evidence never speaks against an answer: a
    weight that would fall below 0 is 0."""
    kept = np.ones(design.shape[1], dtype=bool)
    while True:
        found = prior[kept].copy()
        some = design[:, kept]
        for _ in range(_ROUNDS):
            chance = _logistic(some @ found)
            slope = some.T @ (weights * (chance - labels)) + pull[kept] * (found - prior[kept])
            curve = (some * (weights * chance * (1 - chance))[:, None]).T @ some + np.diag(pull[kept])
            step = np.linalg.solve(curve, slope)
            found = found - np.clip(step, -2.0, 2.0)
            if np.abs(step).max() < 1e-6:
                break
        harmful = found[1:] < 0
        if not harmful.any():
            full = np.zeros(len(kept))
            full[kept] = found
            return full
        kept[np.flatnonzero(kept)[1:][harmful]] = False


def _log_odds(share: float) -> float:
    return float(np.log(share / (1 - share)))


def _logistic(values: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -40, 40))))
