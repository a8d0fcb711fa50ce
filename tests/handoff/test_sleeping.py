"""Cases that are put away, and what wakes them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from handoff.case import Case, CaseStatus
from handoff.errors import MomentError, NotAllowedError
from handoff.escalation import Line
from handoff.opening import Handoff
from tests.handoff.conftest import INES
from tests.handoff.conversations import MONDAY, escalation

TOMORROW = MONDAY + timedelta(days=1)


@pytest.fixture
def held(room: Handoff) -> Case:
    room.intake.open(escalation("c: human please"))
    return room.desk.claim(1001, INES)


def test_a_snoozed_case_is_out_of_sight_and_still_its_agents(room: Handoff, held: Case) -> None:
    asleep = room.desk.snooze(held.number, INES, TOMORROW)
    assert (asleep.status, asleep.snoozed_until, asleep.agent) == (CaseStatus.SNOOZED, TOMORROW, INES.email)
    assert room.desk.queue("mine", agent=INES.email) == room.desk.queue("all") == ()
    assert room.desk.queue("snoozed") == (asleep,)
    assert room.desk.thread(held.number)[-1].text == "Ines snoozed the case until 2026-11-24T09:40+00:00"


def test_the_customer_is_not_told_of_it(room: Handoff, held: Case) -> None:
    room.desk.snooze(held.number, INES, TOMORROW)
    assert [each.kind for each in room.dispatches.lease()] == ["joined"]


@pytest.mark.parametrize("until", [TOMORROW, None])
def test_the_customers_word_wakes_it(room: Handoff, held: Case, until: datetime | None) -> None:
    room.desk.snooze(held.number, INES, until, until_reply=until is None)
    woken = room.intake.hear("conv1-1", [Line(2, "customer", "I have it now", MONDAY)])
    assert (woken.status, woken.snoozed_until, woken.wakes_on_reply) == (CaseStatus.OPEN, None, False)
    assert room.desk.queue("mine", agent=INES.email) == (room.desk.case(held.number),)


def test_its_agent_wakes_it(room: Handoff, held: Case) -> None:
    room.desk.snooze(held.number, INES, until_reply=True)
    assert room.desk.wake(held.number, INES).status is CaseStatus.OPEN
    assert room.desk.thread(held.number)[-1].text == "Ines woke the case"
    with pytest.raises(NotAllowedError):
        room.desk.wake(held.number, INES)


def test_a_snooze_is_set_anew(room: Handoff, held: Case) -> None:
    room.desk.snooze(held.number, INES, until_reply=True)
    assert room.desk.snooze(held.number, INES, TOMORROW).snoozed_until == TOMORROW


@pytest.mark.parametrize("until", [None, MONDAY, MONDAY - timedelta(days=1), MONDAY + timedelta(days=400)])
def test_a_moment_that_makes_no_sense_is_refused(room: Handoff, held: Case, until: datetime | None) -> None:
    with pytest.raises(MomentError):
        room.desk.snooze(held.number, INES, until)
    assert room.desk.case(held.number) == held
