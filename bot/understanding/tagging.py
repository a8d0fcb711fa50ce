"""Finds the entities that an assistant only shows in its examples: each word's part in one, by its looks.

A linear model gives every token a probability of beginning, continuing or being no entity; the likeliest
sequence that makes sense is kept. Serving is numpy only; `entity_training.py` fits it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.dialogue.assistant import Example
from bot.understanding.errors import PartDamagedError
from bot.understanding.stored import Stored, read_part

Floats1d: TypeAlias = NDArray[np.float32]
Floats2d: TypeAlias = NDArray[np.float32]

# Letters and digits apart: an annotation may well cover the 25 of "25pm".
TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|_")
MOST_TOKENS = 400
UNKNOWN = "�"
BEFORE, AFTER = 3, 2  # tokens looked at on either side, in their order; and so many before in any order:
FAR_BEFORE = 6
IMPOSSIBLE = -1e9


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """What a span is: an entity, perhaps in a role and a group."""

    entity: str
    role: str | None = None
    group: str | None = None


Marks: TypeAlias = tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """Characters `start` to `end` are in a lookup, or look like a pattern or a date: `kind` says which."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tagged:
    """Characters `start` to `end` are these marks; `probability` in [0, 1]."""

    start: int
    end: int
    marks: Marks
    probability: float


@dataclass(frozen=True, slots=True)
class TaggerModel:
    """All that serving needs. f features, 2m + 1 tags for m kinds of spans.

    weights (f, 2m + 1) and bias (2m + 1,): column 0 is "no entity", 2k + 1 begins `spans[k]` and 2k + 2
    continues it. `words`: those that the examples hold outside entities, in lower case.
    """

    spans: tuple[Marks, ...]
    features: Mapping[str, int]
    weights: Floats2d
    bias: Floats1d
    words: frozenset[str]
    fingerprint: str

    @property
    def entities(self) -> frozenset[str]:
        return frozenset(mark.entity for marks in self.spans for mark in marks)

    def stored(self) -> Stored:
        """The model as it is kept on disk."""
        words = {
            "spans": [[astuple(mark) for mark in marks] for marks in self.spans],
            "features": list(self.features),
            "words": sorted(self.words),
        }
        return Stored({"fingerprint": self.fingerprint}, {"weights": self.weights, "bias": self.bias}, words)


def read_tagger(folder: Path) -> TaggerModel:
    """The model trained into `folder`. Raises PartMissingError and PartDamagedError."""
    part = read_part(folder)
    try:
        return TaggerModel(
            spans=tuple(tuple(Mark(*mark) for mark in marks) for marks in part.words["spans"]),
            features={name: number for number, name in enumerate(part.words["features"])},
            weights=part.arrays["weights"],
            bias=part.arrays["bias"],
            words=frozenset(part.words["words"]),
            fingerprint=part.about["fingerprint"],
        )
    except (KeyError, TypeError) as wrong:
        raise PartDamagedError(folder, f"{type(wrong).__name__}: {wrong}") from wrong


def ordinary_words(examples: Sequence[Example]) -> frozenset[str]:
    """The words that stand outside annotations."""
    words: set[str] = set()
    for example in examples:
        marked = [(mark.start, mark.end) for mark in example.annotations]
        for match in TOKEN.finditer(example.text):
            if not any(start <= match.start() < end for start, end in marked):
                words.add(match[0].casefold())
    return frozenset(words)


class Tagger:
    """Serves one TaggerModel. Safe from any thread."""

    def __init__(self, model: TaggerModel) -> None:
        self._model = model
        # (from, to): what the tag before adds to the next one's score; a span is continued only once begun.
        tags = 2 * len(model.spans) + 1
        steps = np.zeros((tags, tags), dtype=np.float64)
        for tag in range(tags):
            if (feature := model.features.get(follows(tag))) is not None:
                steps[tag] = model.weights[feature]
        for inside in range(2, tags, 2):
            others = [tag for tag in range(tags) if tag not in (inside - 1, inside)]
            steps[others, inside] = IMPOSSIBLE
        self._steps = steps

    def tag(self, text: str, hints: Sequence[Hint] = ()) -> tuple[Tagged, ...]:
        """The spans of `text`, in order and without overlaps."""
        tokens = [match.span() for match in TOKEN.finditer(text)][:MOST_TOKENS]
        if not tokens or not self._model.spans:
            return ()
        path, chances = self._likeliest(self._scores(featured(text, tokens, hints)))
        found = []
        for first, last in _spans(path):
            marks = self._model.spans[(path[first] - 1) // 2]
            sure = float(np.exp(np.mean(chances[first:last])))
            found.append(Tagged(tokens[first][0], tokens[last - 1][1], marks, sure))
        return tuple(found)

    def _scores(self, rows: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """(n, tags) scores of each token's tags by the words around it."""
        model = self._model
        scores = np.tile(model.bias.astype(np.float64), (len(rows), 1))
        for score, row in zip(scores, rows, strict=True):
            ids = [model.features[name] for name in row if name in model.features]
            score += model.weights[ids].sum(axis=0)
        return scores

    def _likeliest(self, scores: NDArray[np.float64]) -> tuple[list[int], list[float]]:
        """The best sequence of tags (Viterbi), and each tag's log-probability given the one before."""
        chances = _log_softmax(scores[:, None, :] + self._steps)
        best = chances[0, 0]
        came: list[NDArray[np.intp]] = []
        for step in chances[1:]:
            reached = best[:, None] + step
            came.append(reached.argmax(axis=0))
            best = reached.max(axis=0)
        path = [int(best.argmax())]
        for each in reversed(came):
            path.append(int(each[path[-1]]))
        path.reverse()
        return path, [
            float(chances[at, before, tag]) for at, (before, tag) in enumerate(pairwise([0, *path]))
        ]


def follows(tag: int) -> str:
    """The feature of a token whose predecessor has this tag."""
    return f"after={tag}"


def _log_softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    scores = scores - scores.max(axis=-1, keepdims=True)
    return np.asarray(scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True)), dtype=np.float64)


def _spans(path: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) token of each span in a sequence of tags."""
    first: int | None = None
    for at, tag in enumerate([*path, 0]):
        if first is not None and (tag % 2 or tag == 0):
            yield first, at
            first = None
        if tag % 2:
            first = at


def featured(
    text: str, tokens: Sequence[tuple[int, int]], hints: Sequence[Hint], hidden: frozenset[int] = frozenset()
) -> list[list[str]]:
    """The names of each token's features.

    hidden: tokens whose letters are not to be looked at, as if the word had never been seen.
    """
    words = [
        UNKNOWN if at in hidden else text[start:end].casefold() for at, (start, end) in enumerate(tokens)
    ]
    shapes = [_shape(text[start:end]) for start, end in tokens]
    hinted = [_hinted(start, end, hints) for start, end in tokens]
    rows = []
    for at, word in enumerate(words):
        row = [f"w={word}", f"s={shapes[at]}"]
        if at not in hidden:
            row += [f"p={word[:size]}" for size in (1, 2, 3) if len(word) > size]
            row += [f"e={word[-size:]}" for size in (1, 2, 3, 4) if len(word) > size]
        row += hinted[at]
        for step in (*range(-BEFORE, 0), *range(1, AFTER + 1)):
            there = at + step
            if 0 <= there < len(words):
                row.append(f"{step}w={words[there]}")
            else:
                row.append(f"{step}w=")
        for step in (-1, 1):
            if 0 <= at + step < len(words):
                row.append(f"{step}s={shapes[at + step]}")
                row += [f"{step}{hint}" for hint in hinted[at + step]]
        row += [f"far={before}" for before in words[max(0, at - FAR_BEFORE) : at]]
        if at:
            row.append(f"-1w,w={words[at - 1]},{word}")
        if at > 1:
            row.append(f"-2w,-1w={words[at - 2]},{words[at - 1]}")
        if at + 1 < len(words):
            row.append(f"w,1w={word},{words[at + 1]}")
        row.append("glued" if at and tokens[at - 1][1] == tokens[at][0] else "apart")
        rows.append(row)
    return rows


def _shape(word: str) -> str:
    if word.isdigit():
        return f"d{min(len(word), 6)}"
    if not word.isalpha():
        return word
    length = "1" if len(word) == 1 else "s" if len(word) < 4 else "l"
    return ("X" if word.isupper() else "Xx" if word[0].isupper() else "x") + length


def _hinted(start: int, end: int, hints: Sequence[Hint]) -> list[str]:
    return [
        f"h={hint.kind},{'first' if hint.start >= start else 'next'}"
        for hint in hints
        if hint.start < end and start < hint.end
    ]
