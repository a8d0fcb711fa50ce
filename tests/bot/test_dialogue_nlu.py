from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.assistant import Nlu
from tests.bot.rasa_projects import loaded, warned

DOMAIN = "intents: [greet]\nentities: [city, state]\n"


def nlu(folder: Path, written: str) -> Nlu:
    return loaded(folder, domain=DOMAIN, data__nlu=f"nlu:\n{written}").nlu


def test_examples_may_be_a_list_with_metadata(tmp_path: Path) -> None:
    written = """
- intent: greet
  metadata: {mood: calm}
  examples:
  - text: |
      hi there
    metadata: {x: 1}
  - hello
  -
"""
    assert [each.text for each in nlu(tmp_path, written).examples] == ["hi there", "hello"]


@pytest.mark.parametrize(
    "examples", ["|\n    - Oslo\n    - Bergen", "[Oslo, Bergen]", "\n  - Oslo\n  - Bergen"]
)
def test_a_lookup_may_be_a_block_or_a_list(tmp_path: Path, examples: str) -> None:
    assert nlu(tmp_path, f"- lookup: city\n  examples: {examples}\n").lookups == {"city": ("Oslo", "Bergen")}


def test_word_lists_of_one_name_are_joined(tmp_path: Path) -> None:
    written = """
- lookup: city
  examples: "- Oslo"
- lookup: city
  examples: "- Bergen"
- regex: zip
  examples: |
    - \\d{4}
    - N-\\d{4}
- synonym: Oslo
  examples: |
    - the Capital
"""
    read = nlu(tmp_path, written)
    assert read.lookups == {"city": ("Oslo", "Bergen")}
    assert read.regexes == {"zip": (r"\d{4}", r"N-\d{4}")}
    assert read.synonyms == {"the capital": "Oslo"}


def test_several_entities_may_mark_one_span(tmp_path: Path) -> None:
    marked = '[New York][{"entity": "city"}, {"entity": "state", "value": "NY"}]'
    written = f"- intent: greet\n  examples: |\n    - in {marked}\n"
    (example,) = nlu(tmp_path, written).examples
    assert [(mark.entity, mark.value, mark.start, mark.end) for mark in example.annotations] == [
        ("city", "New York", 3, 11),
        ("state", "NY", 3, 11),
    ]


def test_brackets_that_mark_nothing_leave_no_mark(tmp_path: Path) -> None:
    (example,) = nlu(tmp_path, "- intent: greet\n  examples: |\n    - press [OK][twice] or [ESC]\n").examples
    assert (example.text, example.annotations) == ("press OK or [ESC]", ())


def test_a_line_without_a_dash_is_skipped_with_a_warning(tmp_path: Path) -> None:
    written = "nlu:\n- intent: greet\n  examples: |\n    - hi\n    hello\n\n    - hey\n"
    assert warned(tmp_path, domain=DOMAIN, data__nlu=written) == [
        "own/data/nlu.yml:5: nlu[0].examples: the line is skipped, for an example starts with '-'"
    ]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("- words", "skipped: an entry is a mapping"),
        ("- intents: greet", "skipped: an entry needs one of intent, synonym, lookup, regex"),
        ("- intent: greet", "skipped: intent greet has no examples"),
        ("- intent: greet\n  examples:", "skipped: intent greet has no examples"),
        ("- intent:\n  examples: '- hi'", "skipped: intent  has no name"),
        ("- intent: greet\n  examples: '- hi [Mo](who)'", "unknown entity 'who'"),
    ],
)
def test_an_entry_without_use_is_a_warning(tmp_path: Path, entry: str, said: str) -> None:
    told = warned(tmp_path, domain=DOMAIN, data__nlu=f"nlu:\n{entry}\n")
    assert any(said in each and each.startswith("own/data/nlu.yml:") for each in told)


def test_in_a_file_of_pure_ascii_escapes_are_characters(tmp_path: Path) -> None:
    (example,) = nlu(tmp_path, "- intent: greet\n  examples: |\n    - hi \\ud83d\\ude00 p\\u00e5\n").examples
    assert example.text == "hi \U0001f600 på"


def test_beside_other_letters_escapes_stay(tmp_path: Path) -> None:
    (example,) = nlu(tmp_path, "- intent: greet\n  examples: |\n    - på \\u00e5\n").examples
    assert example.text == "på \\u00e5"


def test_half_a_character_stays_as_it_is_written(tmp_path: Path) -> None:
    (example,) = nlu(tmp_path, "- intent: greet\n  examples: |\n    - hi \\ud83d\n").examples
    assert example.text == "hi \\ud83d"


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("data__nb", "nb"),
        ("data__nb__nlu", "nb"),
        ("data__nlu.nb", "nb"),
        ("data__faq_hr", "en"),
        ("data__nlu", "en"),
    ],
)
def test_a_path_may_name_the_language_of_its_examples(tmp_path: Path, path: str, language: str) -> None:
    written = "nlu:\n- intent: greet\n  examples: '- hei'\n"
    assert loaded(tmp_path, domain=DOMAIN, **{path: written}).nlu.examples[0].language == language


def test_a_file_of_comments_says_nothing(tmp_path: Path) -> None:
    assistant = loaded(
        tmp_path, domain=DOMAIN, data__nlu="# nothing yet\n", data__rules="rules:\n", data__empty=""
    )
    assert (assistant.nlu, assistant.rules, assistant.warnings) == (Nlu(), (), ())
