"""How well intents are learnt on public sets, by one recipe and the served encoder: floors, not goals."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.dialogue.assistant import Example
from bot.understanding.calibration import expected_calibration_error
from bot.understanding.embedding import EmbeddingClassifier
from bot.understanding.heads import auroc
from bot.understanding.ranking import Ranking
from bot.understanding.training import Learnt, learn
from kb.embedders.onnx import OnnxEmbedder
from tests.datasets import dataset
from tests.models import encoder

BANK, ASSISTANT = "banking77", "clinc150"


@dataclass(frozen=True, slots=True)
class Read:
    """Texts as read: the first intent's probability, that of being in scope, whether it was right."""

    first: NDArray[np.float64]
    known: NDArray[np.float64]
    right: NDArray[np.bool_]

    @property
    def accuracy(self) -> float:
        return float(self.right.mean())

    @property
    def ece(self) -> float:
        return expected_calibration_error(self.first, self.right)


@pytest.fixture(scope="module")
def embedder() -> OnnxEmbedder:
    return OnnxEmbedder(encoder())


def examples(name: str, file: str, every: int = 1) -> list[Example]:
    with (dataset(name) / f"{file}.csv").open(encoding="utf-8", newline="") as opened:
        return [Example(row["intent"], row["text"], "en") for row in csv.DictReader(opened)][::every]


def texts(name: str, file: str) -> list[str]:
    return [each.text for each in examples(name, file)]


def read(learnt: Learnt, embedder: OnnxEmbedder, wanted: Sequence[Example]) -> Read:
    classifier = EmbeddingClassifier(learnt.model, "")
    rankings: list[Ranking] = [
        classifier.classify(each.text, embedder.encode_deep([each.text])[0], each.language) for each in wanted
    ]
    right = [each.intents[0].name == meant.intent for each, meant in zip(rankings, wanted, strict=True)]
    return Read(
        np.array([each.intents[0].probability for each in rankings]),
        np.array([each.known for each in rankings]),
        np.array(right),
    )


def test_ten_examples_an_intent_go_a_long_way(embedder: OnnxEmbedder) -> None:
    learnt = learn(examples(BANK, "train_10"), embedder)
    found = read(learnt, embedder, examples(BANK, "test", every=2))
    assert found.accuracy >= 0.855
    assert found.ece <= 0.04


@pytest.mark.slow
def test_a_whole_bank_is_understood(embedder: OnnxEmbedder) -> None:
    learnt = learn(examples(BANK, "train"), embedder)
    found = read(learnt, embedder, examples(BANK, "test"))
    assert found.accuracy >= 0.94
    assert found.ece <= 0.02
    sure = found.first * found.known >= learnt.report.line.certainty
    assert sure.mean() >= 0.88
    assert (~found.right[sure]).mean() <= learnt.report.line.risk + 0.006
    assert learnt.report.near_auroc is not None and learnt.report.near_auroc >= 0.89


@pytest.mark.slow
def test_what_is_out_of_scope_is_told_apart(embedder: OnnxEmbedder) -> None:
    validation = examples(ASSISTANT, "val")
    learnt = learn(
        examples(ASSISTANT, "train", every=2),
        embedder,
        outside=texts(ASSISTANT, "oos_train"),
        validation=validation,
        validation_outside=texts(ASSISTANT, "oos_val"),
    )
    line = float(np.quantile(read(learnt, embedder, validation).known, 0.05))
    inside = read(learnt, embedder, examples(ASSISTANT, "test", every=2))
    outside = read(learnt, embedder, examples(ASSISTANT, "oos_test"))
    assert inside.accuracy >= 0.94
    assert (inside.known >= line).mean() >= 0.93
    assert (outside.known < line).mean() >= 0.88
    assert auroc(inside.known, outside.known) >= 0.97
