"""An assistant in a further language: its texts and titles over the assistant's own, and its examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.assistant import ResponseCondition
from bot.dialogue.loading import load_assistant
from bot.dialogue.translating import Translation
from tests.bot.rasa_projects import project

DOMAIN = """
intents: [greet]
slots:
  language: {type: text, mappings: [{type: custom}]}
responses:
  utter_greet:
  - text: "Hello"
    image: "https://example.org/wave.png"
    buttons:
    - {title: "My order", payload: /order}
    - {title: "A person", payload: /person}
  utter_sorry:
  - text: "Sorry"
"""
NLU = """
nlu:
- intent: greet
  examples: |
    - hello
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return project(tmp_path, domain=DOMAIN, nlu=NLU)


def danish(tmp_path: Path, responses: str, examples: str | None = None) -> Translation:
    folder = tmp_path / "da"
    folder.mkdir()
    said, shown = folder / "responses.yml", folder / "nlu.yml"
    said.write_text(responses, encoding="utf-8")
    if examples is not None:
        shown.write_text(examples, encoding="utf-8")
    return Translation("da", said, shown if examples is not None else None)


def test_a_language_gives_words_and_the_assistant_everything_else(tmp_path: Path, folder: Path) -> None:
    given = danish(
        tmp_path, 'responses:\n  utter_greet:\n  - {text: "Hej", buttons: [Min ordre, Et menneske]}\n'
    )
    domain = load_assistant(folder, translations=(given,)).domain
    english, danish_one = domain.responses["utter_greet"]
    assert (danish_one.text, danish_one.condition) == ("Hej", (ResponseCondition("language", "da"),))
    assert [(each.title, each.payload) for each in danish_one.buttons] == [
        ("Min ordre", "/order"),
        ("Et menneske", "/person"),
    ]
    assert danish_one.image == english.image and english.text == "Hello"
    written = domain.written["responses"]
    assert isinstance(written, dict) and len(written["utter_greet"]) == 2


def test_a_bare_text_is_a_wording(tmp_path: Path, folder: Path) -> None:
    given = danish(tmp_path, "responses:\n  utter_sorry: [Undskyld, Det beklager jeg]\n")
    said = load_assistant(folder, translations=(given,)).domain.responses["utter_sorry"]
    assert [each.text for each in said] == ["Sorry", "Undskyld", "Det beklager jeg"]


def test_its_examples_are_in_its_language_and_make_an_older_model_stale(tmp_path: Path, folder: Path) -> None:
    given = danish(tmp_path, "responses: {}\n", "nlu:\n- intent: greet\n  examples: |\n    - hej\n")
    before, after = load_assistant(folder), load_assistant(folder, translations=(given,))
    assert [(each.text, each.language) for each in after.nlu.examples][-1] == ("hej", "da")
    assert after.languages == ("en", "da") and after.fingerprint != before.fingerprint


def test_a_language_that_adds_nothing_changes_nothing(folder: Path) -> None:
    assert load_assistant(folder, translations=()) == load_assistant(folder)


def test_a_wording_with_too_few_buttons_is_left_out_and_noted(tmp_path: Path, folder: Path) -> None:
    given = danish(tmp_path, "responses:\n  utter_greet:\n  - {text: Hej, buttons: [Min ordre]}\n")
    loaded = load_assistant(folder, translations=(given,))
    [noted] = loaded.warnings
    assert (noted.file, noted.line) == ("da/responses.yml", 3) and "it has 1 buttons" in noted.message
    assert [each.text for each in loaded.domain.responses["utter_greet"]] == ["Hello"]


def test_a_response_that_the_assistant_does_not_have_is_noted(tmp_path: Path, folder: Path) -> None:
    given = danish(tmp_path, "responses:\n  utter_great: [Hej]\n")
    [noted] = load_assistant(folder, translations=(given,)).warnings
    assert noted.file == "da/responses.yml" and "did you mean 'utter_greet'?" in noted.message
