from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from config.pages import HOUSE_TEXTS, WORDS
from config.sign_in import ROOMS
from config.staff import (
    ForgedRequestError,
    Role,
    RoleMissingError,
    SignedOutError,
    TooManyTriesError,
    WrongPasswordError,
)
from config.texts import Texts, TextsError, direction, own_name

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Hello"
msgstr "Hei på deg"

msgid "Later"
msgstr ""
"""


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    (tmp_path / "nb.po").write_text(CATALOGUE, encoding="utf-8")
    return Texts.load(tmp_path)


def test_a_text_is_said_in_the_language_asked_for(texts: Texts) -> None:
    assert texts.say("nb")("Hello") == "Hei på deg"


def test_english_is_as_it_is_written(texts: Texts) -> None:
    assert texts.say("en")("Hello") == "Hello"


def test_a_text_without_a_translation_stays_english(texts: Texts) -> None:
    assert texts.say("nb")("Later") == "Later"
    assert texts.say("sv")("Hello") == "Hello"


def test_english_comes_first_among_the_languages(texts: Texts) -> None:
    assert texts.languages == ("en", "nb")


def test_missing_texts_can_be_asked_for(texts: Texts) -> None:
    wanted = frozenset({"Hello", "Later"})
    assert texts.missing("nb", wanted) == {"Later"}
    assert not texts.missing("en", wanted)


def test_a_later_folder_has_the_last_word(tmp_path: Path) -> None:
    for folder, word in (("a", "først"), ("b", "sist")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "nb.po").write_text(f'msgid "x"\nmsgstr "{word}"\n')
    assert Texts.load(tmp_path / "a", tmp_path / "b").say("nb")("x") == "sist"


def test_a_broken_catalogue_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "nb.po").write_text("this is not a catalogue")
    with pytest.raises(TextsError, match=r"nb\.po"):
        Texts.load(tmp_path)


def test_every_text_of_the_shared_pages_is_said_in_bokmal() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in HOUSE_TEXTS.parent.glob("*.html"))
    written = re.findall(r"""_\(["']([^"']+)["']\)""", source)
    of_rooms = [
        text for room in ROOMS.values() for text in (room.title, room.heading, room.line, room.refused)
    ]
    of_errors = [text for words in WORDS.values() for text in words]
    raised = [
        str(error)
        for error in (
            WrongPasswordError(),
            TooManyTriesError(timedelta(seconds=3)),
            SignedOutError(),
            RoleMissingError(Role.AGENT),
            ForgedRequestError(),
        )
    ]
    wanted = frozenset([*written, *of_rooms, *of_errors, *raised])
    assert Texts.load(HOUSE_TEXTS).missing("nb", wanted) == frozenset()


def test_a_catalogue_elsewhere_adds_a_language_and_wins(tmp_path: Path) -> None:
    catalogue = tmp_path / "pages.po"
    catalogue.write_text(
        'msgid ""\nmsgstr ""\n"Language: da\\n"\n\nmsgid "Send"\nmsgstr "Send nu"\n', "utf-8"
    )
    texts = Texts.load(further={"da": catalogue})
    assert texts.languages == ("en", "da") and texts.known == {"Send"}
    assert texts.say("da")("Send") == "Send nu" and texts.say("nb")("Send") == "Send"


@pytest.mark.parametrize(
    ("language", "name", "runs"),
    [
        ("en", "English", "ltr"),
        ("nb", "Norsk bokmål", "ltr"),
        ("da", "Dansk", "ltr"),
        ("ar", "العربية", "rtl"),
        ("he", "עברית", "rtl"),
        ("xq", "xq", "ltr"),
    ],
)
def test_a_language_has_its_own_name_and_its_direction(language: str, name: str, runs: str) -> None:
    assert (own_name(language), direction(language)) == (name, runs)
