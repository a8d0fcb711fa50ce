"""How a customer who waits says where the answer shall go, and how they leave that."""

from __future__ import annotations

import pytest

from bot.contact import BURST_WITHIN, Asked, Phrases, Step, go_on, goes_on
from bot.conversation import Message
from bot.understanding.words import read_words
from tests.fakes import MONDAY_MORNING

EMAIL = Asked("email")
PHRASES = Phrases.of(read_words(("en", "nb", "da")).values())


def told(asked: Asked, text: str) -> Step:
    return go_on(asked, text, PHRASES)


def test_an_address_then_a_name_then_what_there_is_to_add() -> None:
    step = told(EMAIL, "sure, Maya.Berg@Example.com")
    assert (step.asked.email, step.asked.asks) == ("maya.berg@example.com", "name")
    step = told(step.asked, "I'm Maya Berg.")
    assert (step.asked.name, step.asked.asks) == ("Maya Berg", "message")
    step = told(step.asked, "the router is upstairs")
    assert (step.asked.asks, step.response, step.message) == (
        None,
        "utter_contact_done",
        "the router is upstairs",
    )
    assert step.asked.to_slot() is None


def test_who_says_their_name_beside_the_address_is_not_asked_for_it() -> None:
    step = told(EMAIL, "jeg heter Kari Nordmann, kari@example.no")
    assert (step.asked.name, step.asked.asks) == ("Kari Nordmann", "message")


@pytest.mark.parametrize(
    "text", ["no", "No thanks", "nei takk", "skip", "glem det!", "nej tak", "I'd rather not"]
)
def test_it_is_left_with_a_plain_no(text: str) -> None:
    step = told(EMAIL, text)
    assert (step.asked.asks, step.response) == (None, "utter_contact_left")


@pytest.mark.parametrize("text", ["maya@example", "maya@@example.com", "@example.com", "maya @ example.com"])
def test_half_an_address_is_asked_for_again(text: str) -> None:
    step = told(EMAIL, text)
    assert (step.asked, step.response) == (Asked("email", tries=1), "utter_contact_unclear")


def test_what_is_no_answer_is_left_to_the_case_and_asked_for_no_more_than_three_times() -> None:
    asked = EMAIL
    for _ in range(2):
        step = told(asked, "and the light is red")
        assert step.response is None and step.asked.asks == "email"
        asked = step.asked
    assert told(asked, "still red").asked.asks is None


def test_a_question_is_no_name() -> None:
    step = told(Asked("name", "maya@example.com"), "when do you open?")
    assert (step.asked.name, step.asked.email, step.asked.asks) == (None, "maya@example.com", None)


@pytest.mark.parametrize(
    "asked", [EMAIL, Asked("name", "m@example.com"), Asked("message", "m@example.com", "Maya", 1)]
)
def test_a_slot_holds_it_all(asked: Asked) -> None:
    assert Asked.of(asked.to_slot()) == asked


@pytest.mark.parametrize("value", [None, {}, {"asks": "phone"}, "email", 3])
def test_a_slot_that_holds_anything_else_asks_for_nothing(value: object) -> None:
    assert Asked.of(value) is None  # type: ignore[arg-type]


def test_a_burst_ends_when_its_customer_has_been_silent_for_a_while() -> None:
    first = Message(2, "customer", "a person please", MONDAY_MORNING)
    told = Message(3, "bot", "Of course.", MONDAY_MORNING + BURST_WITHIN)
    soon = Message(4, "customer", "it is broken", MONDAY_MORNING + BURST_WITHIN / 2)
    late = Message(4, "customer", "it is broken", MONDAY_MORNING + BURST_WITHIN)
    assert goes_on((first, told, soon), soon)
    assert not goes_on((first, told, late), late)
    assert not goes_on((first,), first)


def test_a_language_without_words_for_it_declines_nothing() -> None:
    assert go_on(EMAIL, "no", Phrases.of(())).response is None
