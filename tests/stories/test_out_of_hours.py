"""A customer who writes when nobody is there hears when somebody will be, and where the answer goes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.conversation import Holder
from bot.opening import House
from tests.driver import Driver
from tests.fakes import FakeClock

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
