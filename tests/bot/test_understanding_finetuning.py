"""An encoder tuned for the intents alone: made the same twice, safe on disk, not in the frozen one's way."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.dialogue.assistant import Example
from bot.understanding.embedding import EmbeddingClassifier
from bot.understanding.finetuning import Recipe, finetune, tune
from bot.understanding.ranking import Classifier, Ranking
from bot.understanding.reading import Intent
from bot.understanding.training import Learnt, learn
from bot.understanding.tuned import ENCODER, TunedModel, log_chances, open_tuned, read_tuned, write_tuned
from kb.embedders.hashed import HashedEmbedder
from tests.tiny_encoder import WIDTH, make_tiny_encoder

WAYS = ("how do I {}", "can you {} for me", "please {} today", "I want to {} now", "{} at once", "help me {}")
WISHES = {
    "blind": ("lower the blind", "raise every blind"),
    "gate": ("open the garden gate", "lock the gate"),
    "lamp": ("switch the lamp on", "turn the porch lamp off"),
}
EXAMPLES = tuple(
    Example(intent, way.format(text), "en")
    for intent, texts in WISHES.items()
    for text in texts
    for way in WAYS
)
TEXTS = [each.text for each in EXAMPLES]
LABELS = np.array([sorted(WISHES).index(each.intent) for each in EXAMPLES])
QUICK = Recipe(epochs=8, batch=8, rate=3e-3, head_rate=1e-2)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_encoder(tmp_path_factory.mktemp("encoder"), TEXTS)


@pytest.fixture(scope="module")
def learnt() -> Learnt:
    known = learn(EXAMPLES, HashedEmbedder())
    return replace(known, model=replace(known.model, fingerprint="these examples"))


@pytest.fixture(scope="module")
def tuned(source: Path, learnt: Learnt, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Learnt]:
    """A tuned encoder with its model, as training publishes them, and what was learnt with it."""
    folder = tmp_path_factory.mktemp("models") / "tuned"
    model, known = tune(learnt, str(source), "fp32", folder, recipe=QUICK)
    write_tuned(model, folder)
    return folder, known


@pytest.fixture(scope="module")
def folder(tuned: tuple[Path, Learnt]) -> Path:
    return tuned[0]


def weights(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*.safetensors")}


def base(learnt: Learnt) -> Classifier:
    return EmbeddingClassifier(learnt.model, learnt.model.fingerprint)


def test_the_same_texts_and_seed_give_the_same_weights(source: Path, tmp_path: Path) -> None:
    one, other = (finetune(str(source), TEXTS, LABELS, tmp_path / name, recipe=QUICK) for name in "ab")
    assert one.loss == other.loss and np.array_equal(one.prototypes, other.prototypes)
    assert weights(tmp_path / "a") == weights(tmp_path / "b")


def test_another_seed_gives_others(source: Path, tmp_path: Path) -> None:
    finetune(str(source), TEXTS, LABELS, tmp_path / "a", recipe=QUICK)
    finetune(str(source), TEXTS, LABELS, tmp_path / "b", recipe=replace(QUICK, seed=1))
    assert weights(tmp_path / "a") != weights(tmp_path / "b")


def test_longer_tuning_fits_better(source: Path, tmp_path: Path) -> None:
    short = finetune(str(source), TEXTS, LABELS, tmp_path / "a", recipe=replace(QUICK, epochs=1))
    long = finetune(str(source), TEXTS, LABELS, tmp_path / "b", recipe=QUICK)
    assert long.loss < short.loss
    assert long.prototypes.shape == (3, WIDTH)
    assert np.linalg.norm(long.prototypes, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_the_original_and_the_word_table_stay_as_they_were(source: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load

    before = weights(source)
    finetune(str(source), TEXTS, LABELS, tmp_path / "a", recipe=QUICK)
    assert weights(source) == before
    old, new = load(next(iter(before.values()))), load(next(iter(weights(tmp_path / "a").values())))
    same = {name for name in old if np.array_equal(old[name], new[name])}
    assert "embeddings.word_embeddings.weight" in same
    assert len(same) < len(old) / 2


def test_nothing_that_could_run_code_is_written(source: Path, tmp_path: Path) -> None:
    finetune(str(source), TEXTS, LABELS, tmp_path / "a", recipe=QUICK)
    assert {path.suffix for path in (tmp_path / "a").rglob("*") if path.is_file()} <= {
        *(".json", ".safetensors", ".txt", ".md")
    }


def test_progress_is_told(source: Path, tmp_path: Path) -> None:
    told: list[float] = []
    finetune(
        str(source), TEXTS, LABELS, tmp_path / "a", recipe=QUICK, say=lambda stage, share: told.append(share)
    )
    assert told == sorted(told) and 0.0 <= told[0] < told[-1] < 1.0


@pytest.mark.slow
def test_what_was_chosen_was_chosen_on_examples_that_were_not_tuned_on(
    tuned: tuple[Path, Learnt], learnt: Learnt
) -> None:
    folder, known = tuned
    assert 3 <= len(known.judged.examples) <= 6
    assert known.judged.chances.sum(axis=1) == pytest.approx(1.0)
    assert known.report.line.source == "held-out examples"
    assert 0.0 <= known.report.accuracy <= 1.0
    model = read_tuned(folder)
    assert model.base == learnt.report.encoder == "hashed-256" != model.encoder


def test_the_tuned_encoder_is_asked_beside_the_heads(folder: Path, learnt: Learnt) -> None:
    classifier = open_tuned(folder, base(learnt), "hashed-256", "these examples")
    assert classifier.degraded is None
    for text, intent in (("please lower the blind today", "blind"), ("I want to lock the gate now", "gate")):
        vector = HashedEmbedder().encode([text])[0]
        ranking, alone = classifier.classify(text, vector, "en"), base(learnt).classify(text, vector, "en")
        assert ranking.intents[0].name == intent
        assert sum(each.probability for each in ranking.intents) == pytest.approx(1.0)
        assert ranking.known == alone.known
        assert ranking.intents[0].probability != alone.intents[0].probability


def test_without_a_vector_nothing_is_encoded_and_the_heads_decide_alone(folder: Path, learnt: Learnt) -> None:
    classifier = open_tuned(folder, base(learnt), "hashed-256", "these examples")
    for text in ("lock the gate", ""):
        assert classifier.classify(text, None, "en") == base(learnt).classify(text, None, "en")


def test_where_nothing_was_tuned_the_heads_decide_alone(learnt: Learnt, tmp_path: Path) -> None:
    heads = base(learnt)
    assert open_tuned(tmp_path / "tuned", heads, "hashed-256", "these examples") is heads


def test_what_was_tuned_for_other_examples_is_left_aside_and_said(folder: Path, learnt: Learnt) -> None:
    classifier = open_tuned(folder, base(learnt), "hashed-256", "other examples")
    assert classifier.degraded is not None and "firstline train` --finetune" in classifier.degraded
    vector = HashedEmbedder().encode(["lock the gate"])[0]
    assert classifier.classify("lock the gate", vector, "en").intents[0].name == "gate"


@pytest.mark.parametrize("damaged", ["part-*.safetensors", "part-*.json", f"{ENCODER}/encoder.onnx"])
def test_damage_is_said_and_the_heads_go_on(
    folder: Path, learnt: Learnt, tmp_path: Path, damaged: str
) -> None:

    own = Path(shutil.copytree(folder, tmp_path / "tuned"))
    path = next(own.glob(damaged))
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    classifier = open_tuned(own, base(learnt), "hashed-256", "these examples")
    assert classifier.degraded is not None and "intents without their tuned encoder" in classifier.degraded


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    prototypes = np.eye(2, 4, dtype=np.float32)
    model = TunedModel(("a", "b"), prototypes, 12.5, 0.25, "frozen", "tuned", "these")
    write_tuned(model, tmp_path)
    again = read_tuned(tmp_path)
    assert np.array_equal(again.prototypes, prototypes)
    assert replace(again, prototypes=prototypes) == model


def test_intents_that_a_ranking_leaves_out_share_what_is_left() -> None:
    ranking = Ranking((Intent("b", 0.7), Intent("a", 0.2)), 1.0, "")
    assert np.exp(log_chances(("a", "b", "c", "d"), ranking)) == pytest.approx([0.2, 0.7, 0.05, 0.05])
    assert np.isfinite(log_chances(("a", "b"), Ranking((Intent("a", 1.0), Intent("b", 0.0)), 1.0, ""))).all()
