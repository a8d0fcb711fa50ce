"""`firstline eval nlu DIR`: which examples of an assistant to look at, with file and line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.dialogue import load_assistant
from bot.evaluation.assistant import FEW, Checked, check_examples
from kb.embedders.hashed import HashedEmbedder

TINY = Path(__file__).parent / "assistants" / "tiny"
PLANTED = "can you track my parcel please"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny assistant with a question about a parcel under `thank`, and its twin under `parcel`."""
    folder = tmp_path_factory.mktemp("own") / "tiny"
    shutil.copytree(TINY, folder)
    wishes = [
        "track my parcel",
        "track my parcel please",
        "can you track the parcel",
        "please track my parcel",
    ]
    told = "".join(f"    - {wish}\n" for wish in wishes)
    (folder / "nlu" / "more.en.yml").write_text(
        f'version: "3.1"\nnlu:\n- intent: parcel\n  examples: |\n    - {PLANTED}!\n{told}'
        f"- intent: thank\n  examples: |\n    - {PLANTED}\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def checked(folder: Path) -> Checked:
    return check_examples(load_assistant(folder), HashedEmbedder(), risk=0.03, say=lambda stage, share: None)


def line_of(folder: Path, text: str) -> int:
    lines = (folder / "nlu" / "more.en.yml").read_text(encoding="utf-8").splitlines()
    return 1 + next(number for number, line in enumerate(lines) if line.endswith(f"- {text}"))


def test_every_language_has_its_quality(checked: Checked) -> None:
    assert checked.languages.keys() == {"en", "nb"}
    assert sum(len(each.examples) for each in checked.languages.values()) == len(checked.readings.examples)
    assert all(each.accuracy >= 0.6 for each in checked.languages.values())


def test_an_example_under_the_wrong_intent_is_named_with_file_and_line(
    checked: Checked, folder: Path
) -> None:
    [doubted] = [each for each in checked.mislabelled if each.example.text == PLANTED]
    assert (doubted.example.intent, doubted.read_as) == ("thank", "parcel")
    assert f"more.en.yml:{line_of(folder, PLANTED)}: “{PLANTED}” stands under thank" in str(doubted)


def test_near_duplicates_across_intents_are_named_with_both_places(checked: Checked, folder: Path) -> None:
    [twins] = [each for each in checked.duplicates if PLANTED in {one.text for one in each.examples}]
    assert {each.intent for each in twins.examples} == {"parcel", "thank"}
    assert str(twins).count("more.en.yml:") == 2


def test_intents_with_few_examples_are_named(checked: Checked) -> None:
    thin = {(each.intent, each.language) for each in checked.thin}
    assert ("greet", "nb") in thin and ("parcel", "en") not in thin
    assert all(each.examples < FEW for each in checked.thin)


def test_weak_intents_come_first(checked: Checked) -> None:
    scores = [each.f1 for each in checked.weakest]
    assert scores == sorted(scores)


def test_confusable_pairs_come_with_examples(checked: Checked) -> None:
    for pair in checked.confusable:
        assert len(pair.examples) >= 2
        assert {each.intent for each in pair.examples} <= set(pair.intents)


def test_the_command_prints_it_for_people_and_for_programs(folder: Path) -> None:
    env = {"FIRSTLINE_KB_EMBEDDER": ".hashed", "COLUMNS": "160"}
    shown = CliRunner().invoke(app, ["eval", "nlu", str(folder)], env=env)
    assert shown.exit_code == 0 and PLANTED in shown.stdout and "Too few examples" in shown.stdout
    assert "near out of scope" in shown.stdout
    found = json.loads(CliRunner().invoke(app, ["eval", "nlu", str(folder), "--json"], env=env).stdout)
    assert 0.0 <= found["near_oos"]["auroc"] <= 1.0
    assert PLANTED in {each["text"] for each in found["mislabelled"]}
    assert all({"file", "line", "intent", "text"} <= each.keys() for each in found["mislabelled"])
