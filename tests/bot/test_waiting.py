"""What a customer does while they wait: the case hears of it, and the queue lets go of who leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversation import Holder
from bot.errors import NotHeldError, UnknownFactError
from bot.opening import House
from bot.waiting import Waiting
from config.mail import NotAnAddressError
from handoff.case import Case, CaseStatus, Outcome
from handoff.casefile.showing import ShownCase
from handoff.errors import PhoneError
from tests.driver import AtDesk, Customer, Driver
from tests.fakes import FakeClock


@pytest.fixture
def maya(shared: House) -> Customer:
    return Driver(shared).customer()


@pytest.fixture
def ines(shared: House) -> AtDesk:
    return Driver(shared).agent("Ines")


def waits(maya: Customer, text: str = "a person please, it is about order NT-10427") -> Case:
    maya.says(text)
    assert maya.holder is Holder.QUEUE
    return case_of(maya)


def case_of(maya: Customer) -> Case:
    found = maya.house.handoff.intake.open_case(maya.conversation)
    assert found is not None
    return found


def seen(maya: Customer) -> ShownCase:
    case = maya.house.waiting.case(maya.conversation)
    assert case is not None
    return case


def corrects(maya: Customer, name: str, value: str) -> None:
    said = "Correction: {fact} is {right}, not {old}."
    maya.house.waiting.correct(
        maya.conversation, name, value, lambda old, right: said.format(fact=name, right=right, old=old)
    )
    settle(maya)


def reaches(maya: Customer, **given: str) -> None:
    maya.house.waiting.reach(
        maya.conversation,
        lambda told: ". ".join(f"My {key} is {value}" for key, value in told.items()),
        **given,
    )
    settle(maya)


def leaves(maya: Customer) -> None:
    maya.house.waiting.leave(maya.conversation)
    settle(maya)


def settle(maya: Customer) -> None:
    maya.house.turns.now(maya.conversation)
    maya.house.workers.drain()


# What is seen and put right


def test_a_customer_sees_their_own_words_and_no_judgement(maya: Customer) -> None:
    case = waits(maya)
    shown = seen(maya)
    assert (shown.number, shown.reason) == (case.number, "asked_for_person")
    assert [(fact.name, fact.value, fact.corrected) for fact in shown.facts] == [("order", "NT-10427", False)]


def test_with_the_bot_there_is_no_case_to_see(maya: Customer) -> None:
    assert maya.house.waiting.case(maya.conversation) is None


def test_a_corrected_fact_is_said_cited_and_seen(maya: Customer, ines: AtDesk) -> None:
    case = waits(maya)
    corrects(maya, "order", " NT-10428 ")
    [fact] = seen(maya).facts
    said = maya.house.chat.messages(maya.conversation)
    assert (fact.value, fact.corrected, fact.message) == ("NT-10428", True, said[-1].number)
    assert said[-1].text == "Correction: order is NT-10428, not NT-10427."
    told = {each.value: (each.superseded, each.messages) for each in ines.reads(case).facts}
    assert told["NT-10428"] == (False, (fact.message,)) and told["NT-10427"][0]
    assert [entry.text for entry in maya.house.handoff.desk.thread(case.number)][-1] == said[-1].text


@pytest.mark.parametrize("name", ["detail:colour", "product"])
def test_a_fact_that_no_words_show_is_put_right_all_the_same(maya: Customer, ines: AtDesk, name: str) -> None:
    case = waits(maya, "a person please. my colour is blue and my Router X is dead")
    known = [fact for fact in seen(maya).facts if fact.name == name]
    if not known:
        pytest.skip(f"{name} is not found in these words")
    corrects(maya, name, "something nobody sells")
    corrects(maya, name, known[0].value)
    assert [fact.value for fact in seen(maya).facts if fact.name == name] == [known[0].value]
    corrects(maya, name, "something nobody sells")
    active = [each for each in ines.reads(case).facts if each.name == name and not each.superseded]
    assert [each.value for each in active] == ["something nobody sells"]


def test_a_correction_tapped_twice_is_said_once(maya: Customer) -> None:
    waits(maya)
    before = len(maya.house.chat.messages(maya.conversation))
    words = "Correction: {} is {}.".format
    for _ in range(2):
        maya.house.waiting.correct(maya.conversation, "order", "NT-10428", words)
    settle(maya)
    corrects(maya, "order", "NT-10428")
    assert len(maya.house.chat.messages(maya.conversation)) == before + 1


def test_a_correction_is_no_answer_to_what_the_bot_has_asked(maya: Customer) -> None:
    """Nobody is at work, so it asks where the answer shall go."""
    clock = maya.house.clock
    assert isinstance(clock, FakeClock)
    was = clock.now()
    clock.moves(timedelta(days=(5 - was.weekday()) % 7 or 7))  # the next Saturday
    try:
        told = maya.says("a person please, it is about order NT-10427")
        assert "e-mail" in told[-1].text
        for number in range(3):
            corrects(maya, "order", f"NT-1043{number}")
        assert maya.hears() == ()
        assert "What is your name?" in maya.says("maya@example.com")[0].text
    finally:
        clock.moves(was - clock.now())


@pytest.mark.parametrize("name", ["email", "detail:shoe size"])
def test_only_what_the_case_has_can_be_put_right(maya: Customer, name: str) -> None:
    waits(maya)
    with pytest.raises(UnknownFactError, match="say it in a message"):
        corrects(maya, name, "x")


def test_a_secret_is_not_written_again(maya: Customer) -> None:
    waits(maya, "a person please. my password is hunter22-Xy and I can't sign in")
    [secret] = [fact for fact in seen(maya).facts if fact.masked]
    assert "hunter22" not in secret.value
    with pytest.raises(UnknownFactError, match="secret"):
        corrects(maya, secret.name, "hunter23-Xy")


def test_nothing_is_put_right_where_nobody_waits(maya: Customer) -> None:
    with pytest.raises(NotHeldError, match="'bot'"):
        corrects(maya, "order", "NT-10428")


# How they are reached


def test_a_contact_is_on_the_case_and_among_its_facts(maya: Customer, ines: AtDesk) -> None:
    case = waits(maya)
    maya.hears()
    reaches(maya, name="Maya  Berg", email=" Maya@Example.com ", phone="+47 22 33 44 55")
    assert "maya@example.com" in maya.hears()[-1].text
    after, summary = case_of(maya), ines.reads(case)
    assert (after.contact, after.customer_name) == ("maya@example.com", "Maya Berg")
    facts = {fact.name: fact.messages for fact in summary.facts}
    assert {"email", "phone", "name"} <= facts.keys()
    assert {number for each in ("email", "phone") for number in facts[each]} <= {
        line.number for line in summary.transcript if line.author == "customer"
    }
    shown = seen(maya)
    assert (shown.name, shown.email) == ("Maya Berg", "maya@example.com")
    assert shown.phone == "+4722334455"
    assert [fact.value for fact in summary.facts if fact.name == "phone"] == [shown.phone]


def test_a_phone_alone_is_where_they_are_called(maya: Customer) -> None:
    waits(maya)
    maya.hears()
    reaches(maya, phone="+47 22 33 44 55")
    assert case_of(maya).contact == "+47 22 33 44 55"
    assert "+47 22 33 44 55" in maya.hears()[-1].text


def test_what_cannot_be_reached_is_refused_and_nothing_is_said(maya: Customer) -> None:
    waits(maya)
    last = maya.house.store.get(maya.conversation).last
    with pytest.raises(NotAnAddressError, match="name@company"):
        reaches(maya, email="maya@")
    with pytest.raises(PhoneError, match="phone number"):
        reaches(maya, phone="call me")
    assert maya.house.store.get(maya.conversation).last == last


# Leaving


def test_who_leaves_goes_on_with_the_bot_and_the_case_has_ended(maya: Customer, ines: AtDesk) -> None:
    case = waits(maya)
    maya.hears()
    leaves(maya)
    told = maya.hears()
    assert [message.author for message in told] == ["system"] and maya.holder is Holder.BOT
    ended = maya.house.handoff.desk.case(case.number)
    assert (ended.status, ended.outcome) == (CaseStatus.RESOLVED, Outcome.CUSTOMER_LEFT)
    [said] = [
        entry for entry in maya.house.handoff.desk.thread(case.number) if "left the queue" in entry.text
    ]
    assert said.kind == "event"
    assert any(message.source for message in maya.says("how long do I have to send something back?"))


def test_leaving_twice_is_leaving_once(maya: Customer) -> None:
    waits(maya)
    maya.hears()
    leaves(maya)
    leaves(maya)
    assert len(maya.hears()) == 1


def test_a_place_left_moves_up_who_is_behind(shared: House, maya: Customer) -> None:
    omar = Driver(shared).customer()
    waits(maya)
    waits(omar)

    def place(of: Customer) -> int:
        wait = shared.chat.standing(of.conversation).wait
        assert wait is not None and wait.outlook.place is not None
        return wait.outlook.place.position

    before = place(omar)
    leaves(maya)
    assert place(omar) == before - 1


def test_who_is_talking_to_a_person_does_not_wait(maya: Customer, ines: AtDesk) -> None:
    ines.claims(waits(maya))
    with pytest.raises(NotHeldError, match="'agent'"):
        leaves(maya)
    assert maya.holder is Holder.AGENT


def test_an_agent_who_is_quicker_at_the_desk_finds_the_case_ended(maya: Customer, ines: AtDesk) -> None:
    """The desk has not heard yet that the customer has left, and nobody told the customer of the agent."""
    case = waits(maya)
    maya.hears()
    maya.house.waiting.leave(maya.conversation)
    maya.house.handoff.desk.claim(case.number, ines.agent)
    settle(maya)
    assert [message.author for message in maya.hears()] == ["system"] and maya.holder is Holder.BOT
    assert maya.house.handoff.desk.case(case.number).status is CaseStatus.RESOLVED


def test_who_comes_back_before_the_desk_has_heard_is_not_put_away(maya: Customer) -> None:
    """They ask for a person again at once: the case that is still open takes them up, and stays."""
    waits(maya)
    maya.house.waiting.leave(maya.conversation)
    maya.house.chat.receive(maya.conversation, "again", "no, I do want a person")
    maya.house.turns.now(maya.conversation)
    maya.house.workers.drain()
    assert maya.holder is Holder.QUEUE
    assert case_of(maya).agent is None


def test_what_is_said_to_the_bot_afterwards_is_no_case_of_the_desks(maya: Customer) -> None:
    """Nor does it look to the desk as if they had come back."""
    case = waits(maya)
    maya.house.waiting.leave(maya.conversation)
    maya.house.chat.receive(maya.conversation, "b", "how long do I have to send something back?")
    settle(maya)
    assert maya.house.handoff.desk.case(case.number).status is CaseStatus.RESOLVED
    heard = [entry.text for entry in maya.house.handoff.desk.thread(case.number)]
    assert not any("send something back" in text for text in heard)


def test_a_case_that_was_merged_goes_on_for_the_other_conversation(shared: House, ines: AtDesk) -> None:
    one, other = Driver(shared).customer(), Driver(shared).customer()
    mine, theirs = waits(one), waits(other)
    shared.handoff.desk.merge(mine.number, ines.agent, theirs.number, same_person=True)
    shared.workers.drain()
    leaves(one)
    assert one.holder is Holder.BOT and other.holder is Holder.QUEUE
    assert case_of(other).number == theirs.number
    assert any("left the queue" in each.text for each in shared.handoff.desk.thread(theirs.number))


def test_time_that_passes_is_told_to_whoever_waits(shared: House, maya: Customer) -> None:
    rung: list[str] = []
    waiting = Waiting(
        shared.store,
        shared.turns,
        shared.handoff.intake,
        phrase=lambda name, language, slots: name,
        moved=lambda: rung.append("rung"),
        clock=shared.clock,
    )
    waits(maya)
    assert waiting.tick() is False and rung == ["rung"]
