"""Trains on one file of labelled texts and tests on another, which is not opened before."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from bot.dialogue.assistant import Assistant, Domain, DomainIntent, Example, Nlu, Session
from bot.evaluation.labelled import LabelledFileError, draw, in_languages, read_labelled
from bot.evaluation.machine import peak_mb
from bot.evaluation.measures import Chances, accepting, coverage_at_risk
from bot.evaluation.readings import Progress, Readings, read_all
from bot.understanding.heads import auroc
from bot.understanding.language import LanguageReader
from bot.understanding.ranking import Classifier
from bot.understanding.training import Line
from bot.understanding.understanding import open_understanding
from bot.understanding.words import read_words
from kb.embedders import Embedder

RISKS = (0.03, 0.05)
# Read before the clock starts: caches fill and lazy parts load.
_WARM_UP = 50


@dataclass(frozen=True, slots=True)
class Files:
    """What to train on, to choose lines on, and to test on; only the first two must be there.

    val and oos_val: what lines are chosen on, else on the training texts by cross-validation; oos_train,
    oos_val, oos: texts that no intent is for.
    """

    train: Path
    test: Path
    val: Path | None = None
    oos_train: Path | None = None
    oos_val: Path | None = None
    oos: Path | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """What there is to learn from."""

    train: tuple[Example, ...]
    val: tuple[Example, ...] = ()
    oos_train: tuple[str, ...] = ()
    oos_val: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained classifier.

    line: where it begins to be sure; known: held-out probabilities that the training texts are in scope;
    near_auroc: how well intents that were kept out of it are told from known ones, None where none were;
    seconds: all that training took, `encode_seconds` of them for vectors.
    """

    classifier: Classifier
    line: Line
    known: Chances
    near_auroc: float | None
    model: str
    seconds: float
    encode_seconds: float


Train: TypeAlias = Callable[[Material], Trained]


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """How well texts that no intent is for are told apart by the line that accepts 95 % of the others.

    recall: the share of them below the line; accepted: the share of the test texts above it; source: what the
    line was chosen on.
    """

    texts: int
    auroc: float
    recall: float
    accepted: float
    source: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it.

    seconds: of each reading of a test text; unknown: intents that only the test file has, with their texts,
    all of which count as wrong.
    """

    trained: Trained
    readings: Readings
    seconds: tuple[float, ...]
    examples: int
    intents: int
    out_of_scope: OutOfScope | None
    unknown: dict[str, int]
    peak_mb: float
    seed: int

    def coverage(self, risk: float) -> float:
        """The largest share of the test that some line accepts with at most `risk` of it wrong."""
        return coverage_at_risk(self.readings.certainty, self.readings.right, risk)

    def milliseconds(self, percent: float) -> float:
        """What a reading took, at this percentile."""
        return 1_000 * float(np.percentile(self.seconds, percent))

    def to_json(self) -> dict[str, object]:
        """The keys that programs read."""
        outside = self.out_of_scope
        return {
            "n_train": self.examples,
            "n_test": len(self.readings.examples),
            "intents": self.intents,
            "accuracy": self.readings.accuracy,
            "macro_f1": self.readings.macro_f1,
            "ece": self.readings.ece,
            "coverage_at_risk": {f"{risk:.2f}": self.coverage(risk) for risk in RISKS},
            "oos": {
                "auroc": outside.auroc if outside else None,
                "recall_at_95": outside.recall if outside else None,
                "in_scope_accept": outside.accepted if outside else None,
                "threshold_from": outside.source if outside else None,
            },
            "near_oos": {"auroc": self.trained.near_auroc},
            "train_seconds": self.trained.seconds,
            "encode_seconds": self.trained.encode_seconds,
            "p50_ms": self.milliseconds(50),
            "p95_ms": self.milliseconds(95),
            "peak_mb": self.peak_mb,
            "model": self.trained.model,
            "seed": self.seed,
        }


def run(
    files: Files,
    train: Train,
    embedder: Embedder,
    *,
    languages: Sequence[str],
    shots: int | None,
    seed: int,
    say: Progress,
) -> Trial:
    """Train by `train` on what the files hold, then read the test file's texts one after the other.

    languages: those that are told apart, the first where nothing tells; shots: examples of each intent that
    are kept, drawn by the seed. Raises LabelledFileError and what `train` raises.
    """
    for path in (files.test, files.oos):
        if path is not None and not path.is_file():
            raise LabelledFileError(path, "no such file; give a CSV or JSONL file with text,intent")
    reader = LanguageReader(languages, read_words(languages))

    def read(path: Path | None) -> tuple[Example, ...]:
        return in_languages(read_labelled(path), reader, languages[0]) if path else ()

    def strange(path: Path | None) -> tuple[Example, ...]:
        return in_languages(read_labelled(path, labelled=False), reader, languages[0]) if path else ()

    examples = read(files.train)
    if shots is not None:
        examples = draw(examples, shots, seed)
    material = Material(
        examples, read(files.val), _texts(strange(files.oos_train)), _texts(strange(files.oos_val))
    )
    trained = train(material)
    with tempfile.TemporaryDirectory(prefix="firstline-eval-") as nothing:
        understanding = open_understanding(
            Path(nothing) / "intents",
            embedder,
            _assistant(examples),
            languages=languages,
            classifiers=[lambda *_: trained.classifier],
        )
    for each in examples[:_WARM_UP]:
        understanding.read(each.text)
    line, source = accepting(trained.known), "cross-validation"
    if material.val:
        validated, _ = read_all(understanding, material.val, "reading the validation file", say)
        line, source = accepting(validated.known), "validation"
    readings, seconds = read_all(understanding, read(files.test), "reading the test file", say)
    out_of_scope = None
    if files.oos is not None:
        outside, _ = read_all(understanding, strange(files.oos), "reading what is out of scope", say)
        out_of_scope = _out_of_scope(readings, outside, line, source)
    only_in_test = sorted(set(readings.meant) - {each.intent for each in examples})
    return Trial(
        trained=trained,
        readings=readings,
        seconds=seconds,
        examples=len(examples),
        intents=len({each.intent for each in examples}),
        out_of_scope=out_of_scope,
        unknown={name: readings.meant.count(name) for name in only_in_test},
        peak_mb=peak_mb(),
        seed=seed,
    )


def _out_of_scope(inside: Readings, outside: Readings, line: float, source: str) -> OutOfScope:
    return OutOfScope(
        texts=len(outside.examples),
        auroc=auroc(inside.known, outside.known),
        recall=float((outside.known < line).mean()),
        accepted=float((inside.known >= line).mean()),
        source=source,
    )


def _texts(examples: Sequence[Example]) -> tuple[str, ...]:
    return tuple(each.text for each in examples)


def _assistant(examples: tuple[Example, ...]) -> Assistant:
    """An assistant of nothing but these intents."""
    names = sorted({each.intent for each in examples})
    return Assistant(
        folder=Path(),
        language=examples[0].language,
        domain=Domain(
            intents={name: DomainIntent(name) for name in names},
            entities={},
            slots={},
            forms={},
            responses={},
            actions=(),
            session=Session(),
            written={},
        ),
        nlu=Nlu(examples),
        rules=(),
        stories=(),
        sensitive={},
        settings={},
        fingerprint="",
    )
