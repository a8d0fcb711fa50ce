"""The four routes through the house, told as a person would."""

from __future__ import annotations

from datetime import timedelta

from bot.conversation import Holder
from tests.driver import Driver
from tests.fakes import FakeClock


def test_a_question_is_answered_with_its_article(house: Driver) -> None:
    maya = house.customer()
    heard = maya.says("how long do i have to send something back?")
    answer = next(message for message in heard if message.source is not None)
    assert answer.source is not None and answer.source.url.startswith("/help/en/")
    assert "60 days" in answer.text
    *replies, walk = [button.payload for button in answer.buttons]
    assert replies == ["/helped", "/did_not_help", "/human_handoff"]
    assert walk == '/inform{"guide":"return-something#1"}'
    assert maya.holder is Holder.BOT


def test_an_answer_that_helped_is_thanked_for(house: Driver) -> None:
    maya = house.customer()
    maya.says("how long do i have to send something back?")
    heard = maya.says("Yes", "/helped")
    assert len(heard) == 1 and heard[0].source is None
    assert maya.holder is Holder.BOT


def test_a_customer_who_asks_for_a_person_gets_one(house: Driver) -> None:
    maya = house.customer()
    heard = maya.says("I want to talk to a human about order NT-10427")
    assert maya.holder is Holder.QUEUE and len(heard) == 1
    ines = house.agent("Ines")
    [case] = ines.queue()
    summary = ines.reads(case)
    order = next(fact for fact in summary.facts if fact.name == "order")
    assert (order.words, order.messages) == ("NT-10427", (2,))
    assert summary.reason.code == "asked_for_person" and summary.reason.messages == (2,)


def test_an_agents_reply_reaches_the_customer(house: Driver) -> None:
    maya, ines = house.customer(), house.agent("Ines")
    maya.says("I want to talk to a human about order NT-10427")
    [case] = ines.queue()
    ines.claims(case)
    assert [(m.author, "Ines" in m.text) for m in maya.hears()] == [("system", True)]
    assert maya.holder is Holder.AGENT
    ines.replies(case, "Hello Maya, I have your order open.")
    assert [(m.author, m.name, m.text) for m in maya.hears()] == [
        ("agent", "Ines", "Hello Maya, I have your order open.")
    ]


def test_a_private_note_stays_private(house: Driver) -> None:
    maya, ines = house.customer(), house.agent("Ines")
    maya.says("let me speak to a person")
    [case] = ines.queue()
    ines.claims(case)
    maya.hears()
    ines.notes(case, "She sounds tired; be quick.")
    assert maya.hears() == ()


def test_the_bot_is_silent_but_for_one_acknowledgement_while_a_person_is_awaited(house: Driver) -> None:
    maya = house.customer()
    maya.says("let me speak to a person")
    assert [m.author for m in maya.says("it is about my router")] == ["system"]
    assert maya.says("hello?") == ()
    assert maya.says("how long do i have to send something back?") == ()


def test_who_writes_again_much_later_hears_again_that_it_has_arrived(house: Driver) -> None:
    maya = house.customer()
    maya.says("let me speak to a person")
    assert len(maya.says("it is about my router")) == 1
    clock = house.opened.clock
    assert isinstance(clock, FakeClock)
    clock.moves(timedelta(minutes=20))
    assert [m.author for m in maya.says("the light is red now")] == ["system"]
    assert maya.says("and it beeps") == ()


def test_who_has_others_before_them_is_told_their_place(house: Driver) -> None:
    house.customer().says("let me speak to a person")
    kari = house.customer("nb")
    assert "nummer 2 i køen" in kari.says("kan jeg få snakke med et menneske?")[-1].text


def test_what_the_customer_says_while_waiting_is_on_the_case(house: Driver) -> None:
    maya, ines = house.customer(), house.agent("Ines")
    maya.says("let me speak to a person")
    maya.says("it is about my router")
    [case] = ines.queue()
    thread = house.opened.handoff.desk.thread(case.number)
    assert [e.text for e in thread if e.author == "customer"] == [
        "let me speak to a person",
        "it is about my router",
    ]


def test_the_bot_resumes_when_the_case_is_returned(house: Driver) -> None:
    maya, ines = house.customer(), house.agent("Ines")
    maya.says("let me speak to a person")
    [case] = ines.queue()
    ines.claims(case)
    ines.returns(case, "Just wanted to know the return window.")
    maya.hears()
    assert maya.holder is Holder.BOT
    heard = maya.says("how long do i have to send something back?")
    assert any(message.source for message in heard)


def test_an_old_request_is_not_read_again_after_a_resolve(house: Driver) -> None:
    maya, ines = house.customer(), house.agent("Ines")
    maya.says("let me speak to a person")
    [case] = ines.queue()
    ines.claims(case)
    ines.resolves(case)
    maya.hears()
    maya.says("thank you")
    assert maya.holder is Holder.BOT and ines.queue() == ()


def test_a_second_escalation_is_a_case_of_its_own(house: Driver) -> None:
    maya, ines = house.customer(), house.agent("Ines")
    maya.says("let me speak to a person about order NT-10427")
    [first] = ines.queue()
    ines.claims(first)
    ines.resolves(first)
    maya.says("I need a human again, my camera is broken")
    [second] = ines.queue()
    assert (first.episode, second.episode) == (1, 2)
    assert all(number > 2 for claim in ines.reads(second).ask for number in claim.messages)


def test_two_misses_in_a_row_end_with_a_person(house: Driver) -> None:
    maya = house.customer()
    first = maya.says("glorp the fizzle wibbly")
    assert maya.holder is Holder.BOT
    second = maya.says("wibbly glorp zzz fizzle")
    assert maya.holder is Holder.QUEUE
    assert first[-1].text != second[-1].text


def test_close_readings_are_offered_as_a_choice_and_the_chosen_one_answers(house: Driver) -> None:
    maya = house.customer()
    [asked] = maya.says("the lamp in the hall blinks")
    assert 1 <= len(asked.buttons) <= 3 and maya.holder is Holder.BOT
    chosen = asked.buttons[0].title
    answer = next(message for message in maya.taps(chosen) if message.source is not None)
    assert answer.source is not None and answer.source.title == chosen


def test_a_published_article_answers(house: Driver) -> None:
    maya = house.customer()
    house.publishes(
        "Can I paint the Porch camera?",
        "Yes. Use water-based paint on the housing and keep the lens and the microphone free of paint.",
        questions=("may I paint my camera",),
    )
    heard = maya.says("can i paint the porch camera?")
    assert any("water-based paint" in message.text for message in heard)


def test_bokmal_is_answered_in_bokmal(house: Driver) -> None:
    kari = house.customer("nb")
    heard = kari.says("hvor lenge har jeg på meg til å returnere noe?")
    answer = next(message for message in heard if message.source is not None)
    assert answer.source is not None and answer.source.url.startswith("/help/nb/")


def test_two_agents_claim_and_one_is_told_who_has_it(house: Driver) -> None:
    import pytest

    from handoff.errors import TakenError

    maya, ines, omar = house.customer(), house.agent("Ines"), house.agent("Omar")
    maya.says("let me speak to a person")
    [case] = ines.queue()
    ines.claims(case)
    with pytest.raises(TakenError, match="Ines"):
        omar.claims(case)
