"""Trains the intents: `firstline train`. Everything that is chosen is chosen on held-out examples."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from bot.dialogue.assistant import Assistant
from bot.understanding.calibration import expected_calibration_error, softmax
from bot.understanding.folds import FOLDS, HeldOut, Material, Progress, fit, held_out, in_folds, usable
from bot.understanding.heads import Floats2d, fit_blend
from bot.understanding.model import ANY_LANGUAGE, Blend, IntentModel, write_model
from bot.understanding.scoping import Everyday, everyday_sentences, learn_scope
from kb.embedders import Embedder

Chances: TypeAlias = NDArray[np.float64]

# A language gets a blend of its own from this many examples on.
LEAST_OWN_BLEND = 100
ENCODED_AT_ONCE = 32
SURE = 0.55


@dataclass(frozen=True, slots=True)
class Quality:
    """How the intents do on held-out examples; all but `examples` are shares in [0, 1].

    ece: expected calibration error of the first probability; sure: share acted on, at a certainty of 0.55;
    wrong_when_sure: share of those that are wrong.
    """

    examples: int
    accuracy: float
    ece: float
    sure: float
    wrong_when_sure: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """Held-out examples of one intent that were taken for another."""

    meant: str
    read_as: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What came of a training.

    languages: the quality of each; scope_auroc: how well foreign wishes are told from known ones; confusions:
    most frequent first; left_out: intents with fewer than two examples; bytes: size of the model.
    """

    intents: int
    examples: int
    languages: Mapping[str, Quality]
    scope_auroc: float
    confusions: tuple[Confusion, ...]
    left_out: tuple[str, ...]
    encoder: str
    bytes: int
    seconds: float


def train(
    assistant: Assistant, embedder: Embedder, folder: Path, progress: Progress | None = None
) -> TrainingReport:
    """Fit the assistant's intents and write the model into `folder`.

    The same examples and encoder give the same bytes. progress: called with a stage and its share done.
    Raises TooFewExamplesError.
    """
    started = time.monotonic()
    say = progress or (lambda stage, share: None)
    examples, left_out = usable(assistant.nlu.examples)
    vectors = _encode([each.text for each in examples], embedder, "reading examples", say)
    sentences, spoken = everyday_sentences(sorted({each.language for each in examples}))
    strange = _encode(sentences, embedder, "reading everyday sentences", say)
    everyday = Everyday(sentences, spoken, strange)
    # One thread adds numbers up in one order, so that the same examples give the same model.
    with threadpool_limits(limits=1):
        material = in_folds(examples, vectors)
        held = held_out(material, say)
        blends = _blends(material, held, np.ones(len(examples), dtype=bool))
        scoping = learn_scope(material, held.strengths, blends[ANY_LANGUAGE], everyday, say)
        final = fit(material, np.ones(len(examples), dtype=bool), held.strengths)
        alone = fit_blend(None, held.text, material.labels)
        chances = _cross_fitted(material, held)
    model = IntentModel(
        intents=material.intents,
        vocabulary=final.vocabulary,
        text_weights=final.text.weights.T,
        text_bias=final.text.bias,
        dense_weights=final.dense.weights,
        dense_bias=final.dense.bias,
        examples=material.vectors,
        example_intents=material.labels,
        example_texts=tuple(material.texts),
        blends=blends,
        blend_alone=alone,
        scopes=scoping.scopes,
        scope_alone=scoping.alone,
        encoder=embedder.model_id,
        fingerprint=assistant.fingerprint,
    )
    size = write_model(model, folder)
    say("writing", 1.0)
    return TrainingReport(
        intents=len(material.intents),
        examples=len(examples),
        languages={
            language: _quality(material, chances, scoping.known, material.of(language))
            for language in material.languages
        },
        scope_auroc=scoping.auroc,
        confusions=_confusions(material, chances),
        left_out=left_out,
        encoder=embedder.model_id,
        bytes=size,
        seconds=time.monotonic() - started,
    )


def _encode(texts: Sequence[str], embedder: Embedder, stage: str, say: Progress) -> Floats2d:
    rows = [np.zeros((0, embedder.width), dtype=np.float32)]
    for start in range(0, len(texts), ENCODED_AT_ONCE):
        say(stage, start / len(texts))
        rows.append(embedder.encode(texts[start : start + ENCODED_AT_ONCE]))
    return np.concatenate(rows)


def _blends(material: Material, held: HeldOut, chosen: NDArray[np.bool_]) -> dict[str, Blend]:
    """How the heads are blended: for any language, and for each that has examples enough."""
    blends = {ANY_LANGUAGE: fit_blend(held.dense[chosen], held.text[chosen], material.labels[chosen])}
    for language in material.languages:
        own = chosen & material.of(language)
        if own.sum() >= LEAST_OWN_BLEND:
            blends[language] = fit_blend(held.dense[own], held.text[own], material.labels[own])
    return blends


def _cross_fitted(material: Material, held: HeldOut) -> Chances:
    """(n, c) probabilities by heads and a blend of which neither has seen the example's fold."""
    chances = np.zeros(held.dense.shape)
    for fold in range(FOLDS):
        blends = _blends(material, held, material.folds != fold)
        for language in material.languages:
            rows = (material.folds == fold) & material.of(language)
            blend = blends.get(language, blends[ANY_LANGUAGE])
            chances[rows] = softmax(blend.dense * held.dense[rows] + blend.text * held.text[rows])
    return chances


def _quality(
    material: Material, chances: Chances, known: NDArray[np.float64], rows: NDArray[np.bool_]
) -> Quality:
    first = chances[rows].max(axis=1)
    right = chances[rows].argmax(axis=1) == material.labels[rows]
    sure = first * known[rows] >= SURE
    return Quality(
        examples=int(rows.sum()),
        accuracy=float(right.mean()),
        ece=expected_calibration_error(first, right),
        sure=float(sure.mean()),
        wrong_when_sure=float((~right[sure]).mean()) if sure.any() else 0.0,
    )


def _confusions(material: Material, chances: Chances) -> tuple[Confusion, ...]:
    taken: dict[tuple[str, str], list[str]] = defaultdict(list)
    for example, label, first in zip(material.examples, material.labels, chances.argmax(axis=1), strict=True):
        if label != first:
            taken[material.intents[label], material.intents[first]].append(example.text)
    ordered = sorted(taken.items(), key=lambda each: (-len(each[1]), each[0]))
    return tuple(Confusion(meant, read_as, tuple(texts)) for (meant, read_as), texts in ordered)
