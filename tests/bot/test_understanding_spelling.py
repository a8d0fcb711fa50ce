from __future__ import annotations

import pytest

from bot.understanding.spelling import Spellings

ORDINARY = frozenset(["the", "my", "is", "or", "off", "plus", "plug", "range", "sensor", "on", "me"])
NAMES = ("Nettly Hub 3", "Hub 2", "Nettly Range Plug", "Door Sensor", "dørsensor", "Thermo", "Bulb")


@pytest.fixture(scope="module")
def spellings() -> Spellings:
    return Spellings(NAMES, ORDINARY.__contains__)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my netlty hub 3", "nettly hub 3"),
        ("the nettly rnage plug", "nettly range plug"),
        ("themro is off", "thermo"),
        ("thermoo", "thermo"),
        ("a doorsensor", "door sensor"),
        ("en dør sensor", "dørsensor"),
        ("dor sensor", "door sensor"),
    ],
)
def test_a_slip_of_the_keys_is_forgiven(spellings: Spellings, text: str, name: str) -> None:
    assert next(spellings.find(text)).name == name


@pytest.mark.parametrize(
    "text",
    [
        "Nettly Hub 3",  # right
        "nettly hub 4",  # another number
        "range plus",  # ordinary words
        "bulk",  # too short
        "theremin",  # too far
        "",
    ],
)
def test_what_is_right_or_means_itself_is_left_alone(spellings: Spellings, text: str) -> None:
    assert list(spellings.find(text)) == []


def test_of_two_names_alike_neither_is_guessed() -> None:
    assert Spellings(["Marina", "Marine"], lambda word: False).nearest(["marinx"]) is None


def test_a_slip_stands_where_its_words_stand(spellings: Spellings) -> None:
    text = "is my NETLTY  hub 3 on?"
    slip = next(spellings.find(text))
    assert (text[slip.start : slip.end], slip.edits) == ("NETLTY  hub 3", 1)


def test_one_edit_anywhere_in_a_name_is_found() -> None:
    name = "paprika"
    spellings = Spellings([name, *(f"other{number}" for number in range(500))], lambda word: False)
    slips = {name[:at] + name[at + 1 :] for at in range(len(name))}
    slips |= {name[:at] + "x" + name[at:] for at in range(len(name) + 1)}
    slips |= {name[:at] + name[at + 1] + name[at] + name[at + 2 :] for at in range(len(name) - 1)}
    assert {slip for slip in slips - {name} if spellings.nearest([slip]) == (name, 1)} == slips - {name}


def test_two_edits_anywhere_in_a_long_name_are_found() -> None:
    name = "extraordinary gadget"
    spellings = Spellings([name], lambda word: False)
    for first in range(len(name)):
        for second in range(first + 1, len(name)):
            if " " not in (name[first], name[second]):
                slip = name[:first] + "q" + name[first + 1 : second] + name[second + 1 :]
                assert spellings.nearest(slip.split()) == (name, 2), slip
