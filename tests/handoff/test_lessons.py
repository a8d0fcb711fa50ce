"""What resolved cases teach: the ask, the replies without the customer in them, and agents' time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.case import Case
from handoff.escalation import Customer, Escalation, Line, Reason
from handoff.opening import Handoff
from tests.fakes import FakeClock
from tests.handoff.conftest import INES

pytestmark = pytest.mark.engines

ASKED = "can I paint the porch camera white?"


def case_of(room: Handoff, clock: FakeClock, asked: str = ASKED, name: str = "maya") -> Case:
    now = clock.now()
    return room.intake.open(
        Escalation(
            conversation_id=name,
            episode=1,
            channel="web",
            page=None,
            started_at=now,
            escalated_at=now,
            customer=Customer(name, "Maya Berg", None, False, "en"),
            reason=Reason.NO_ANSWER,
            because="two questions in a row",
            trigger=(2,),
            decided_by="rule",
            language="en",
            lines=(Line(1, "bot", "Hello, I am a bot.", now), Line(2, "customer", asked, now)),
        )
    )


def replies(room: Handoff, clock: FakeClock, case: Case, *said: tuple[int, str]) -> None:
    """Claimed at once; each reply so many minutes after the one before."""
    room.desk.claim(case.number, INES)
    for place, (minutes, text) in enumerate(said):
        clock.moves(timedelta(minutes=minutes))
        room.desk.reply(case.number, INES, text, f"r{place}")


def test_a_resolved_case_teaches_its_question_and_its_replies(room: Handoff, clock: FakeClock) -> None:
    case = case_of(room, clock)
    replies(room, clock, case, (3, "Hello Maya, use water-based paint. I saw it on NT-10427."))
    assert room.lessons.since(0)[1] == ()  # not resolved yet
    clock.moves(timedelta(minutes=2))
    room.desk.resolve(case.number, INES, "solved")
    place, [lesson] = room.lessons.since(0)
    assert (lesson.case, lesson.question, lesson.asked_in) == (case.number, ASKED, (2,))
    assert [said.text for said in lesson.replies] == [
        "Hello [name], use water-based paint. I saw it on [order number]."
    ]
    assert (lesson.minutes, lesson.outcome, lesson.reason) == (5.0, "solved", "no_answer")
    assert room.lessons.since(place) == (place, ())


def test_a_pause_counts_ten_minutes_at_most(room: Handoff, clock: FakeClock) -> None:
    case = case_of(room, clock)
    replies(room, clock, case, (2, "One moment please, I ask a colleague."), (180, "You may paint it."))
    room.desk.resolve(case.number, INES, "solved")
    assert room.lessons.since(0)[1][0].minutes == 12.0


def test_a_reply_gets_its_number_once_it_is_delivered(room: Handoff, clock: FakeClock) -> None:
    case = case_of(room, clock)
    replies(room, clock, case, (1, "Use water-based paint on the housing."))
    room.desk.resolve(case.number, INES, "solved")
    place, [before] = room.lessons.since(0)
    for dispatch in room.dispatches.lease():
        room.dispatches.done(dispatch.id, 4 if dispatch.kind == "reply" else None)
    _, [after] = room.lessons.since(place)
    assert (before.replies[0].number, after.replies[0].number) == (None, 4)


def test_of_several_wishes_the_one_that_says_something_is_the_question(
    room: Handoff, clock: FakeClock
) -> None:
    case = case_of(room, clock, "can I paint the porch camera white? and that?")
    replies(room, clock, case, (1, "Use water-based paint on the housing."))
    room.desk.resolve(case.number, INES, "solved")
    assert "paint the porch camera" in room.lessons.since(0)[1][0].question


def test_a_case_that_goes_back_to_the_bot_teaches_too_and_once(room: Handoff, clock: FakeClock) -> None:
    case = case_of(room, clock)
    replies(room, clock, case, (1, "Use water-based paint on the housing."))
    room.desk.return_to_bot(case.number, INES)
    place, [first] = room.lessons.since(0)
    assert first.outcome == "returned"
    assert room.lessons.since(place)[1] == ()
