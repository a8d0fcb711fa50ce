"""The shipped forms as customers meet them: interrupted, corrected, left, and handed over in the middle."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from bot.conversation import Holder, Message
from bot.opening import House
from handoff.casefile.case_summary import CaseSummary
from tests.driver import Customer, Driver

ASKS_NUMBER = "NT-"
QUESTION = "how long does delivery take to Bergen?"


@pytest.fixture
def maya(shared: House) -> Customer:
    return Driver(shared).customer()


def asks_for_the_number(heard: Iterable[Message]) -> bool:
    *_, last = heard
    return ASKS_NUMBER in last.text and [button.payload for button in last.buttons] == [
        "/human_handoff",
        "/stop",
    ]


def case_of(house: House, customer: Customer) -> CaseSummary:
    """The one case that the customer's conversation has become."""
    queue = house.handoff.desk.queue("all", include_resolved=True)
    [case] = [case for case in queue if case.conversation_id == customer.conversation]
    return house.handoff.desk.summary(case.number)


def facts(summary: CaseSummary) -> dict[str, str]:
    return {fact.name: fact.value for fact in summary.facts if not fact.superseded}


def test_an_order_is_asked_about_with_a_question_and_a_correction_on_the_way(
    shared: House, maya: Customer
) -> None:
    assert asks_for_the_number(maya.says("Where is my order?", "/order_status"))
    answered = maya.says(QUESTION)
    assert any(message.source is not None for message in answered) and asks_for_the_number(answered)
    maya.says("NT-10427")
    corrected = maya.says("sorry, I meant NT-10472")
    assert any("NT-10472" in message.text for message in corrected)
    maya.says("kari@example.org")
    assert maya.holder is Holder.QUEUE
    summary = case_of(shared, maya)
    assert facts(summary) == {"order": "NT-10472", "email": "kari@example.org"}
    assert "NT-10472" in summary.reason.sentence
    assert [fact.value for fact in summary.facts if fact.superseded] == ["NT-10427"]


def test_a_form_is_left_at_a_word_and_nothing_is_sent(shared: House, maya: Customer) -> None:
    maya.says("Return something", "/return_item")
    maya.says("never mind")
    assert maya.holder is Holder.BOT
    assert not asks_for_the_number(maya.says("thanks"))
    queue = shared.handoff.desk.queue("all", include_resolved=True)
    assert all(case.conversation_id != maya.conversation for case in queue)


def test_who_has_no_number_is_not_asked_for_ever(maya: Customer) -> None:
    maya.says("Where is my order?", "/order_status")
    told = maya.says("I lost the e-mail with the number")
    assert "yes" in told[0].text
    maya.says("yes", "/affirm")
    assert maya.holder is Holder.QUEUE


def test_a_return_becomes_a_case_with_all_that_was_told_and_tapped(shared: House, maya: Customer) -> None:
    maya.says("Return something", "/return_item")
    maya.says("10427")
    maya.taps("Nettly Cam Porch")
    maya.taps("It doesn't work as it should")
    maya.taps("My money back")
    maya.says("we opened it and tried it once")
    assert maya.holder is Holder.QUEUE
    assert facts(case_of(shared, maya)) == {
        "order": "NT-10427",
        "product": "Nettly Cam Porch",
        "detail:reason": "does not work as it should",
        "detail:wish": "wants a refund",
        "detail:condition": "opened, as good as new",
    }


def test_a_form_handed_over_in_the_middle_keeps_its_facts(shared: House, maya: Customer) -> None:
    maya.says("Return something", "/return_item")
    maya.says("10427")
    maya.says("the old desk lamp")
    maya.says("Talk to a person", "/human_handoff")
    summary = case_of(shared, maya)
    assert facts(summary) == {"order": "NT-10427", "product": "the old desk lamp"}
    assert all(fact.messages for fact in summary.facts)
    assert summary.reason.code == "asked_for_person"


def test_a_form_goes_on_in_the_language_the_customer_turns_to(maya: Customer) -> None:
    maya.says("Where is my order?", "/order_status")
    [*_, asked] = maya.says("jeg finner dessverre ikke ordrenummeret mitt")
    assert [button.title for button in asked.buttons] == ["Snakk med et menneske", "Stopp her"]
    [*_, asked] = maya.says("NT-10427")
    assert "postnummer" in asked.text
    noted, handed, *_ = maya.says("5003")
    assert "5003" in noted.text and "menneske" in handed.text


def test_the_facts_of_one_form_are_not_the_next_ones(shared: House, maya: Customer) -> None:
    maya.says("Return something", "/return_item")
    maya.says("NT-10427")
    maya.says("never mind")
    [asked] = [message for message in maya.says("Return something", "/return_item") if message.buttons]
    assert "Nettly Cam Porch" in [button.title for button in asked.buttons]
