"""Which messages are worth an editor's look."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.assistant import Domain
from bot.dialogue.loading import load_assistant
from bot.editing.misread import misread
from bot.opening import SHIPPED
from bot.store.readings import Heard, Read
from tests.fakes import MONDAY_MORNING

UNSURE = Read(
    conversation="c1",
    message=2,
    at=MONDAY_MORNING,
    language="en",
    said=(Heard(2, "the lamp went dark on me", None),),
    ranking=(("nlu_fallback", 0.55), ("pair_device", 0.3), ("warranty", 0.2)),
    actions=("action_answer",),
    following=None,
    why=None,
)
SURE = replace(UNSURE, ranking=(("pair_device", 0.95),))


@pytest.fixture(scope="module")
def domain() -> Domain:
    return load_assistant(SHIPPED, examples=False).domain


def reasons(domain: Domain, *turns: Read) -> list[tuple[str, ...]]:
    return [each.reasons for each in misread(turns, domain, sure=0.55, limit=10)]


def test_an_unsure_reading_is_shown_with_its_best_guesses(domain: Domain) -> None:
    (found,) = misread([UNSURE], domain, sure=0.55, limit=10)
    assert found.reasons == ("unsure",)
    assert [(each.intent, each.certainty) for each in found.guesses] == [
        ("pair_device", 0.3),
        ("warranty", 0.2),
    ]


def test_a_sure_reading_is_left_alone(domain: Domain) -> None:
    assert reasons(domain, SURE) == []


def test_what_the_customer_chose_then_is_suggested(domain: Domain) -> None:
    chose = replace(UNSURE, following=Heard(4, "Return something", "/return_item"))
    (found,) = misread([chose], domain, sure=0.55, limit=10)
    assert found.reasons == ("choice", "unsure") and found.chosen == "return_item"


@pytest.mark.parametrize("payload", ["/human_handoff", "/affirm"])
def test_steering_the_conversation_is_no_choice(domain: Domain, payload: str) -> None:
    assert reasons(domain, replace(UNSURE, following=Heard(4, "x", payload))) == [("unsure",)]


def test_the_same_question_in_other_words_was_asked_again(domain: Domain) -> None:
    again = replace(SURE, following=Heard(4, "the lamp went all dark on me", None))
    assert reasons(domain, again) == [("asked_again",)]
    other = replace(SURE, following=Heard(4, "and where is my parcel", None))
    assert reasons(domain, other) == []


def test_a_person_who_had_to_come_weighs_more_than_doubt(domain: Domain) -> None:
    assert reasons(domain, replace(UNSURE, why="not_understood")) == [("not_understood", "unsure")]
    assert reasons(domain, replace(SURE, why="asked_for_person")) == []


@pytest.mark.parametrize(
    "turn",
    [
        replace(UNSURE, said=(Heard(2, "My order", "/order_status"),)),
        replace(UNSURE, said=(Heard(2, "/greet", None),)),
        replace(UNSURE, actions=("order_status_form",)),
        replace(UNSURE, actions=()),
        replace(UNSURE, said=()),
    ],
    ids=["a button", "a literal", "an answer to a form", "a person has it", "nothing said"],
)
def test_what_is_no_wish_in_the_customers_words_is_left_out(domain: Domain, turn: Read) -> None:
    assert reasons(domain, turn) == []


def test_secrets_are_masked(domain: Domain) -> None:
    said = (Heard(2, "my card 4111 1111 1111 1111 bounced", None),)
    (found,) = misread([replace(UNSURE, said=said)], domain, sure=0.55, limit=10)
    assert "4111 1111" not in found.text and "1111" in found.text


def test_a_burst_is_one_message(domain: Domain) -> None:
    said = (Heard(1, "the lamp", None), Heard(2, "went dark", None))
    (found,) = misread([replace(UNSURE, said=said)], domain, sure=0.55, limit=10)
    assert found.text == "the lamp went dark"


def test_the_same_words_are_looked_at_once_and_not_again(domain: Domain) -> None:
    twice = [UNSURE, replace(UNSURE, conversation="c2")]
    assert len(misread(twice, domain, sure=0.55, limit=10)) == 1
    assert misread([UNSURE], domain, sure=0.55, limit=10, without={("c1", 2)}) == ()
