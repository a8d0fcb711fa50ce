"""What the agents' room keeps of a person: found by what they are known by, told without notes."""

from __future__ import annotations

import pytest

from handoff.opening import Handoff
from tests.handoff.conftest import INES
from tests.handoff.conversations import escalation

pytestmark = pytest.mark.engines


@pytest.fixture
def talked(room: Handoff) -> Handoff:
    said = escalation(
        "c: My lamp is broken, order NT-10427. I want a person",
        conversation="c-1",
        customer="visitor:7",
        name="Maya Lind",
        address="Maya@Lind.example",
    )
    number = room.intake.open(said).number
    room.desk.claim(number, INES)
    room.desk.note(number, INES, "she is a friend of mine")
    room.intake.open(
        escalation(
            "c: my e-mail is omar@nettly.example, and not maya@lind.example, she is my wife. human please",
            conversation="c-2",
            customer="omar",
        )
    )
    return room


@pytest.mark.parametrize(
    "words", ["maya@lind.EXAMPLE", " #1001 ", "1001", "maya lind", "visitor:7", "c-1", "MAYA LIND"]
)
def test_somebody_is_found_by_what_they_are_known_by(talked: Handoff, words: str) -> None:
    assert [case.number for case in talked.personal.find(words)] == [1001]


def test_an_address_that_was_only_said_is_known_as_its_customers(talked: Handoff) -> None:
    assert [case.number for case in talked.personal.find("Omar@nettly.example")] == [1002]


@pytest.mark.parametrize("words", ["", "lind", "%", "maya@lind", "99999999999999", "forgotten-1001"])
def test_half_a_name_finds_nobody(talked: Handoff, words: str) -> None:
    assert talked.personal.find(words) == ()


def test_a_person_is_told_what_was_found_out_and_not_what_colleagues_wrote(talked: Handoff) -> None:
    (told,) = talked.personal.told("c-1")
    assert told["customer"] == {
        "id": "visitor:7",
        "name": "Maya Lind",
        "contact": "Maya@Lind.example",
        "verified": False,
    }
    assert {"name": "order", "words": "NT-10427", "value": "NT-10427"} in told["facts"]  # type: ignore[operator]
    assert "friend" not in str(told) and "Omar" not in str(told)


def test_notes_come_along_where_they_are_wanted(talked: Handoff) -> None:
    (told,) = talked.personal.told("c-1", notes=True)
    assert "she is a friend of mine" in str(told["notes"])


def test_nobody_forgotten_is_found(talked: Handoff) -> None:
    talked.forget("c-1")
    assert talked.personal.find("1001") == () and talked.personal.told("c-1") == []


def test_somebody_is_called_as_their_case_has_it_else_as_they_said(talked: Handoff) -> None:
    assert talked.personal.named("c-1") == ("Maya Lind", "Maya@Lind.example")
    assert talked.personal.named("c-2")[1] == "omar@nettly.example"
    assert talked.personal.named("nobody") == (None, None)
