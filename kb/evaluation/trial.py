"""How a base did on questions of known outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb.evaluation.measures import Chances, Truths, calibration_error, coverage_at_risk


@dataclass(frozen=True, slots=True)
class Results:
    """What the questions showed, in their order.

    place: where the first right article came, from 1; 0: not among the first ten, or there is none.
    """

    answerable: Truths
    place: npt.NDArray[np.int64]
    probability: Chances  # that the first article is right
    answered: Truths
    right_answer: Truths  # answered from a right article
    seconds: tuple[float, ...]  # each answer took, encoding included
    line: float

    @property
    def right(self) -> Truths:
        """Whether the first article was right."""
        return np.asarray(self.place == 1)

    @property
    def ece(self) -> float:
        """Expected calibration error of the first article's probability."""
        return calibration_error(self.probability, self.right)

    @property
    def answered_share(self) -> float:
        return float(self.answered.mean())

    @property
    def wrong_among_answered(self) -> float | None:
        """None if nothing was answered."""
        return float((~self.right_answer)[self.answered].mean()) if self.answered.any() else None

    @property
    def declined_of_unanswerable(self) -> float | None:
        """None if every question had an answer."""
        without = ~self.answerable
        return float((~self.answered)[without].mean()) if without.any() else None

    def milliseconds(self, percent: float) -> float:
        """What an answer took, at this percentile."""
        return 1_000 * float(np.percentile(self.seconds, percent))

    def within(self, places: int) -> float | None:
        """The share of answerable questions whose article is among the first `places`; None without any."""
        found = self.place[self.answerable]
        return float(((found > 0) & (found <= places)).mean()) if len(found) else None

    @property
    def mrr(self) -> float | None:
        """Mean reciprocal rank within the first ten; None if no question had an answer."""
        found = self.place[self.answerable]
        return float(np.where(found > 0, 1 / np.maximum(found, 1), 0.0).mean()) if len(found) else None


@dataclass(frozen=True, slots=True)
class Trial:
    """One base and its questions, searched both ways and each way alone."""

    articles: int
    risk: float
    both: Results
    dense: Results | None  # None without an encoder
    lexical: Results
    build_seconds: float

    def coverage(self, results: Results) -> float:
        """The largest share of the questions that some line accepts with at most the stated risk."""
        return coverage_at_risk(results.probability, results.right, self.risk)

    def to_json(self) -> dict[str, object]:
        """The keys that programs read."""
        return self._figures(self.both) | {
            "dense_only": None if self.dense is None else self._figures(self.dense),
            "lexical_only": self._figures(self.lexical),
        }

    def _figures(self, results: Results) -> dict[str, object]:
        return {
            "n_articles": self.articles,
            "n_queries": len(results.place),
            "r_at_1": results.within(1),
            "r_at_3": results.within(3),
            "mrr_at_10": results.mrr,
            "ece": results.ece,
            "answered_share": results.answered_share,
            "wrong_among_answered": results.wrong_among_answered,
            "coverage_at_risk": self.coverage(results),
            "declined_of_unanswerable": results.declined_of_unanswerable,
            "p50_ms": results.milliseconds(50),
            "p95_ms": results.milliseconds(95),
            "build_seconds": self.build_seconds,
        }
