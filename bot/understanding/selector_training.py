"""Trains the response selectors: part of `firstline train`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from bot.dialogue.assistant import Assistant, Example
from bot.understanding.selector import ALL, Floats2d, Selector, Selectors, keys_of
from bot.understanding.stored import write_part
from kb.embedders import Embedder

STRENGTH = 20.0
ROUNDS = 500
ENCODED_AT_ONCE = 32


def learn_selectors(assistant: Assistant, embedder: Embedder, folder: Path) -> Selectors:
    """Fit a selector for each that the pipeline names and write them into `folder`."""
    examples = [each for each in assistant.nlu.examples if each.response_key]
    selectors = fit_selectors(examples, embedder, assistant.pipeline.selectors, assistant.fingerprint)
    write_part(selectors.stored(), folder)
    return selectors


def fit_selectors(
    examples: Sequence[Example], embedder: Embedder, wanted: Sequence[str | None], fingerprint: str
) -> Selectors:
    """The selectors of these retrieval examples. wanted: retrieval intents, None for one over all."""
    texts = [each.text for each in examples]
    rows = [np.zeros((0, embedder.width), dtype=np.float32)]
    for start in range(0, len(texts), ENCODED_AT_ONCE):
        rows.append(embedder.encode(texts[start : start + ENCODED_AT_ONCE]))
    vectors = np.concatenate(rows)
    names = [str(each.response_key) for each in examples]
    found = {}
    for selector in wanted:
        keys = keys_of(names, selector)
        chosen = np.array([name in keys for name in names], dtype=bool)
        if keys:
            labels = np.array([keys.index(name) for name in names if name in keys])
            weights, bias = _fit(vectors[chosen], labels, len(keys))
            shown = tuple(tuple(each.text for each in examples if each.response_key == key) for key in keys)
            found[selector or ALL] = Selector(tuple(keys), weights, bias, shown)
    return Selectors(found, embedder.model_id, fingerprint)


def _fit(vectors: Floats2d, labels: NDArray[np.int64], keys: int) -> tuple[Floats2d, NDArray[np.float32]]:
    """Weights (keys, d) and bias (keys,) of a multinomial logistic regression; of one key, zeros."""
    from sklearn.linear_model import LogisticRegression

    if keys == 1:
        return np.zeros((1, vectors.shape[1]), dtype=np.float32), np.zeros(1, dtype=np.float32)
    # One thread adds numbers up in one order, so that the same examples give the same selector.
    with threadpool_limits(limits=1):
        head = LogisticRegression(C=STRENGTH, max_iter=ROUNDS).fit(vectors, labels)
    weights, bias = head.coef_, head.intercept_
    if keys == 2:  # scikit-learn keeps one row then, for the second class
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    # As it will be read: sums over another layout of memory differ in their last digits.
    return np.ascontiguousarray(weights, dtype=np.float32), np.ascontiguousarray(bias, dtype=np.float32)
