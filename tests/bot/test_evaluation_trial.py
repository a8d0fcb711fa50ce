"""`firstline eval nlu` on tiny files: the keys that programs read, what is learnt from what, the picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.evaluation.labelled import LabelledFileError
from bot.evaluation.readings import Readings
from bot.evaluation.training import trainer
from bot.evaluation.trial import Files, Material, Trained, run
from kb.embedders.hashed import HashedEmbedder

TINY = Path(__file__).parent / "assistants" / "tiny"
KEYS = {
    *("n_train", "n_test", "intents", "accuracy", "macro_f1", "ece", "coverage_at_risk", "oos"),
    *("near_oos", "train_seconds", "encode_seconds", "p50_ms", "p95_ms", "peak_mb", "model", "seed"),
}
WAYS = ("how do I {}", "can you {} for me", "please {} today", "I want to {} now", "{} at once", "help me {}")
WISHES = {
    "lamp": ("switch the lamp on", "turn the porch lamp off", "dim that lamp"),
    "boiler": ("warm the boiler up", "set the boiler to sixty", "stop the boiler"),
    "gate": ("open the garden gate", "lock the gate", "leave our gate open"),
    "blind": ("lower the blind", "pull the kitchen blind down", "raise every blind"),
}
STRANGE = ("who painted the ceiling", "seven times eight", "a rhyme for orange", "the longest river in Asia")


def table(path: Path, rows: Sequence[tuple[str, str]]) -> Path:
    path.write_text(
        "text,intent\n" + "".join(f"{text},{intent}\n" for text, intent in rows), encoding="utf-8"
    )
    return path


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Five ways of saying each wish to train on, the sixth to test on."""
    said = {
        (way, text): (WAYS[way].format(text), intent)
        for intent, texts in WISHES.items()
        for text in texts
        for way in range(len(WAYS))
    }
    return Files(
        train=table(tmp_path / "train.csv", [row for (way, _), row in said.items() if way < 5]),
        test=table(tmp_path / "test.csv", [row for (way, _), row in said.items() if way == 5]),
        oos=table(tmp_path / "oos.csv", [(text, "oos") for text in STRANGE]),
    )


def evaluated(*words: object) -> Result:
    arguments = ["eval", "nlu", *(str(word) for word in words)]
    return CliRunner().invoke(app, arguments, env={"FIRSTLINE_KB_EMBEDDER": ".hashed", "COLUMNS": "160"})


def figures(*words: object) -> Mapping[str, Any]:
    result = evaluated(*words, "--json")
    assert result.exit_code == 0, result.output
    found: Mapping[str, Any] = json.loads(result.stdout)
    return found


def test_the_keys_are_the_documented_ones(files: Files) -> None:
    found = figures("--train", files.train, "--test", files.test, "--oos", files.oos)
    assert found.keys() == KEYS
    assert found["coverage_at_risk"].keys() == {"0.03", "0.05"}
    assert found["oos"].keys() == {"auroc", "recall_at_95", "in_scope_accept", "threshold_from"}
    assert (found["n_train"], found["n_test"], found["intents"]) == (60, 12, 4)
    assert found["model"] == "hashed-256"
    assert found["peak_mb"] > 10 and found["p95_ms"] >= found["p50_ms"] > 0


def test_what_is_easy_is_read_well_and_what_is_strange_is_noticed(files: Files) -> None:
    found = figures("--train", files.train, "--test", files.test, "--oos", files.oos)
    assert found["accuracy"] >= 0.9 and found["macro_f1"] >= 0.9
    assert 0.0 <= found["ece"] <= 0.4
    assert found["oos"]["auroc"] >= 0.9
    assert found["oos"]["threshold_from"] == "cross-validation"


def test_without_strange_texts_their_figures_are_null(files: Files) -> None:
    found = figures("--train", files.train, "--test", files.test)
    assert set(found["oos"].values()) == {None}


def test_how_well_neighbours_are_told_apart_comes_by_itself(files: Files) -> None:
    near = figures("--train", files.train, "--test", files.test)["near_oos"]
    assert near.keys() == {"auroc"} and 0.5 <= near["auroc"] <= 1.0


def test_without_intents_kept_out_there_is_no_figure_for_them(files: Files) -> None:
    known = figures("--train", files.train, "--test", files.test, "--val", files.test, "--oos-val", files.oos)
    assert known["near_oos"] == {"auroc": None}


def test_the_line_comes_from_the_validation_file_when_there_is_one(files: Files, tmp_path: Path) -> None:
    val = table(
        tmp_path / "val.csv", [(text.upper(), name) for name, each in WISHES.items() for text in each]
    )
    found = figures("--train", files.train, "--test", files.test, "--val", val, "--oos", files.oos)
    assert found["oos"]["threshold_from"] == "validation"


def test_few_shots_are_drawn_by_the_seed(files: Files) -> None:
    found = figures("--train", files.train, "--test", files.test, "--shots", 5, "--seed", 3)
    assert (found["n_train"], found["seed"]) == (20, 3)


def test_the_same_files_give_the_same_figures(files: Files) -> None:
    clocked = {"train_seconds", "encode_seconds", "p50_ms", "p95_ms", "peak_mb"}
    one, other = (figures("--train", files.train, "--test", files.test) for _ in range(2))
    assert {key: one[key] for key in KEYS - clocked} == {key: other[key] for key in KEYS - clocked}


def test_an_intent_that_was_not_trained_counts_as_wrong_and_is_said(files: Files) -> None:
    with files.test.open("a", encoding="utf-8") as file:
        file.write("brew me a coffee,coffee\n")
    result = evaluated("--train", files.train, "--test", files.test, "--json")
    assert "intent 'coffee' is not in" in result.stderr and "its 1 texts count as wrong" in result.stderr
    assert json.loads(result.stdout)["accuracy"] <= 12 / 13


def test_people_get_a_table_with_the_machine_and_its_load(files: Files) -> None:
    shown = evaluated("--train", files.train, "--test", files.test, "--oos", files.oos).stdout
    for words in (
        "12 texts tested",
        "calibration error",
        "coverage at 3% risk",
        "out of scope, noticed",
        "near out of scope",
        "cores",
    ):
        assert words in shown


def test_the_test_file_is_opened_after_training_only(files: Files, tmp_path: Path) -> None:
    seen: list[bool] = []
    embedder = HashedEmbedder()
    learn = trainer(embedder, 0.03, None, lambda stage, share: None)
    late = Files(files.train, tmp_path / "late.csv")
    late.test.write_text("not yet a table\n")

    def train(material: Material) -> Trained:
        trained = learn(material)
        late.test.write_bytes(files.test.read_bytes())
        seen.append(True)
        return trained

    trial = run(
        late, train, embedder, languages=("en", "nb"), shots=None, seed=0, say=lambda stage, share: None
    )
    assert seen and isinstance(trial.readings, Readings) and len(trial.readings.examples) == 12


def test_a_missing_test_file_is_noticed_before_training(files: Files, tmp_path: Path) -> None:
    def train(material: Material) -> Trained:
        raise AssertionError("trained for nothing")

    with pytest.raises(LabelledFileError, match="no such file"):
        run(
            Files(files.train, tmp_path / "none.csv"),
            train,
            HashedEmbedder(),
            languages=("en",),
            shots=None,
            seed=0,
            say=lambda stage, share: None,
        )


@pytest.mark.parametrize("words", [(), ("--train", "a.csv"), (TINY, "--train", "a.csv", "--test", "b.csv")])
def test_it_is_either_a_folder_or_two_files(words: tuple[object, ...]) -> None:
    result = evaluated(*words)
    assert result.exit_code == 2 and "--train and --test" in result.stderr


@pytest.mark.parametrize(("suffix", "start"), [(".png", b"\x89PNG"), (".svg", b"<?xml")])
def test_a_picture_is_drawn(files: Files, tmp_path: Path, suffix: str, start: bytes) -> None:
    path = tmp_path / f"curves{suffix}"
    assert evaluated("--train", files.train, "--test", files.test, "--picture", path).exit_code == 0
    assert path.read_bytes().startswith(start)


def test_a_picture_of_another_kind_is_refused_before_training(files: Files, tmp_path: Path) -> None:
    result = evaluated("--train", files.train, "--test", files.test, "--picture", tmp_path / "curves.gif")
    assert "a picture ends in .png or .svg" in str(result.exception)
