"""Trains a classifier for an evaluation, in memory or, where an encoder is tuned, in a scratch folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.evaluation.readings import Progress
from bot.evaluation.trial import Material, Train, Trained
from bot.understanding.embedding import EmbeddingClassifier
from bot.understanding.ranking import Classifier
from bot.understanding.training import learn
from bot.understanding.tuned import ENCODER, TunedClassifier
from kb.embedders import Embedder
from kb.embedders.onnx import OnnxEmbedder


@dataclass(frozen=True, slots=True)
class Tuning:
    """Which encoder to fine-tune, and the folder that the tuned one is exported into."""

    source: str
    precision: str
    folder: Path


def trainer(embedder: Embedder, risk: float, tuning: Tuning | None, say: Progress) -> Train:
    """What trains on the material of an evaluation; the line is drawn for `risk`."""

    def train(material: Material) -> Trained:
        learnt = learn(
            material.train,
            embedder,
            outside=material.oos_train,
            validation=material.val,
            validation_outside=material.oos_val,
            risk=risk,
            say=say,
        )
        known, encoding = learnt.judged.known, learnt.report.encode_seconds
        classifier: Classifier = EmbeddingClassifier(learnt.model, learnt.model.fingerprint)
        if tuning is not None:
            from bot.understanding.finetuning import tune

            model, learnt = tune(learnt, tuning.source, tuning.precision, tuning.folder, say=say)
            classifier = TunedClassifier(classifier, model, OnnxEmbedder(tuning.folder / ENCODER))
        report = learnt.report
        return Trained(
            classifier, report.line, known, report.near_auroc, report.encoder, report.seconds, encoding
        )

    return train
