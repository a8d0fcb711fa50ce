"""Trains the intents: `firstline train`. Everything that is chosen is chosen on held-out examples."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from bot.dialogue.assistant import Assistant, Example
from bot.understanding.calibration import expected_calibration_error, softmax
from bot.understanding.folds import (
    FOLDS,
    Fitted,
    Material,
    Progress,
    fit,
    held_out,
    in_folds,
    spelt_out,
    together,
    usable,
)
from bot.understanding.heads import Floats2d, Ints1d, fit_blend, fit_blend_alone
from bot.understanding.model import ANY_LANGUAGE, Blend, IntentModel, write_model
from bot.understanding.outliers import Scores
from bot.understanding.scoping import (
    GROUPS,
    Names,
    Rows,
    everyday_sentences,
    joined,
    learn_scope,
    left_out,
    not_told_apart,
    rows_of,
)
from kb.embedders import Embedder

Chances: TypeAlias = NDArray[np.float64]

# A language gets a blend of its own from this many examples on.
LEAST_OWN_BLEND = 100
ENCODED_AT_ONCE = 32
MOST_WORKERS = 4
SURE = 0.55
RISK = 0.03


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
class Line:
    """The certainty from which on a reading is acted on, so that at most `risk` of those are wrong.

    share: of the held-out examples, how many reach it; wrong: share of these that are wrong; source:
    "cross-validation" or "validation".
    """

    certainty: float
    risk: float
    share: float
    wrong: float
    source: str


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What came of a training.

    languages: the quality of each; scope_auroc: how well foreign wishes are told from known ones; confusions:
    most frequent first; left_out: intents with fewer than two examples; ece: expected calibration error of
    the first probability; line: where certainty begins, and on what it was chosen; encode_seconds: of
    `seconds`, spent on vectors; bytes: size of the written model, 0 before it is written.
    """

    intents: int
    examples: int
    languages: Mapping[str, Quality]
    accuracy: float
    ece: float
    line: Line
    scope_auroc: float
    confusions: tuple[Confusion, ...]
    left_out: tuple[str, ...]
    encoder: str
    bytes: int
    seconds: float
    encode_seconds: float


@dataclass(frozen=True, slots=True)
class Judged:
    """The examples that were learnt from, as models that had not seen them read them.

    chances: (n, c) the probability of each of `intents`; known: (n,) that of being in scope.
    """

    examples: tuple[Example, ...]
    intents: tuple[str, ...]
    chances: Chances
    known: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Learnt:
    """A trained model that has not been written, what came of its training, and the held-out readings."""

    model: IntentModel
    report: TrainingReport
    judged: Judged


def train(
    assistant: Assistant, embedder: Embedder, folder: Path, progress: Progress | None = None
) -> TrainingReport:
    """Fit the assistant's intents and write the model into `folder`.

    The same examples and encoder give the same bytes. progress: called with a stage and its share done.
    Raises TooFewExamplesError.
    """
    started = time.monotonic()
    say = progress or _silent
    learnt = learn(assistant.nlu.examples, embedder, say=say)
    size = write_model(replace(learnt.model, fingerprint=assistant.fingerprint), folder)
    say("writing", 1.0)
    return replace(learnt.report, bytes=size, seconds=time.monotonic() - started)


def learn(
    examples: Sequence[Example],
    embedder: Embedder,
    *,
    outside: Sequence[str] = (),
    validation: Sequence[Example] = (),
    validation_outside: Sequence[str] = (),
    risk: float = RISK,
    say: Progress | None = None,
) -> Learnt:
    """Fit the intents of these examples; the model's fingerprint is left empty.

    outside: texts that no intent is for; validation, validation_outside: what thresholds and temperatures are
    chosen on in place of cross-validation; risk: the share of accepted readings that may be wrong.
    Raises TooFewExamplesError.
    """
    started = time.monotonic()
    say = say or _silent
    kept, left_out_intents = usable(examples)
    intents = sorted({each.intent for each in kept})
    checks = [each for each in validation if each.intent in intents]
    everyday, spoken = everyday_sentences(sorted({each.language for each in kept}))
    names = [spelt_out(intent) or intent for intent in intents]
    strange = list(dict.fromkeys(outside))
    others = [*everyday, *(each.text for each in checks), *validation_outside]
    texts = [*(each.text for each in kept), *names, *strange, *others]
    vectors = _encode(texts, embedder, say)
    encoded = time.monotonic()
    material = in_folds(kept, names, strange, others, vectors)
    fits = _fit_all(material, GROUPS if not validation_outside else 0, say)
    held = together(fits.folds, np.arange(len(kept)))
    labels = material.labels[: len(kept)]
    languages = np.array([each.language for each in kept])
    chances = _cross_fitted(material, held, languages)
    first_other = len(material.labels)
    after = first_other + len(everyday)
    checked, check_labels, check_languages, source = held, labels, languages, "cross-validation"
    if checks:
        checked = fits.final.read(material, np.arange(after, after + len(checks)))
        check_labels = np.array([intents.index(each.intent) for each in checks])
        check_languages = np.array([each.language for each in checks])
        source = "validation"
    blends = _blends(checked, check_labels, check_languages)
    alone = fit_blend_alone(checked, check_labels)

    def rows(scores: Scores, spoken: Sequence[str]) -> Rows:
        return rows_of(scores, spoken, blends, alone)

    inside, known_rows = rows(checked, check_languages.tolist()), rows(held, languages.tolist())
    if validation_outside:
        foreign = fits.final.read(material, np.arange(after + len(checks), len(texts)))
        kinds = [rows(foreign, [ANY_LANGUAGE] * len(validation_outside))]
    else:
        kinds = (
            [joined([rows(each, languages[n].tolist()) for n, each in fits.groups])] if fits.groups else []
        )
        if everyday:
            foreign = fits.final.read(material, np.arange(first_other, after))
            apart = not_told_apart(foreign, intents, blends[ANY_LANGUAGE])
            kinds.append(rows(foreign.of(apart), np.array(spoken)[apart].tolist()))
        if strange:
            numbers = np.arange(first_other - len(strange), first_other)
            kinds.append(rows(together(fits.folds, numbers), [ANY_LANGUAGE] * len(strange)))
    scoping = learn_scope(inside, kinds, material.languages)
    known = known_rows.known(scoping.scopes)
    right = chances.argmax(axis=1) == labels
    certainty = chances.max(axis=1) * known
    line = line_at(certainty, right, risk, source)
    if checks:
        read = _chances(checked, check_languages, blends)
        sure = read.max(axis=1) * inside.known(scoping.scopes)
        line = line_at(sure, read.argmax(axis=1) == check_labels, risk, source)
    whole = _quality(chances, labels, known)
    report = TrainingReport(
        intents=len(intents),
        examples=len(kept),
        languages={
            language: _quality(chances[own], labels[own], known[own])
            for language in material.languages
            for own in [languages == language]
        },
        accuracy=whole.accuracy,
        ece=whole.ece,
        line=line,
        scope_auroc=scoping.auroc,
        confusions=_confusions(material, chances),
        left_out=left_out_intents,
        encoder=embedder.model_id,
        bytes=0,
        seconds=time.monotonic() - started,
        encode_seconds=encoded - started,
    )
    final = fits.final
    model = IntentModel(
        intents=material.intents,
        vocabulary=final.weighing.vocabulary,
        text_weights=final.text.weights.T,
        text_bias=final.text.bias,
        dense_weights=final.dense.weights,
        dense_bias=final.dense.bias,
        examples=final.vectors,
        example_intents=final.labels,
        example_texts=tuple(material.texts[number] for number in final.numbers),
        blends=blends,
        blend_alone=alone,
        scopes=scoping.scopes,
        scope_alone=scoping.alone,
        encoder=embedder.model_id,
        fingerprint="",
    )
    return Learnt(model, report, Judged(kept, material.intents, chances, known))


def _silent(stage: str, share: float) -> None:
    """Nobody watches."""


def line_at(certainty: Chances, right: NDArray[np.bool_], risk: float, source: str) -> Line:
    """The lowest certainty from which on at most `risk` are wrong."""
    order = np.argsort(-certainty, kind="stable")
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    bearable = np.flatnonzero(wrong <= risk)
    if not len(bearable):
        return Line(1.0, risk, 0.0, 0.0, source)
    last = int(bearable[-1])
    return Line(float(certainty[order[last]]), risk, (last + 1) / len(order), float(wrong[last]), source)


@dataclass(frozen=True, slots=True)
class _Fits:
    """All that is fitted: on all, without each fold, and without each group of intents."""

    final: Fitted
    folds: list[tuple[Ints1d, Scores]]
    groups: list[tuple[Ints1d, Scores]]


def _fit_all(material: Material, groups: int, say: Progress) -> _Fits:
    """Fit side by side on all processors.

    Each fit keeps to one thread, which adds numbers up in one order: the same examples give the same model.
    """
    with (
        threadpool_limits(limits=1),
        ThreadPoolExecutor(max_workers=min(MOST_WORKERS, os.cpu_count() or 1)) as pool,
    ):
        final = pool.submit(fit, material, np.ones(len(material.labels), dtype=bool))
        folds = [pool.submit(held_out, material, fold) for fold in range(FOLDS)]
        lacking = [pool.submit(left_out, material, group) for group in range(groups)]
        for done in range(FOLDS):
            say("cross-validating", done / FOLDS)
            folds[done].result()
    found = [future.result() for future in lacking]
    return _Fits(final.result(), [each.result() for each in folds], [each for each in found if each])


def _encode(texts: Sequence[str], embedder: Embedder, say: Progress) -> Floats2d:
    """(n, d) vectors of the texts, each encoded once, on all processors."""
    distinct = list(dict.fromkeys(texts))
    parts = [distinct[start : start + ENCODED_AT_ONCE] for start in range(0, len(distinct), ENCODED_AT_ONCE)]
    rows: list[Floats2d] = []
    with ThreadPoolExecutor(max_workers=min(MOST_WORKERS, os.cpu_count() or 1)) as pool:
        for done, part in enumerate(pool.map(embedder.encode, parts)):
            say("reading examples", done / len(parts))
            rows.append(part)
    place = {text: number for number, text in enumerate(distinct)}
    return np.concatenate(rows)[[place[text] for text in texts]]


def _blends(scores: Scores, labels: Ints1d, languages: Names) -> dict[str, Blend]:
    """How the heads are blended: for any language, and for each that has texts enough."""
    blends = {ANY_LANGUAGE: fit_blend(scores, labels)}
    for language in np.unique(languages).tolist():
        own = languages == language
        if LEAST_OWN_BLEND <= own.sum() < len(own):
            blends[language] = fit_blend(scores.of(own), labels[own])
    return blends


def _chances(scores: Scores, languages: Names, blends: Mapping[str, Blend]) -> Chances:
    """(n, c) probabilities, each text's by the blend of its language."""
    chances = softmax(scores.intents(scores.blended(blends[ANY_LANGUAGE])))
    for language in blends.keys() & set(languages.tolist()):
        own = languages == language
        part = scores.of(own)
        chances[own] = softmax(part.intents(part.blended(blends[language])))
    return chances


def _cross_fitted(material: Material, held: Scores, languages: Names) -> Chances:
    """(n, c) probabilities by heads and a blend of which neither has seen the example's fold."""
    labels, folds = material.labels[: material.size], material.folds[: material.size]
    chances = np.zeros((material.size, len(material.intents)))
    for fold in range(FOLDS):
        own, rest = folds == fold, folds != fold
        blends = _blends(held.of(rest), labels[rest], languages[rest])
        chances[own] = _chances(held.of(own), languages[own], blends)
    return chances


def _quality(chances: Chances, labels: Ints1d, known: Chances) -> Quality:
    first = chances.max(axis=1)
    right = chances.argmax(axis=1) == labels
    sure = first * known >= SURE
    return Quality(
        examples=len(labels),
        accuracy=float(right.mean()),
        ece=expected_calibration_error(first, right),
        sure=float(sure.mean()),
        wrong_when_sure=float((~right[sure]).mean()) if sure.any() else 0.0,
    )


def _confusions(material: Material, chances: Chances) -> tuple[Confusion, ...]:
    taken: dict[tuple[str, str], list[str]] = defaultdict(list)
    for example, label, first in zip(
        material.examples, material.labels[: material.size], chances.argmax(axis=1), strict=True
    ):
        if label != first:
            taken[material.intents[label], material.intents[first]].append(example.text)
    ordered = sorted(taken.items(), key=lambda each: (-len(each[1]), each[0]))
    return tuple(Confusion(meant, read_as, tuple(texts)) for (meant, read_as), texts in ordered)
