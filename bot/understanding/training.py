"""Trains the intents: `firstline train`. Everything that is chosen is chosen on held-out examples."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.dialogue.assistant import Assistant, Example
from bot.understanding.calibration import expected_calibration_error
from bot.understanding.fitting import (
    Chances,
    Fits,
    Given,
    cross_checked,
    cross_fitted,
    encode,
    fit_all,
    validated,
)
from bot.understanding.folds import Fitted, Material, Progress, together, usable
from bot.understanding.heads import Ints1d, fit_blend_alone
from bot.understanding.model import ANY_LANGUAGE, Blend, IntentModel, write_model
from bot.understanding.outliers import Scores
from bot.understanding.reading import spelt_out
from bot.understanding.scoping import (
    Rows,
    Scoping,
    everyday_sentences,
    joined,
    learn_scope,
    near_auroc,
    not_told_apart,
    rows_of,
)
from kb.embedders import Embedder, deep_id

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

    languages: the quality of each; scope_auroc: how well foreign wishes are told from known ones; near_auroc:
    the same of intents that were kept out, the hardest to tell, None where none were; confusions: most
    frequent first; left_out: intents with fewer than two examples; ece: expected calibration error of
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
    near_auroc: float | None
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
    kept, left_out = usable(examples)
    given = _given(kept, outside, validation, validation_outside)
    vectors = encode(given.texts, embedder, say)
    encoded = time.monotonic()
    material = given.material(vectors, embedder.width)
    fits = fit_all(material, say, without_intents=not given.foreign)
    held = cross_checked(material, fits)
    checked = validated(given, material, fits.final) if given.validation else held
    blends, alone = checked.blends(), fit_blend_alone(checked.scores, checked.labels)

    def rows(scores: Scores, languages: Sequence[str]) -> Rows:
        return rows_of(scores, languages, blends, alone)

    inside = rows(checked.scores, checked.languages.tolist())
    kinds = [rows(*each) for each in _foreign(given, material, fits, blends[ANY_LANGUAGE])]
    groups = [rows(each, held.languages[numbers].tolist()) for numbers, each in fits.groups]
    near = near_auroc(inside, kinds, groups)
    if groups:
        # One kind, though the groups' heads know different intents.
        kinds.append(joined(groups))
    scoping = learn_scope(inside, kinds, material.languages)
    chances = cross_fitted(material, held)
    known = rows(held.scores, held.languages.tolist()).known(scoping.scopes)
    read, sure = chances, known
    if given.validation:
        read, sure = checked.chances(blends), inside.known(scoping.scopes)
    right = read.argmax(axis=1) == checked.labels
    whole = _quality(chances, held.labels, known)
    report = TrainingReport(
        intents=len(material.intents),
        examples=len(kept),
        languages={
            language: _quality(chances[own], held.labels[own], known[own])
            for language in material.languages
            for own in [held.languages == language]
        },
        accuracy=whole.accuracy,
        ece=whole.ece,
        line=line_at(read.max(axis=1) * sure, right, risk, checked.source),
        scope_auroc=scoping.auroc,
        near_auroc=near,
        confusions=_confusions(material, chances),
        left_out=left_out,
        encoder=deep_id(embedder),
        bytes=0,
        seconds=time.monotonic() - started,
        encode_seconds=encoded - started,
    )
    model = _model(material, fits.final, blends, alone, scoping, report.line, deep_id(embedder))
    return Learnt(model, report, Judged(kept, material.intents, chances, known))


def _given(
    kept: tuple[Example, ...],
    outside: Sequence[str],
    validation: Sequence[Example],
    validation_outside: Sequence[str],
) -> Given:
    intents = sorted({each.intent for each in kept})
    everyday, spoken = everyday_sentences(sorted({each.language for each in kept}))
    return Given(
        examples=kept,
        names=tuple(spelt_out(intent) or intent for intent in intents),
        outside=tuple(dict.fromkeys(outside)),
        everyday=everyday,
        spoken=spoken,
        validation=tuple(each for each in validation if each.intent in intents),
        foreign=tuple(validation_outside),
    )


def _foreign(
    given: Given, material: Material, fits: Fits, blend: Blend
) -> Iterator[tuple[Scores, Sequence[str]]]:
    """Scores of texts that are foreign to the heads, by kind, and the languages of these texts."""
    if given.foreign:
        yield fits.final.read(material, given.rows("foreign")), [ANY_LANGUAGE] * len(given.foreign)
        return
    if given.everyday:
        scores = fits.final.read(material, given.rows("everyday"))
        apart = not_told_apart(scores, material.intents, blend)
        yield scores.of(apart), np.array(given.spoken)[apart].tolist()
    if given.outside:
        yield together(fits.folds, given.rows("outside")), [ANY_LANGUAGE] * len(given.outside)


def _model(
    material: Material,
    final: Fitted,
    blends: Mapping[str, Blend],
    alone: Blend,
    scoping: Scoping,
    line: Line,
    encoder: str,
) -> IntentModel:
    return IntentModel(
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
        line=round(line.certainty, 4),
        encoder=encoder,
        fingerprint="",
    )


def _silent(stage: str, share: float) -> None:
    """Nobody watches."""


def line_at(certainty: Chances, right: NDArray[np.bool_], risk: float, source: str) -> Line:
    """The lowest certainty from which on at most `risk` are wrong, with one standard error to spare: a line
    that just holds on the examples it was drawn on is crossed by half of all others."""
    order = np.argsort(-certainty, kind="stable")
    errors, accepted = np.cumsum(~right[order]), np.arange(1, len(order) + 1)
    wrong = errors / accepted
    bearable = np.flatnonzero(errors + np.sqrt(errors) <= risk * accepted)
    if not len(bearable):
        return Line(1.0, risk, 0.0, 0.0, source)
    last = int(bearable[-1])
    return Line(float(certainty[order[last]]), risk, (last + 1) / len(order), float(wrong[last]), source)


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
