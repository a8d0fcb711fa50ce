"""A helpdesk that refuses or stays away: our own desk has the case, and everybody who should know is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.bridges.owing import Mirrored, outside_email
from handoff.case import Case, CaseStatus
from handoff.entry import Dispatch
from handoff.opening import Handoff
from handoff.verbs.agent import Agent
from tests.fakes import FakeClock
from tests.handoff.bridges.mirroring import Mirror, mirror_over
from tests.handoff.conftest import INES, LEO
from tests.memory_helpdesk import REFUSED

KIM = Agent(outside_email("memory", "7"), "Kim", frozenset({"supervisor"}))


@pytest.fixture
def mirror(room: Handoff, clock: FakeClock) -> Mirror:
    return mirror_over(room, clock)


def known(mirror: Mirror, case: Case) -> Mirrored:
    found = mirror.room.mirrored.of_case(case.number)
    assert found is not None
    return found


def events(mirror: Mirror, case: Case) -> list[str]:
    return [entry.text for entry in mirror.room.desk.thread(case.number) if entry.kind == "event"]


def told(mirror: Mirror) -> list[Dispatch]:
    found: list[Dispatch] = []
    while due := mirror.room.dispatches.lease():
        found += due
        for each in due:
            mirror.room.dispatches.done(each.id)
    return found


def notes(mirror: Mirror, case: Case) -> list[str]:
    return [post.text for _, post in mirror.at_peer(case).posts if post.kind == "note"]


@pytest.mark.engines
def test_a_case_that_it_refuses_to_open_is_our_own_desks_at_once(mirror: Mirror) -> None:
    case = mirror.opens()
    mirror.helpdesk.breaks(REFUSED)
    mirror.drains()
    found = known(mirror, case)
    assert (found.controller, found.epoch) == ("desk", 2)
    assert events(mirror, case)[1:] == [
        f"Not delivered to Memory: {REFUSED.says}",
        "Our own desk has taken over from Memory: Memory does not take what is sent to it",
    ]
    [dispatch] = told(mirror)
    assert (dispatch.kind, dispatch.author_name, dispatch.holder) == ("taken_over", "Customer support", None)


def test_one_that_waits_too_long_to_be_opened_is_taken_over_once(mirror: Mirror) -> None:
    mirror.helpdesk.is_down()
    case = mirror.opens()
    mirror.waits(minutes=14)
    assert known(mirror, case).controller == "peer"
    mirror.waits(minutes=2)
    assert known(mirror, case).controller == "desk"
    mirror.waits(minutes=20)
    assert events(mirror, case)[1:] == [
        "Our own desk has taken over from Memory: Memory could not be reached for 15 min"
    ]
    assert [dispatch.kind for dispatch in told(mirror)] == ["taken_over"]


def test_back_again_it_hears_all_of_it_and_that_our_desk_has_the_case(mirror: Mirror) -> None:
    mirror.helpdesk.is_down()
    case = mirror.opens()
    mirror.waits(minutes=16)
    mirror.helpdesk.is_up()
    mirror.waits(minutes=1)
    assert notes(mirror, case) == [
        "Our own desk has taken this case over: Memory could not be reached for 15 min. What is answered "
        "here does not reach the customer any more."
    ]
    assert known(mirror, case).controller == "desk"


def test_whoever_waits_for_a_person_there_is_taken_over_while_it_is_down(mirror: Mirror) -> None:
    waits, answered = mirror.opens("c-1"), mirror.opens("c-2")
    mirror.drains()
    for case in (waits, answered):
        mirror.room.desk.claim(case.number, KIM)
        mirror.room.desk.reply(case.number, KIM, "I look into it", f"peer/{case.number}")
    told(mirror)
    mirror.helpdesk.is_down()
    mirror.says(waits, "And?")
    mirror.waits(minutes=20)
    assert known(mirror, waits).controller == "desk"
    assert known(mirror, answered).controller == "peer"
    case = mirror.room.desk.case(waits.number)
    assert (case.agent, case.status) == (None, CaseStatus.OPEN)
    assert case.first_reply_by is not None
    taken = [each for each in told(mirror) if each.case == waits.number]
    assert [(each.kind, each.holder) for each in taken][-1] == ("taken_over", "queue")


def test_what_a_customer_said_and_it_will_not_hear_brings_the_case_back(mirror: Mirror) -> None:
    case = mirror.opens()
    mirror.drains()
    mirror.helpdesk.breaks(REFUSED, deed="post")
    mirror.says(case, "Are you there?")
    mirror.drains()
    assert known(mirror, case).controller == "desk"
    assert [dispatch.kind for dispatch in told(mirror)] == ["taken_over"]


def test_a_case_that_has_ended_is_nobodys_to_take_over(mirror: Mirror) -> None:
    mirror.helpdesk.is_down()
    case = mirror.opens()
    mirror.room.intake.left(case.handoff_id, "queue", 99)
    mirror.waits(minutes=30)
    assert known(mirror, case).controller == "peer"
    assert told(mirror) == []


def test_an_agent_who_takes_or_answers_it_has_it_and_who_puts_it_back_has_not(mirror: Mirror) -> None:
    case = mirror.opens()
    mirror.drains()
    mirror.room.desk.claim(case.number, INES)
    assert (known(mirror, case).controller, known(mirror, case).epoch) == ("desk", 2)
    mirror.room.desk.release(case.number, INES)
    assert (known(mirror, case).controller, known(mirror, case).epoch) == ("peer", 3)
    mirror.drains()
    assert notes(mirror, case) == [
        "Ines answers this case at our own desk. What is answered here does not reach the customer any more.",
        "This case is yours again: what is answered here reaches the customer.",
    ]


def test_a_person_can_give_a_case_back_and_it_has_the_whole_time_again(mirror: Mirror) -> None:
    mirror.helpdesk.is_down()
    case = mirror.opens()
    mirror.waits(minutes=16)
    mirror.helpdesk.is_up()
    assert mirror.room.helpdesk.give_back(case.number, LEO) == (0, True)
    assert mirror.room.helpdesk.give_back(case.number, LEO) == (0, False)
    mirror.waits(minutes=1)
    found = known(mirror, case)
    assert (found.controller, found.epoch, found.why) == ("peer", 3, "")
    assert events(mirror, case)[-1] == "Leo gave the case back to Memory"


def test_a_refused_case_goes_there_after_all_when_somebody_says_so(mirror: Mirror) -> None:
    case = mirror.opens()
    mirror.helpdesk.breaks(REFUSED)
    mirror.says(case, "Hello?")
    mirror.drains()
    mirror.clock.moves(timedelta(hours=1))
    assert mirror.room.helpdesk.give_back(case.handoff_id, LEO) == (1, True)
    mirror.drains()
    assert known(mirror, case).controller == "peer"
    assert mirror.at_peer(case).texts()[0] == "Hello?"


def test_an_agents_case_that_is_given_back_leaves_their_hands(mirror: Mirror) -> None:
    mirror.helpdesk.is_down()
    case = mirror.opens()
    mirror.waits(minutes=16)
    mirror.room.desk.claim(case.number, INES)
    told(mirror)
    mirror.helpdesk.is_up()
    mirror.room.helpdesk.give_back(case.number, LEO)
    assert mirror.room.desk.case(case.number).agent is None
    assert [(each.kind, each.author_name) for each in told(mirror)][-1] == ("released", "Ines")


def test_a_helpdesk_that_settings_name_no_more_leaves_its_cases_to_us(mirror: Mirror) -> None:
    case, done = mirror.opens("c-1"), mirror.opens("c-2")
    mirror.drains()
    mirror.room.desk.resolve(done.number, KIM, "solved")
    told(mirror)
    mirror.room.helpdesk.switch("memory")
    assert known(mirror, case).controller == "peer"
    mirror.room.helpdesk.switch(None)
    assert known(mirror, case).controller == "desk"
    assert known(mirror, done).controller == "peer"
    assert events(mirror, case)[-1].endswith("Memory is not asked by this house any more")
    assert [dispatch.kind for dispatch in told(mirror)] == ["taken_over"]
    own = mirror.opens("c-3")
    assert mirror.room.mirrored.of_case(own.number) is None
    mirror.room.helpdesk.switch(None)
    assert told(mirror) == []
