from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from config.settings import Settings
from handoff.case import Case, CaseStatus
from handoff.floor.floor import GONE_WITHIN
from handoff.floor.triage import Priority
from handoff.opening import Handoff, open_handoff
from tests.fakes import FakeClock
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import escalation

pytestmark = pytest.mark.engines

MINUTE = timedelta(minutes=1)


def opened(room: Handoff, clock: FakeClock, name: str = "conv1", text: str = "my router is odd") -> Case:
    return room.intake.open(escalation(f"c: {text}", conversation=name, at=clock.now()))


def online(room: Handoff, *people: tuple[str, str], **given: object) -> None:
    for email, name in people or ((INES.email, INES.name),):
        room.seats.save_member(email, name, by="admin@nettly.example", **given)  # type: ignore[arg-type]
        room.seats.set_status(email, "online")


def settled(room: Handoff) -> None:
    """Rounds until there is nothing left to do; endless ones fail the test."""
    for _ in range(20):
        if not room.rounds.work():
            return
    pytest.fail("the rounds come to no end")


def events(room: Handoff, number: int = 1001) -> list[str]:
    return [entry.text for entry in room.desk.thread(number) if entry.kind == "event"][1:]


def told(room: Handoff) -> list[tuple[str, str]]:
    return [(each.kind, each.author_name) for each in _all(room)]


def _all(room: Handoff) -> list:  # type: ignore[type-arg]
    found = []
    while due := room.dispatches.lease():
        for each in due:
            found.append(each)
            room.dispatches.done(each.id)
    return found


def log(room: Handoff) -> list[str]:
    return [row.what for row in room.desk.log(0)]


def test_a_case_is_given_to_who_is_online_and_the_customer_is_told(room: Handoff, clock: FakeClock) -> None:
    opened(room, clock)
    online(room)
    settled(room)
    case = room.desk.case(1001)
    assert (case.agent, case.agent_name, case.held_how, case.held_since) == (
        INES.email,
        "Ines",
        "routed",
        clock.now(),
    )
    assert events(room) == ["Given to Ines: it is their turn among those with room"]
    assert told(room) == [("joined", "Ines")]


def test_nobody_is_given_anything_until_they_are_online(room: Handoff, clock: FakeClock) -> None:
    opened(room, clock)
    room.seats.sit_down(INES.email, INES.name)
    assert not room.rounds.work()
    assert room.desk.case(1001).agent is None


def test_an_idle_desk_writes_nothing(room: Handoff, clock: FakeClock) -> None:
    opened(room, clock)
    online(room)
    settled(room)
    end = room.desk.log_end()
    assert not room.rounds.work()
    assert room.desk.log_end() == end


def test_two_processes_that_go_round_at_once_give_a_case_once(
    room: Handoff, settings: Settings, clock: FakeClock
) -> None:
    for number in range(12):
        opened(room, clock, f"conv{number}")
    online(room, (INES.email, "Ines"), (LEO.email, "Leo"), capacity=4)
    other = open_handoff(settings, clock)
    try:
        threads = [threading.Thread(target=settled, args=(each,)) for each in (room, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        other.close()
    held = [case.agent for case in room.store.queue("all", now=clock.now()) if case.agent]
    assert (held.count(INES.email), held.count(LEO.email)) == (4, 4)
    assert log(room).count("routed") == 8


def test_who_released_a_case_does_not_get_it_back(room: Handoff, clock: FakeClock) -> None:
    opened(room, clock)
    online(room)
    settled(room)
    room.desk.release(1001, INES)
    settled(room)
    assert room.desk.case(1001).agent is None
    online(room, (LEO.email, "Leo"))
    settled(room)
    assert room.desk.case(1001).agent == LEO.email


def test_the_agent_of_the_customers_last_case_is_preferred(room: Handoff, clock: FakeClock) -> None:
    opened(room, clock)
    room.desk.claim(1001, LEO)
    room.desk.resolve(1001, LEO, "solved")
    clock.moves(MINUTE)
    online(room, (INES.email, "Ines"), (LEO.email, "Leo"))
    room.intake.open(escalation("c: my router is odd", episode=2, at=clock.now()))
    settled(room)
    assert room.desk.case(1002).agent == LEO.email
    assert events(room, 1002) == ["Given to Leo: they helped this customer before"]


def test_a_silent_agent_is_warned_then_loses_the_case_and_the_customer_is_told_once(
    room: Handoff, clock: FakeClock
) -> None:
    online(room)
    opened(room, clock)
    settled(room)
    assert told(room) == [("joined", "Ines")]
    before = room.desk.case(1001)
    for minutes in range(10):
        clock.moves(MINUTE)
        room.seats.seen(INES.email)
        if minutes == 8:
            online(room, (LEO.email, "Leo"))
        settled(room)
    assert events(room)[1:] == [
        "Ines has not answered for 8 min",
        "Taken from Ines: Ines has not answered for 10 min",
        "Given to Leo: it is their turn among those with room",
    ]
    assert told(room) == [("requeued", "Ines"), ("joined", "Leo")]
    after = room.desk.case(1001)
    assert (after.agent, after.waiting_since) == (LEO.email, before.waiting_since)


def test_who_closes_the_desk_is_away_and_loses_who_waits(room: Handoff, clock: FakeClock) -> None:
    online(room)
    opened(room, clock)
    settled(room)
    clock.moves(GONE_WITHIN + timedelta(seconds=1))
    settled(room)
    case = room.desk.case(1001)
    assert (case.agent, case.status) == (None, CaseStatus.OPEN)
    assert told(room) == [("joined", "Ines"), ("requeued", "Ines")]
    room.seats.seen(INES.email)
    ines = room.seats.member(INES.email)
    assert ines is not None and ines.status == "away"


def test_who_has_answered_keeps_the_case_while_the_desk_is_closed(room: Handoff, clock: FakeClock) -> None:
    online(room)
    opened(room, clock)
    settled(room)
    room.desk.reply(1001, INES, "Hello", "r1")
    clock.moves(2 * GONE_WITHIN)
    settled(room)
    assert room.desk.case(1001).agent == INES.email


def test_who_is_busy_keeps_what_they_have_and_gets_nothing_new(room: Handoff, clock: FakeClock) -> None:
    online(room)
    opened(room, clock)
    settled(room)
    room.seats.set_status(INES.email, "busy")
    opened(room, clock, "conv2")
    settled(room)
    assert [room.desk.case(number).agent for number in (1001, 1002)] == [INES.email, None]


def test_a_case_moves_to_the_team_that_helps_out_where_its_own_has_nobody(
    room: Handoff, clock: FakeClock
) -> None:
    opened(room, clock, text="my invoice is wrong")
    online(room, (LEO.email, "Leo"), teams=("support",), skills=("support",))
    settled(room)
    case = room.desk.case(1001)
    assert (case.team, case.agent, case.skills) == ("support", LEO.email, ("en", "support"))
    assert events(room)[0] == "Moved to Customer support: nobody of Payments and invoices is at the desk"


def test_a_deadline_that_is_near_is_warned_of_once_and_one_that_passes_breached_once(
    room: Handoff, clock: FakeClock
) -> None:
    opened(room, clock)
    for _ in range(65):
        clock.moves(MINUTE)
        settled(room)
    assert events(room) == [
        "Priority raised to high: nobody has taken it for half an hour",
        "The first reply is due in 3 min",
        "The first reply is late",
        "The time that the customer was promised has passed",
    ]
    assert [what for what in log(room) if what in ("due_soon", "breached")] == ["due_soon", "breached"]
    assert room.desk.case(1001).due_warned


def test_a_customer_is_told_when_the_time_they_were_promised_passes(room: Handoff, clock: FakeClock) -> None:
    opened(room, clock)
    assert room.intake.outlook("conv1-1").promised_by == clock.now() + 60 * MINUTE
    clock.moves(30 * MINUTE)
    settled(room)
    clock.moves(29 * MINUTE)
    settled(room)
    # It has been due since it was raised, and that is the agents' business.
    assert _all(room) == []
    clock.moves(MINUTE)
    settled(room)
    (late,) = _all(room)
    promised = room.intake.outlook("conv1-1").promised_by
    assert (late.kind, late.text) == ("late", promised.isoformat())
    assert promised > clock.now()


def test_a_wait_raises_the_priority_in_the_file_too(room: Handoff, clock: FakeClock) -> None:
    opened(room, clock)
    clock.moves(30 * MINUTE)
    settled(room)
    case = room.desk.case(1001)
    assert case.priority is Priority.HIGH
    assert case.priority_because == "High: nobody has taken it for half an hour."
    assert events(room)[0] == "Priority raised to high: nobody has taken it for half an hour"
    clock.moves(30 * MINUTE)
    settled(room)
    assert room.desk.case(1001).priority is Priority.HIGH


def test_a_snooze_that_is_over_brings_the_case_back(room: Handoff, clock: FakeClock) -> None:
    opened(room, clock)
    room.desk.claim(1001, INES)
    room.desk.snooze(1001, INES, clock.now() + 5 * MINUTE)
    clock.moves(4 * MINUTE)
    settled(room)
    assert room.desk.case(1001).status is CaseStatus.SNOOZED
    clock.moves(MINUTE)
    settled(room)
    assert room.desk.case(1001).status is CaseStatus.OPEN
    assert events(room)[-1] == "The snooze is over"


def test_a_round_leaves_the_audit_whole(room: Handoff, clock: FakeClock) -> None:
    opened(room, clock)
    online(room)
    settled(room)
    verdict = room.audit.verify()
    assert (verdict.broken_at, verdict.rows > 2) == (None, True)


def test_a_case_changed_between_the_look_and_the_round_is_decided_on_anew(
    room: Handoff, clock: FakeClock
) -> None:
    case = opened(room, clock)
    online(room)
    seen = room.desk.case(case.number)
    room.desk.claim(case.number, LEO)
    settled(room)
    now = room.desk.case(case.number)
    assert now.agent == LEO.email and replace(now, version=seen.version) != seen


def test_a_promise_that_falls_due_is_told_once_even_after_the_case_has_ended(
    room: Handoff, clock: FakeClock
) -> None:
    opened(room, clock)
    room.desk.claim(1001, INES)
    due = clock.now() + 2 * MINUTE
    room.desk.follow_up(1001, INES, due, "Ask the depot")
    room.desk.follow_up(1001, INES, due, "About the refund", "call_back", "+47 22 33 44 55")
    room.desk.follow_up_done(2, INES)
    room.desk.resolve(1001, INES, "solved")
    settled(room)
    assert "follow_up_due" not in log(room)
    clock.moves(2 * MINUTE)
    settled(room)
    clock.moves(2 * MINUTE)
    settled(room)
    assert log(room).count("follow_up_due") == 1
    assert events(room)[-1] == "The follow-up that Ines set is due: Ask the depot"
