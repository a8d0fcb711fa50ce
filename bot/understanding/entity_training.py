"""Trains the tagger on an assistant's annotated examples: part of `firstline train`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from bot.dialogue.assistant import Assistant, Example
from bot.understanding.spotting import Spotters
from bot.understanding.stored import write_part
from bot.understanding.tagging import TOKEN, Hint, Mark, Marks, TaggerModel, featured, follows, ordinary_words

Hints: TypeAlias = Callable[[str, str], Sequence[Hint]]

LEAST_SHOWN = 2  # examples of an entity, before it is learnt
# Beside each annotated example so many without annotations are looked at, and at least so many in all.
PLAIN_SHARE, LEAST_PLAIN = 3, 500
# How much an example counts whose entities' letters are hidden: it teaches what stands around them.
HIDDEN_WEIGHT = 0.5
STRENGTH = 2.0
LEAST_WEIGHT = 1e-3
ROUNDS = 200


@dataclass(frozen=True, slots=True)
class TaggingReport:
    """What was learnt: the entities and how many annotations showed them; those shown too seldom."""

    entities: tuple[str, ...]
    annotations: int
    left_out: tuple[str, ...]
    seconds: float


def fit_tagger(examples: Sequence[Example], known: Sequence[str], hints: Hints) -> TaggerModel:
    """The tagger of these examples' annotations, of entities in `known`.

    hints: what lookups, patterns and shapes find in a text of a language. The same examples give the same
    model; its fingerprint is left empty.
    """
    shown = Counter(mark.entity for example in examples for mark in example.annotations)
    learnt = frozenset(name for name in known if shown[name] >= LEAST_SHOWN)
    chosen = _chosen(examples, learnt)
    words = ordinary_words(examples)
    seen: dict[Marks, int] = {}
    rows: list[list[str]] = []
    tags: list[int] = []
    weights: list[float] = []
    counts = Counter(each[0].casefold() for example in chosen for each in TOKEN.finditer(example.text))
    for example in chosen:
        tokens = [match.span() for match in TOKEN.finditer(example.text)]
        tagged = _tags(example, tokens, learnt, seen)
        hinted = hints(example.text, example.language)
        before = [[follows(tag)] for tag in [0, *tagged]]
        rows += map(list.__add__, featured(example.text, tokens, hinted), before)
        tags += tagged
        weights += [1.0] * len(tokens)
        if any(tagged):
            rare = {
                at
                for at, (start, end) in enumerate(tokens)
                if counts[example.text[start:end].casefold()] == 1
            }
            hidden = frozenset(at for at, tag in enumerate(tagged) if tag or at in rare)
            rows += map(list.__add__, featured(example.text, tokens, hinted, hidden), before)
            tags += tagged
            weights += [HIDDEN_WEIGHT] * len(tokens)
    spans = tuple(seen)
    columns = 2 * len(spans) + 1
    if not spans:
        nothing = np.zeros((0, 1), dtype=np.float32)
        return TaggerModel((), {}, nothing, np.zeros(1, dtype=np.float32), words, "")
    names = sorted({name for row in rows for name in row})
    numbers = {name: number for number, name in enumerate(names)}
    coefficients, bias = _fit(rows, tags, weights, numbers, columns)
    kept = np.flatnonzero(np.abs(coefficients).max(axis=1) >= LEAST_WEIGHT)
    return TaggerModel(
        spans=spans,
        features={names[old]: new for new, old in enumerate(kept.tolist())},
        weights=coefficients[kept],
        bias=bias,
        words=words,
        fingerprint="",
    )


def _chosen(examples: Sequence[Example], learnt: frozenset[str]) -> list[Example]:
    """The examples that show an entity, and some of those that show none, evenly from among them."""
    showing = [each for each in examples if any(mark.entity in learnt for mark in each.annotations)]
    plain = [each for each in examples if not each.annotations]
    most = max(LEAST_PLAIN, PLAIN_SHARE * len(showing))
    step = max(1, -(-len(plain) // most))
    return [*showing, *plain[::step]]


def _tags(
    example: Example, tokens: Sequence[tuple[int, int]], learnt: frozenset[str], seen: dict[Marks, int]
) -> list[int]:
    """Each token's tag; several annotations of one span are one kind of span together."""
    spans: dict[tuple[int, int], list[Mark]] = {}
    for mark in example.annotations:
        if mark.entity in learnt:
            kind = Mark(mark.entity, mark.role, mark.group)
            spans.setdefault((mark.start, mark.end), []).append(kind)
    tags = [0] * len(tokens)
    for (first, last), marks in spans.items():
        kind_number = seen.setdefault(tuple(marks), len(seen))
        inside = [at for at, (start, end) in enumerate(tokens) if first <= start and end <= last]
        for place, at in enumerate(inside):
            tags[at] = 2 * kind_number + (2 if place else 1)
    return tags


def _fit(
    rows: Sequence[Sequence[str]],
    tags: Sequence[int],
    weights: Sequence[float],
    numbers: dict[str, int],
    columns: int,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights (f, columns) and bias (columns,) of a multinomial logistic regression."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    ids = [numbers[name] for row in rows for name in dict.fromkeys(row)]
    ends = np.cumsum([0, *(len(dict.fromkeys(row)) for row in rows)])
    matrix = csr_matrix((np.ones(len(ids), dtype=np.float32), ids, ends), shape=(len(rows), len(numbers)))
    # One thread adds numbers up in one order, so that the same examples give the same model.
    with threadpool_limits(limits=1):
        head = LogisticRegression(C=STRENGTH, max_iter=ROUNDS, tol=1e-3)
        head.fit(matrix, np.array(tags), sample_weight=np.array(weights))
    fitted = np.zeros((len(numbers), columns), dtype=np.float32)
    bias = np.full(columns, -1e4, dtype=np.float32)
    if len(head.classes_) == 2:  # scikit-learn keeps one row then, for the second class
        fitted[:, head.classes_[1]], bias[head.classes_] = head.coef_[0], [0.0, head.intercept_[0]]
    else:
        fitted[:, head.classes_], bias[head.classes_] = head.coef_.T, head.intercept_
    return fitted, bias


def learn_entities(assistant: Assistant, folder: Path) -> TaggingReport:
    """Fit the tagger of the assistant's annotations and write it into `folder`.

    Where the pipeline learns no entities (config.yml), only the words of the examples are kept.
    """
    started = time.monotonic()
    examples = assistant.nlu.examples
    languages = sorted({each.language for each in examples}) or [assistant.language]
    spotters = Spotters(assistant, languages)
    known = tuple(assistant.domain.entities) if assistant.pipeline.learns_entities else ()
    model = fit_tagger(examples, known, spotters.hints)
    write_part(replace(model, fingerprint=assistant.fingerprint).stored(), folder)
    marks = [mark.entity for example in examples for mark in example.annotations]
    return TaggingReport(
        entities=tuple(sorted(model.entities)),
        annotations=sum(each in model.entities for each in marks),
        left_out=tuple(sorted(set(marks) - model.entities)),
        seconds=time.monotonic() - started,
    )
