"""Call-backs and follow-ups: visible until they are done."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from handoff.case import Case
from handoff.errors import EmptyTextError, MomentError, NoFollowUpError, PhoneError, TextTooLongError
from handoff.opening import Handoff
from handoff.verbs.following import phone_of
from tests.fakes import FakeClock
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import MONDAY, escalation

pytestmark = pytest.mark.engines

TOMORROW = MONDAY + timedelta(days=1)


@pytest.fixture
def held(room: Handoff) -> Case:
    room.intake.open(escalation("c: human please"))
    return room.desk.claim(1001, INES)


def test_a_promise_is_the_agents_until_it_is_done(room: Handoff, held: Case) -> None:
    room.desk.follow_up(held.number, INES, TOMORROW, " Ask the depot ")
    [promise] = room.desk.follow_ups(agent=INES.email)
    assert (promise.case, promise.kind, promise.text, promise.due) == (
        held.number,
        "follow_up",
        "Ask the depot",
        TOMORROW,
    )
    assert (promise.team, promise.headline) == (held.team, held.headline)
    assert room.desk.queue("follow_ups", agent=INES.email) == (room.desk.case(held.number),)
    assert room.desk.follow_ups(agent=LEO.email) == ()
    assert room.desk.queue("follow_ups", agent=LEO.email) == ()
    done = room.desk.follow_up_done(promise.id, LEO)
    assert (done.done_at, done.done_by) == (MONDAY, LEO.email)
    assert room.desk.follow_ups() == ()
    assert room.desk.queue("follow_ups", agent=INES.email) == ()


def test_a_promise_outlives_its_cases_end(room: Handoff, held: Case) -> None:
    room.desk.follow_up(held.number, INES, TOMORROW, "Check that it arrived")
    room.desk.resolve(held.number, INES, "solved")
    assert len(room.desk.follow_ups(team=held.team)) == 1
    assert [case.number for case in room.desk.queue("follow_ups", agent=INES.email)] == [held.number]


def test_what_is_due_first_is_on_top(room: Handoff, held: Case) -> None:
    for days, text in ((2, "later"), (1, "sooner")):
        room.desk.follow_up(held.number, INES, MONDAY + timedelta(days=days), text)
    assert [each.text for each in room.desk.follow_ups()] == ["sooner", "later"]


def test_doing_it_twice_is_doing_it_once(room: Handoff, held: Case, clock: FakeClock) -> None:
    room.desk.follow_up(held.number, INES, TOMORROW, "Ask the depot")
    once = room.desk.follow_up_done(1, INES)
    clock.moves(timedelta(minutes=1))
    assert room.desk.follow_up_done(1, LEO) == once
    assert [entry.text for entry in room.desk.thread(held.number)[-2:]] == [
        "Ines set a follow-up for 2026-11-24T09:40+00:00: Ask the depot",
        "Ines followed up: Ask the depot",
    ]


def test_a_call_back_has_a_number(room: Handoff, held: Case) -> None:
    with pytest.raises(PhoneError, match="no number"):
        room.desk.follow_up(held.number, INES, TOMORROW, "About the refund", "call_back")
    room.desk.follow_up(held.number, INES, TOMORROW, "About the refund", "call_back", "+47  22 33 44 55")
    assert room.desk.follow_ups()[0].phone == "+47 22 33 44 55"


def test_a_call_back_takes_the_number_that_was_left_for_us(room: Handoff) -> None:
    room.intake.open(escalation("c: call me", address="+47 22 33 44 55"))
    room.desk.follow_up(1001, INES, TOMORROW, "About the refund", "call_back")
    assert room.desk.follow_ups()[0].phone == "+47 22 33 44 55"


@pytest.mark.parametrize("given", ["call me", "12", "+", "<b>22334455</b>", "1" * 41, "\u202e22334455"])
def test_what_is_no_number_is_refused(given: str) -> None:
    with pytest.raises(PhoneError):
        phone_of(given)


@pytest.mark.parametrize("due", [MONDAY, MONDAY - timedelta(days=1), MONDAY + timedelta(days=500)])
def test_a_promise_is_for_a_time_to_come(room: Handoff, held: Case, due: datetime) -> None:
    with pytest.raises(MomentError):
        room.desk.follow_up(held.number, INES, due, "Ask the depot")


def test_a_promise_says_what_and_not_too_much(room: Handoff, held: Case) -> None:
    with pytest.raises(EmptyTextError):
        room.desk.follow_up(held.number, INES, TOMORROW, " ")
    with pytest.raises(TextTooLongError):
        room.desk.follow_up(held.number, INES, TOMORROW, "x" * 501)


def test_a_promise_that_is_not_there_is_an_error(room: Handoff) -> None:
    with pytest.raises(NoFollowUpError):
        room.desk.follow_up_done(7, INES)
