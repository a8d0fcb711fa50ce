"""What a helpdesk outside is told: all of it, once, in order within a case, whatever happens meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.bridges import Changes
from handoff.bridges.errors import PeerAwayError
from handoff.bridges.owing import outside_email
from handoff.case import Case, CaseStatus
from handoff.floor.rules import Priority
from handoff.opening import Handoff
from handoff.verbs.agent import Agent
from tests.fakes import FakeClock
from tests.handoff.bridges.mirroring import Mirror, mirror_over
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import escalation
from tests.memory_helpdesk import AWAY, REFUSED, UNSURE

KIM = Agent(outside_email("memory", "7"), "Kim", frozenset({"supervisor"}))


@pytest.fixture
def mirror(room: Handoff, clock: FakeClock) -> Mirror:
    return mirror_over(room, clock)


@pytest.mark.engines
def test_a_new_case_is_opened_there_with_its_summary_and_all_that_was_said(mirror: Mirror) -> None:
    case = mirror.opens()
    mirror.drains()
    new = mirror.at_peer(case).new
    assert (new.handoff_id, new.number, new.customer.name) == (case.handoff_id, case.number, "Maya")
    assert new.note.startswith(f"#{case.number}") and "WANTS" in new.note
    assert [line.partition(" ")[2] for line in new.transcript.splitlines()[::3]] == [
        "09:40 Customer:",
        "09:40 Bot:",
        "09:41 Customer:",
    ]
    assert "My lamp is broken" in new.transcript
    assert new.desk_url == f"https://nettly.example/desk/cases/{case.number}"
    known = mirror.room.mirrored.by_key("memory", "1")
    assert known is not None and (known.case, known.controller, known.epoch) == (case.number, "peer", 1)


def test_cases_of_before_and_of_who_is_kept_away_are_not_mirrored(room: Handoff, clock: FakeClock) -> None:
    mirror = mirror_over(room, clock)
    room.mirrored.mirror(None)
    before = mirror.opens("c-0")
    room.desk.block(before.number, LEO, "swears")
    room.mirrored.mirror("memory")
    case = room.intake.open(escalation("c: human please", conversation="c-9", customer="visitor-c-0"))
    assert case.status is CaseStatus.RESOLVED
    mirror.says(before, "hello?")
    mirror.drains()
    assert mirror.helpdesk.asked == []


@pytest.mark.engines
def test_what_is_said_later_follows_in_order_each_as_what_it_is(mirror: Mirror) -> None:
    case = mirror.opens()
    mirror.says(case, "It is the blue one")
    mirror.room.desk.claim(case.number, INES)
    mirror.room.desk.note(case.number, INES, "A known fault")
    mirror.room.desk.reply(case.number, INES, "I send you a new one", "r1")
    mirror.room.desk.resolve(case.number, INES, "solved", "Sent a new lamp")
    mirror.drains()
    kept = mirror.at_peer(case)
    assert [(post.kind, post.text) for _, post in kept.posts] == [
        ("customer", "It is the blue one"),
        (
            "note",
            "Ines answers this case at our own desk. What is answered here does not reach the customer any "
            "more.",
        ),
        ("note", "A known fault"),
        ("agent", "I send you a new one"),
        ("note", "Sent a new lamp"),
        ("note", "Ines resolved the case: solved"),
    ]
    assert [post.author_name for _, post in kept.posts][:4:3] == ["Customer", "Ines"]
    assert kept.changes == [Changes(assignee="ines"), Changes(status=CaseStatus.RESOLVED)]


def test_nothing_that_came_from_there_is_sent_back(mirror: Mirror) -> None:
    case = mirror.opens()
    mirror.drains()
    desk = mirror.room.desk
    desk.claim(case.number, KIM)
    desk.reply(case.number, KIM, "Hello, this is Kim", "peer/msg:1")
    desk.note(case.number, KIM, "Angry one", "peer/msg:2")
    desk.label(case.number, KIM, ["lamp"])
    desk.resolve(case.number, KIM, "solved", "done")
    desk.reopen(case.number, KIM)
    mirror.drains()
    kept = mirror.at_peer(case)
    assert (kept.posts, kept.changes) == ([], [])
    known = mirror.room.mirrored.of_case(case.number)
    assert known is not None and (known.controller, known.epoch) == ("peer", 1)


def test_only_what_has_changed_is_set(mirror: Mirror) -> None:
    case = mirror.opens()
    desk = mirror.room.desk
    desk.label(case.number, INES, ["lamp", "warranty"])
    desk.set_priority(case.number, INES, "urgent", "The lamp burns")
    mirror.drains()
    assert mirror.at_peer(case).changes == [
        Changes(labels=("lamp", "warranty")),
        Changes(priority=Priority.URGENT),
    ]


def test_what_is_said_after_the_end_does_not_open_it_again(mirror: Mirror) -> None:
    case = mirror.opens()
    mirror.drains()
    mirror.room.desk.resolve(case.number, KIM, "solved")
    mirror.says(case, "thank you")
    mirror.drains()
    assert mirror.at_peer(case).posts == []


def test_who_answered_there_hears_that_it_did_not_reach_the_customer(mirror: Mirror) -> None:
    case = mirror.opens()
    mirror.drains()
    mirror.room.desk.claim(case.number, KIM)
    mirror.room.desk.reply(case.number, KIM, "Hello, this is Kim", "peer/msg:1")
    *_, reply = mirror.room.dispatches.lease()
    mirror.room.dispatches.park(reply.id, "its channel refuses it")
    mirror.drains()
    assert mirror.at_peer(case).texts() == ["Not delivered to the customer: its channel refuses it"]


def test_an_answer_that_was_lost_after_it_was_done_makes_nothing_twice(mirror: Mirror) -> None:
    mirror.helpdesk.breaks(UNSURE, deed="open")
    case = mirror.opens()
    mirror.says(case, "Are you there?")
    mirror.drains()
    mirror.waits(seconds=15)
    mirror.helpdesk.breaks(UNSURE, deed="post")
    mirror.says(case, "Hello?")
    mirror.drains()
    mirror.waits(seconds=15)
    assert list(mirror.helpdesk.cases) == [case.handoff_id]
    assert mirror.at_peer(case).texts() == ["Are you there?", "Hello?"]
    _, told = mirror.room.helpdesk.log(case.number)
    assert [[attempt.outcome for attempt in each.tries] for each in told] == [
        ["unsure", "found"],
        ["done"],
        ["unsure", "found"],
    ]


def test_what_nobody_knows_is_looked_for_however_long_looking_fails(mirror: Mirror) -> None:
    mirror.helpdesk.breaks(UNSURE, AWAY, AWAY)
    case = mirror.opens()
    mirror.drains()
    mirror.waits(minutes=2)
    assert list(mirror.helpdesk.cases) == [case.handoff_id]
    assert mirror.helpdesk.asked.count("open") == 1


@pytest.mark.engines
def test_down_for_an_hour_everything_arrives_once_and_in_order_when_it_is_back(mirror: Mirror) -> None:
    mirror.helpdesk.is_down()
    cases = [mirror.opens(f"c-{n}") for n in range(6)]
    mirror.drains()
    assert len(mirror.helpdesk.asked) - mirror.helpdesk.asked.count("health") <= 8
    for minute in range(0, 60, 5):
        mirror.clock.moves(timedelta(minutes=5))
        mirror.drains()
        mirror.says(cases[minute % 6], f"minute {minute}")
    asked = len(mirror.helpdesk.asked)
    mirror.waits(minutes=10)
    assert len(mirror.helpdesk.asked) - asked <= 60  # one in ten seconds
    mirror.helpdesk.is_up()
    mirror.waits(minutes=1)
    for n, case in enumerate(cases):
        said = [post.text for _, post in mirror.at_peer(case).posts if post.kind == "customer"]
        assert said == [f"minute {minute}" for minute in range(0, 60, 5) if minute % 6 == n]
    assert len(mirror.helpdesk.cases) == 6
    assert mirror.room.peers.peer("memory").failures == 0


def test_a_restart_while_it_is_down_does_not_ask_it_more_often(
    room: Handoff, clock: FakeClock, mirror: Mirror
) -> None:
    mirror.helpdesk.is_down()
    mirror.opens()
    mirror.drains()
    mirror.waits(minutes=5)
    again = mirror_over(room, clock)
    again.helpdesk.is_down()
    again.drains()
    again.waits(minutes=2)
    assert 1 <= len(again.helpdesk.asked) <= 12  # one in ten seconds


def test_it_is_left_alone_for_as_long_as_it_asks(mirror: Mirror) -> None:
    mirror.helpdesk.breaks(PeerAwayError("slow down", timedelta(minutes=2)))
    first, second = mirror.opens("c-1"), mirror.opens("c-2")
    mirror.sending._threads = 1
    mirror.drains()
    assert mirror.helpdesk.asked == ["open"]
    mirror.waits(seconds=105)
    assert mirror.helpdesk.asked == ["open"]
    mirror.waits(seconds=30)
    assert set(mirror.helpdesk.cases) == {first.handoff_id, second.handoff_id}


def test_one_thing_that_always_fails_is_parked_while_the_others_flow(mirror: Mirror) -> None:
    bad, good = mirror.opens("c-1"), mirror.opens("c-2")
    mirror.drains()
    mirror.says(bad, "\U0001f4a3")
    mirror.says(bad, "Hello?")
    poison = f"{bad.handoff_id}.{_entries(mirror, bad)[-2]}"
    mirror.helpdesk.fails = lambda deed, key: AWAY if key == poison and deed == "post" else None
    for n in range(20):
        mirror.says(good, f"word {n}")
        mirror.waits(minutes=1)
    assert mirror.at_peer(good).texts() == [f"word {n}" for n in range(20)]
    [parked] = mirror.room.helpdesk.parked()
    assert (parked.case, parked.attempts) == (bad.number, 8)
    assert "Hello?" in mirror.at_peer(bad).texts()
    mirror.helpdesk.is_up()
    mirror.room.helpdesk.replay(parked.id, LEO)
    mirror.drains()
    assert "\U0001f4a3" in mirror.at_peer(bad).texts()


def _entries(mirror: Mirror, case: Case) -> list[int]:
    return [entry.seq for entry in mirror.room.desk.thread(case.number) if entry.author == "customer"]


def test_one_that_fails_alone_is_parked_too(mirror: Mirror) -> None:
    case = mirror.opens()
    mirror.drains()
    mirror.room.desk.note(case.number, INES, "poison")
    mirror.helpdesk.fails = lambda deed, key: AWAY
    mirror.waits(minutes=10)
    [parked] = mirror.room.helpdesk.parked()
    assert parked.why.startswith("no connection")
    assert "Not delivered to Memory: no connection" in mirror.room.desk.thread(case.number)[-1].text


def test_a_bridge_that_fails_by_itself_holds_up_no_other_case(mirror: Mirror) -> None:
    case = mirror.opens("c-1")

    def broken(deed: str, key: str) -> None:
        if key.startswith("c-1"):
            raise ZeroDivisionError

    mirror.helpdesk.during = broken
    other = mirror.opens("c-2")
    mirror.drains()
    assert list(mirror.helpdesk.cases) == [other.handoff_id]
    mirror.helpdesk.during = lambda deed, key: None
    mirror.waits(minutes=1)
    assert set(mirror.helpdesk.cases) == {case.handoff_id, other.handoff_id}


def test_what_a_process_that_died_was_at_is_looked_for_first(
    room: Handoff, clock: FakeClock, mirror: Mirror
) -> None:
    case = mirror.opens()
    queue = mirror.sending._queue
    [item] = queue.lease(1, clock.now(), clock.now() + timedelta(seconds=15))
    mirror.helpdesk.open_case(mirror.sending._composing.new_case(item), item.key)
    mirror.drains()
    assert mirror.helpdesk.asked == ["open"]  # nobody else's while the lease holds
    mirror.waits(seconds=15)
    assert mirror.helpdesk.asked == ["open", "find_case"]
    assert list(mirror.helpdesk.cases) == [case.handoff_id]


def test_a_case_has_one_sender_and_several_cases_are_told_at_once(mirror: Mirror, clock: FakeClock) -> None:
    cases = [mirror.opens(f"c-{n}") for n in range(3)]
    mirror.drains()
    for case in cases:
        mirror.says(case, "one", "two")
    queue, until = mirror.sending._queue, clock.now() + timedelta(seconds=15)
    leased = queue.lease(10, clock.now(), until)
    assert sorted(item.case for item in leased) == [case.number for case in cases]
    assert queue.lease(10, clock.now(), until) == ()


def test_what_is_refused_is_parked_at_once_with_the_reason(mirror: Mirror) -> None:
    case = mirror.opens()
    mirror.drains()
    mirror.helpdesk.breaks(REFUSED)
    mirror.room.desk.note(case.number, INES, "odd")
    mirror.drains()
    [parked] = mirror.room.helpdesk.parked()
    assert (parked.attempts, parked.why) == (1, REFUSED.says)
    known = mirror.room.mirrored.of_case(case.number)
    assert known is not None and known.controller == "peer"  # a note of ours is not worth a change of hands


def test_a_lease_that_is_kept_up_lasts_and_what_an_old_one_has_left_is_looked_for(
    mirror: Mirror, clock: FakeClock
) -> None:
    mirror.opens()
    queue, within = mirror.sending._queue, timedelta(seconds=15)
    [item] = queue.lease(1, clock.now(), clock.now() + within)
    clock.moves(timedelta(seconds=10))
    queue.renew([item.id], clock.now() + within)
    clock.moves(timedelta(seconds=10))
    assert queue.lease(1, clock.now(), clock.now() + within) == ()
    clock.moves(timedelta(seconds=5))
    [again] = queue.lease(1, clock.now(), clock.now() + within)
    assert (item.look, again.look) == (False, True)
