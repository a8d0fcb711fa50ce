from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.dialogue import load_assistant
from bot.dialogue.assistant import Assistant, Nlu
from bot.understanding.errors import IntentsDamagedError, IntentsMissingError, TooFewExamplesError
from bot.understanding.model import MANIFEST, read_model
from bot.understanding.training import TrainingReport, train
from kb.embedders.hashed import HashedEmbedder

TINY = Path(__file__).parent / "assistants" / "tiny"


@pytest.fixture(scope="module")
def tiny() -> Assistant:
    return load_assistant(TINY)


@pytest.fixture(scope="module")
def report(tiny: Assistant, tmp_path_factory: pytest.TempPathFactory) -> TrainingReport:
    return train(tiny, HashedEmbedder(), tmp_path_factory.mktemp("intents"))


@pytest.fixture
def folder(tiny: Assistant, tmp_path: Path) -> Path:
    train(tiny, HashedEmbedder(), tmp_path)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_report_tells_the_quality_of_each_language(report: TrainingReport) -> None:
    assert report.intents == 7
    assert report.languages.keys() == {"en", "nb"}
    for quality in report.languages.values():
        assert 0.5 <= quality.accuracy <= 1.0
        assert 0.0 <= quality.ece <= 1.0


def test_confusions_quote_the_examples_that_were_taken_for_another(report: TrainingReport) -> None:
    wrong = sum(round(q.examples * (1 - q.accuracy)) for q in report.languages.values())
    assert sum(len(each.texts) for each in report.confusions) == wrong


def test_the_same_examples_give_the_same_bytes(tiny: Assistant, folder: Path) -> None:
    before = contents(folder)
    train(tiny, HashedEmbedder(), folder)
    assert contents(folder) == before


def test_what_is_written_is_read_again(folder: Path, tiny: Assistant) -> None:
    model = read_model(folder)
    assert len(model.example_texts) == len(tiny.nlu.examples) + 7 == len(model.examples)
    assert model.text_weights.shape == (len(model.vocabulary.numbers), 7)
    assert model.dense_weights.shape == (7, 256)
    assert model.fingerprint == tiny.fingerprint


def test_a_new_training_leaves_no_old_files(folder: Path, tiny: Assistant) -> None:
    fewer = replace(tiny, nlu=Nlu(tuple(e for e in tiny.nlu.examples if e.language == "en")))
    train(fewer, HashedEmbedder(), folder)
    assert len(contents(folder)) == 3


def test_nothing_is_pickled(folder: Path) -> None:
    assert {path.suffix for path in folder.iterdir()} == {".json", ".safetensors"}


def test_a_missing_model_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(IntentsMissingError, match="run `firstline train`"):
        read_model(tmp_path)


@pytest.mark.parametrize("suffix", [".safetensors", ".json"])
def test_one_changed_byte_is_damage(folder: Path, suffix: str) -> None:
    path = next(path for path in folder.iterdir() if path.suffix == suffix and path.name != MANIFEST)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(IntentsDamagedError, match="its SHA-256 differs"):
        read_model(folder)


@pytest.mark.parametrize("manifest", ["", "{}", "[]", '{"format": 1}', '{"format": 9, "files": {}}'])
def test_a_damaged_manifest_is_damage(folder: Path, manifest: str) -> None:
    (folder / MANIFEST).write_text(manifest)
    with pytest.raises(IntentsDamagedError, match="run `firstline train`"):
        read_model(folder)


def test_a_deleted_file_is_damage(folder: Path) -> None:
    next(folder.glob("arrays-*")).unlink()
    with pytest.raises(IntentsDamagedError, match="is missing"):
        read_model(folder)


def test_an_intent_with_one_example_is_left_out_and_named(tiny: Assistant, tmp_path: Path) -> None:
    lonely = replace(tiny.nlu.examples[0], intent="lonely", text="all alone")
    more = replace(tiny, nlu=Nlu((*tiny.nlu.examples, lonely)))
    assert train(more, HashedEmbedder(), tmp_path).left_out == ("lonely",)


def test_two_intents_are_enough(tiny: Assistant, tmp_path: Path) -> None:
    two = tuple(each for each in tiny.nlu.examples if each.intent in ("greet", "thank"))
    report = train(replace(tiny, nlu=Nlu(two)), HashedEmbedder(), tmp_path)
    assert report.intents == 2


def test_one_intent_is_not_enough(tiny: Assistant, tmp_path: Path) -> None:
    one = tuple(each for each in tiny.nlu.examples if each.intent == "greet")
    with pytest.raises(TooFewExamplesError, match="training needs two intents"):
        train(replace(tiny, nlu=Nlu(one)), HashedEmbedder(), tmp_path)


def test_progress_is_told(tiny: Assistant, tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    train(tiny, HashedEmbedder(), tmp_path, lambda stage, share: told.append((stage, share)))
    assert {stage for stage, _ in told} >= {"reading examples", "cross-validating", "writing"}
    assert all(0.0 <= share <= 1.0 for _, share in told)
