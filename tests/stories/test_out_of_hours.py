"""A customer who writes when nobody is there hears when somebody will be, and where the answer goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.conversation import Holder
from bot.opening import House
from bot.web.state import state_of
from handoff.case import Case
from tests.driver import Customer, Driver
from tests.fakes import FakeClock

OSLO = ZoneInfo("Europe/Oslo")
SUNDAY = datetime(2026, 11, 8, 20, 0, tzinfo=UTC)


@pytest.fixture
def closed(shared: House) -> House:
    assert isinstance(shared.clock, FakeClock)
    shared.clock.moves(SUNDAY - shared.clock.now())
    return shared


def test_the_promise_and_the_contact_are_on_the_case(closed: House) -> None:
    maya = Driver(closed).customer()
    _, told = maya.says("my router is dead, let me speak to a person")
    assert "they are back tomorrow at 07:00" in told.text
    assert "e-mail address" in told.text
    assert "whole e-mail address" in maya.says("maya@example")[0].text
    assert "What is your name?" in maya.says("maya@example.com")[0].text
    assert "anything you'd like to add" in maya.says("Maya Berg")[0].text
    assert "here and to maya@example.com" in maya.says("I am home after four")[0].text
    [case] = [each for each in closed.handoff.desk.queue("all") if each.conversation_id == maya.conversation]
    assert (case.contact, case.customer_name) == ("maya@example.com", "Maya Berg")
    summary = closed.handoff.desk.summary(case.number)
    [promise] = summary.promises
    assert promise.messages == (told.number,) and promise.by is not None
    assert (summary.customer.address, summary.customer.name) == ("maya@example.com", "Maya Berg")
    assert maya.holder is Holder.QUEUE


def test_a_team_without_hours_is_not_said_to_come_back(closed: House) -> None:
    book = closed.handoff.arrangements
    [office] = [each for each in book.hours() if each.name == "office"]
    book.hours_saved(replace(office, week={}), "ada@nettly.example")
    try:
        maya = Driver(closed).customer()
        said = " ".join(each.text for each in maya.says("let me speak to a person"))
        assert "they are back" not in said and "A person answers" not in said
        assert (outlook(maya)["open"], outlook(maya)["opens_at"]) == (True, None)
    finally:
        book.hours_saved(office, "ada@nettly.example")


def test_a_promise_can_be_read_before_the_customer_says_more(closed: House) -> None:
    maya, ines = Driver(closed).customer(), Driver(closed).agent("Ines")
    maya.says("where is my order")
    told = maya.says("jeg vil snakke med et menneske")[-1]
    [case] = [each for each in closed.handoff.desk.queue("all") if each.conversation_id == maya.conversation]
    [promise] = ines.reads(case).promises
    assert promise.messages == (told.number,) and promise.text == told.text
    ines.claims(case)
    ines.returns(case)
    assert [each.case for each in closed.handoff.lessons.since(0)[1]] == [case.number]


def test_a_plain_no_is_taken_and_the_case_stays(closed: House) -> None:
    kari = Driver(closed).customer("nb")
    told = kari.says("kan jeg få snakke med et menneske?")[-1]
    assert "i morgen klokka" in told.text
    assert kari.says("nei takk")[0].text.startswith("Det er greit.")
    [case] = [each for each in closed.handoff.desk.queue("all") if each.conversation_id == kari.conversation]
    assert case.contact is None
    assert kari.says("ruteren er død")[0].author == "system"


def test_an_agent_who_comes_ends_the_asking(closed: House) -> None:
    maya = Driver(closed).customer()
    maya.says("a person please")
    [case] = [each for each in closed.handoff.desk.queue("all") if each.conversation_id == maya.conversation]
    ines = Driver(closed).agent("Ines")
    ines.claims(case)
    closed.handoff.desk.release(case.number, ines.agent)
    closed.workers.drain()
    maya.hears()
    maya.says("thanks")
    [case] = [each for each in closed.handoff.desk.queue("all") if each.conversation_id == maya.conversation]
    assert case.customer_name is None


def outlook(maya: Customer) -> dict[str, object]:
    """What the waiting card is told."""
    told = state_of(maya.house.chat.standing(maya.conversation))["outlook"]
    assert isinstance(told, dict)
    return told


def case_of(maya: Customer) -> Case:
    found = maya.house.handoff.intake.open_case(maya.conversation)
    assert found is not None
    return found


def passes(house: House, until: datetime) -> None:
    """Time passes, and the house's workers with it."""
    assert isinstance(house.clock, FakeClock)
    house.clock.moves(until - house.clock.now())
    house.workers.drain()


def test_a_promise_that_is_kept_is_no_longer_owed(closed: House) -> None:
    maya, ines = Driver(closed).customer(), Driver(closed).agent("Ines")
    maya.says("a person please")
    promised = case_of(maya).first_reply_by
    assert promised is not None
    monday = datetime.fromisoformat(str(outlook(maya)["opens_at"]))
    assert outlook(maya) == {
        "open": False,
        "opens_at": monday.isoformat(),
        "promised_by": promised.isoformat(timespec="seconds"),
        "late": False,
    }
    passes(closed, monday)
    assert (outlook(maya)["open"], outlook(maya)["opens_at"]) == (True, None)
    ines.replies(ines.claims(case_of(maya)), "Good morning, Maya.")
    passes(closed, promised + timedelta(minutes=1))
    assert (outlook(maya)["promised_by"], outlook(maya)["late"]) == (None, False)
    assert not [message for message in maya.hears() if "longer than you were promised" in message.text]


def test_a_promise_that_is_broken_is_late_for_all_to_see_with_a_new_one(closed: House) -> None:
    maya = Driver(closed).customer()
    maya.says("a person please")
    maya.hears()
    promised = datetime.fromisoformat(str(outlook(maya)["promised_by"]))
    passes(closed, promised - timedelta(minutes=1))
    assert not outlook(maya)["late"]
    passes(closed, promised + timedelta(minutes=1))
    [told] = [message for message in maya.hears() if "longer than you were promised" in message.text]
    again = datetime.fromisoformat(str(outlook(maya)["promised_by"]))
    assert outlook(maya)["late"] and again > promised
    assert f"{again.astimezone(OSLO):%H:%M}" in told.text


def test_who_has_left_is_not_told_that_it_takes_longer(closed: House) -> None:
    maya = Driver(closed).customer()
    maya.says("a person please")
    promised = case_of(maya).first_reply_by
    assert promised is not None
    closed.ending.end(maya.conversation)
    maya.hears()
    passes(closed, promised + timedelta(minutes=1))
    assert maya.hears() == ()
