"""Which questions ask the same: vectors that hold meaning and words, and lines drawn from the base. Pure.

A cosine means nothing by itself: two questions that have nothing to do with each other come to 0.1 in one
language and to 0.5 in another. So the line is drawn where hardly any two articles' own questions reach it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from kb.embedders import Floats1d, Floats2d
from kb.embedders.hashed import HashedEmbedder
from kb.retrieval.lexical import terms

MEANING = 0.7
"""The share of a question's vector that its meaning has; its words have the rest.

Fitted on 67 questions of our own about 18 things that the shipped base does not hold: with meaning alone
Bokmål falls apart under an English encoder, with words alone paraphrases do.
"""

UNLIKE = 99.0
"""Per cent of pairs of different articles' questions that are less alike than what is called the same."""

FEWEST = 12
"""Articles of a language from which on its line is measured; below it is LINE."""

LINE, LEAST, MOST = 0.5, 0.35, 0.75
SURER = 0.1
"""Two clusters must be this much more alike than a question and its cluster before they become one."""

TRANSLATED = 0.8
"""The share of linked translations that must be found as such before the encoder may join languages."""

_WORDS = HashedEmbedder()

Encode: TypeAlias = Callable[[Sequence[str]], Floats2d]


@dataclass(frozen=True, slots=True)
class Centre:
    """Where a gap's questions of one language lie: the sum of their vectors, and how many there are."""

    gap: int
    language: str
    total: Floats1d
    members: int

    @property
    def direction(self) -> Floats1d:
        return np.asarray(self.total / max(float(np.linalg.norm(self.total)), 1e-9), dtype=np.float32)

    def with_(self, vector: Floats1d) -> Centre:
        return replace(self, total=self.total + vector, members=self.members + 1)


class Vectors:
    """Turns questions into unit vectors: an encoder's, where there is one, beside the hashed words."""

    def __init__(self, model_id: str, encode: Encode | None) -> None:
        """encode: None without an encoder; model_id: names its weights."""
        self._encode = encode
        self.model_id = f"{model_id or 'words'}+{_WORDS.model_id}"

    def of(self, questions: Sequence[str]) -> Floats2d:
        """(len(questions), width) float32, rows of length 1."""
        words = _WORDS.encode([" ".join(terms(question)) or question for question in questions])
        if self._encode is None:
            return words
        meaning = self._encode(questions)
        both = np.hstack([np.sqrt(MEANING) * meaning, np.sqrt(1 - MEANING) * words])
        return np.asarray(both, dtype=np.float32)


def line_of(unlike: Floats2d) -> float:
    """From which cosine on two questions ask the same; unlike: a question a row, each of another article."""
    if len(unlike) < FEWEST:
        return LINE
    pairs = (unlike @ unlike.T)[np.triu_indices(len(unlike), 1)]
    return float(np.clip(np.percentile(pairs, UNLIKE), LEAST, MOST))


def line_across(one: Floats2d, other: Floats2d) -> float | None:
    """The same for two languages, from questions of linked translations, row by row.

    None where the encoder does not know a translation when it sees one.
    """
    if len(one) < FEWEST:
        return None
    cosines = one @ other.T
    linked = np.diag(cosines)
    line = float(np.percentile(cosines[~np.eye(len(one), dtype=np.bool_)], 99.5))
    return max(line, LEAST) if float((linked > line).mean()) >= TRANSLATED else None


def nearest(vector: Floats1d, centres: Iterable[Centre], line: float) -> Centre | None:
    """The centre that the question belongs to, of equals the elder; None where it is the first."""
    near = [(float(vector @ centre.direction), -centre.gap, centre) for centre in centres]
    best = max(near, key=lambda each: each[:2], default=None)
    return best[2] if best is not None and best[0] >= line else None


def alike(centres: Sequence[Centre], line: float) -> tuple[int, int] | None:
    """Two gaps that have grown together, the elder first: the most alike above the line, or None."""
    if len(centres) < 2:
        return None
    directions = np.stack([centre.direction for centre in centres])
    cosines = directions @ directions.T
    np.fill_diagonal(cosines, -1.0)
    place = int(np.argmax(cosines))
    one, other = divmod(place, len(centres))
    if cosines[one, other] < min(line + SURER, 0.95):
        return None
    elder, younger = sorted((centres[one].gap, centres[other].gap))
    return elder, younger


def clearest(vectors: Floats2d, questions: Sequence[str], centre: Floats1d) -> int:
    """The place of the question that stands for all: near the middle, neither curt nor a story.

    vectors: (len(questions), width); centre: of length 1.
    """
    words = np.array([len(question.split()) for question in questions])
    fit = np.where((words >= 4) & (words <= 16), 0.15, 0.0) + 0.05 * np.array(
        [question.rstrip().endswith("?") for question in questions]
    )
    return int(np.argmax(vectors @ centre + fit))
