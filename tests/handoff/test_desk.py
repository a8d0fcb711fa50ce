from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from config.settings import Settings
from handoff.case import Case, CaseStatus, Outcome
from handoff.desk import TEXT_CHARACTERS, Agent, Desk
from handoff.errors import (
    ClientIdReusedError,
    EmptyTextError,
    HandoffError,
    NoCaseError,
    NotAllowedError,
    NotYoursError,
    TakenError,
    TextTooLongError,
    UnknownOutcomeError,
)
from handoff.escalation import Line
from handoff.opening import Handoff, open_handoff
from tests.fakes import FakeClock
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import MONDAY, escalation

pytestmark = pytest.mark.engines


@pytest.fixture
def case(room: Handoff) -> Case:
    return room.intake.open(escalation("c: human please"))


def test_a_claimed_case_is_the_agents(room: Handoff, case: Case) -> None:
    claimed = room.desk.claim(case.number, INES)
    assert (claimed.agent, claimed.agent_name, claimed.claimed_at) == (INES.email, "Ines", MONDAY)
    assert room.desk.thread(case.number)[-1].text == "Ines claimed the case"


def test_claiming_ones_own_case_changes_nothing(room: Handoff, case: Case) -> None:
    claimed = room.desk.claim(case.number, INES)
    assert room.desk.claim(case.number, INES) == claimed


def test_the_second_to_claim_is_told_who_was_first(room: Handoff, case: Case) -> None:
    room.desk.claim(case.number, INES)
    with pytest.raises(TakenError, match="Ines has taken case #1001") as taken:
        room.desk.claim(case.number, LEO)
    assert (taken.value.holder, taken.value.holder_name, taken.value.status) == (INES.email, "Ines", 409)


def test_of_many_claims_at_once_one_wins(
    room: Handoff, case: Case, settings: Settings, clock: FakeClock
) -> None:
    # Half of them come through a second opening of the folder, as another process's would.
    other = open_handoff(settings, clock)
    won: list[str] = []
    told: list[str] = []

    def race(desk: Desk, agent: Agent) -> None:
        try:
            won.append(desk.claim(case.number, agent).agent or "")
        except TakenError as error:
            told.append(error.holder)

    threads = [
        threading.Thread(target=race, args=((room, other)[i % 2].desk, Agent(f"a{i}@x.no", f"A{i}")))
        for i in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert len(won) == 1
    assert told == won * 11


def test_a_released_case_waits_again(room: Handoff, case: Case) -> None:
    room.desk.claim(case.number, INES)
    released = room.desk.release(case.number, INES)
    assert (released.agent, released.waiting_since) == (None, case.waiting_since)
    assert room.desk.claim(case.number, LEO).agent == LEO.email


def test_a_reply_is_written_once_however_often_it_is_sent(room: Handoff, case: Case) -> None:
    room.desk.claim(case.number, INES)
    first = room.desk.reply(case.number, INES, " Hello Maya \n", "r1")
    assert room.desk.reply(case.number, INES, "Hello Maya", "r1") == first
    assert (first.kind, first.text, first.number) == ("reply", "Hello Maya", None)
    assert [entry.kind for entry in room.desk.thread(case.number)].count("reply") == 1


def test_a_client_id_used_for_another_text_is_refused(room: Handoff, case: Case) -> None:
    room.desk.claim(case.number, INES)
    room.desk.reply(case.number, INES, "Hello", "r1")
    with pytest.raises(ClientIdReusedError):
        room.desk.reply(case.number, INES, "Goodbye", "r1")


def test_the_first_reply_meets_its_deadline_and_the_resolution_is_next(
    room: Handoff, case: Case, clock: FakeClock
) -> None:
    room.desk.claim(case.number, INES)
    clock.moves(timedelta(minutes=3))
    room.desk.reply(case.number, INES, "Hello", "r1")
    replied = room.desk.case(case.number)
    assert (replied.first_reply_by, replied.first_replied_at) == (None, clock.now())
    assert (replied.due_by, replied.unread, replied.waiting_since) == (case.resolve_by, 0, None)


@pytest.mark.parametrize(
    "verb",
    [
        lambda desk: desk.reply(1001, INES, "Hello", "r1"),
        lambda desk: desk.release(1001, INES),
        lambda desk: desk.resolve(1001, INES, "solved"),
        lambda desk: desk.return_to_bot(1001, INES),
    ],
    ids=["reply", "release", "resolve", "return"],
)
def test_only_the_holder_may(room: Handoff, case: Case, verb: Callable[[Desk], object]) -> None:
    with pytest.raises(NotYoursError, match="nobody holds it; claim it first"):
        verb(room.desk)
    room.desk.claim(case.number, LEO)
    with pytest.raises(NotYoursError, match="Leo holds it"):
        verb(room.desk)
    assert [entry.kind for entry in room.desk.thread(1001)] == ["line", "event", "event"]


def test_anyone_may_leave_a_note_and_nobody_outside_is_told(room: Handoff, case: Case) -> None:
    note = room.desk.note(case.number, LEO, "Known fault in 2.4.1")
    assert (note.kind, note.author, note.name) == ("note", LEO.email, "Leo")
    assert room.dispatches.lease() == ()


@pytest.mark.parametrize("text", ["", "  \n ", "\0"])
def test_an_empty_reply_is_refused(room: Handoff, case: Case, text: str) -> None:
    room.desk.claim(case.number, INES)
    with pytest.raises(EmptyTextError):
        room.desk.reply(case.number, INES, text, "r1")


def test_a_reply_above_the_limit_is_refused(room: Handoff, case: Case) -> None:
    room.desk.claim(case.number, INES)
    with pytest.raises(TextTooLongError, match="8,001 characters"):
        room.desk.reply(case.number, INES, "x" * (TEXT_CHARACTERS + 1), "r1")


def test_a_resolved_case_says_how_it_ended(room: Handoff, case: Case, clock: FakeClock) -> None:
    room.desk.claim(case.number, INES)
    resolved = room.desk.resolve(case.number, INES, "solved", "Sent a new hub.")
    assert (resolved.status, resolved.outcome) == (CaseStatus.RESOLVED, Outcome.SOLVED)
    assert (resolved.resolved_at, resolved.waiting_since) == (clock.now(), None)
    assert [(entry.kind, entry.text) for entry in room.desk.thread(case.number)][-2:] == [
        ("note", "Sent a new hub."),
        ("event", "Ines resolved the case: solved"),
    ]


@pytest.mark.parametrize("outcome", ["returned", "great", ""])
def test_an_unknown_outcome_is_refused(room: Handoff, case: Case, outcome: str) -> None:
    room.desk.claim(case.number, INES)
    with pytest.raises(UnknownOutcomeError, match="choose one of solved"):
        room.desk.resolve(case.number, INES, outcome)


def test_a_resolved_case_takes_no_more_replies(room: Handoff, case: Case) -> None:
    room.desk.claim(case.number, INES)
    room.desk.resolve(case.number, INES, "solved")
    with pytest.raises(NotAllowedError, match="#1001 is resolved"):
        room.desk.reply(case.number, INES, "One more thing", "r1")
    with pytest.raises(NotAllowedError):
        room.desk.claim(case.number, LEO)


def test_a_case_goes_back_to_the_bot(room: Handoff, case: Case) -> None:
    room.desk.claim(case.number, INES)
    returned = room.desk.return_to_bot(case.number, INES, "Refund is booked.")
    assert (returned.status, returned.outcome) == (CaseStatus.RESOLVED, Outcome.RETURNED)


def test_the_queue_is_by_deadline_then_priority_then_age(room: Handoff, clock: FakeClock) -> None:
    for name, text in (
        ("normal", "my invoice"),
        ("urgent", "my account was hacked"),
        ("low", "question"),
        ("second", "my invoice"),
    ):
        intents = (("warranty", 0.9),) if name == "low" else ()
        room.intake.open(escalation(f"c: {text}", conversation=name, intents=intents))
    assert [case.conversation_id for case in room.desk.queue()] == ["urgent", "normal", "second", "low"]


def test_the_views_of_the_queue(room: Handoff) -> None:
    for name in ("mine", "theirs", "free"):
        room.intake.open(escalation("c: my invoice is wrong", conversation=name))
    room.desk.claim("mine-1", INES)
    room.desk.claim("theirs-1", LEO)

    def names(cases: tuple[Case, ...]) -> list[str]:
        return [case.conversation_id for case in cases]

    assert names(room.desk.queue("mine", agent=INES.email)) == ["mine"]
    assert names(room.desk.queue("mine")) == []
    assert names(room.desk.queue("unassigned")) == ["free"]
    assert names(room.desk.queue("all")) == ["mine", "theirs", "free"]
    assert names(room.desk.queue(team="technical")) == []
    room.desk.resolve("mine-1", INES, "solved")
    assert names(room.desk.queue()) == ["theirs", "free"]
    assert names(room.desk.queue(include_resolved=True)) == ["theirs", "free", "mine"]


@pytest.mark.parametrize("ref", [1001, "1001", "#1001", "conv1-1"])
def test_a_case_is_found_by_number_and_by_handoff_id(room: Handoff, case: Case, ref: int | str) -> None:
    assert room.desk.case(ref) == case


@pytest.mark.parametrize("ref", [7, "7", "nobody-1", "", "²"])
def test_a_case_that_is_not_there_is_an_error_that_helps(room: Handoff, case: Case, ref: int | str) -> None:
    with pytest.raises(NoCaseError, match="handoff queue --all"):
        room.desk.case(ref)


def test_the_thread_is_read_from_a_cursor(room: Handoff, case: Case) -> None:
    room.desk.note(case.number, INES, "one")
    assert [entry.text for entry in room.desk.thread(case.number, after=2)] == ["one"]
    assert [entry.seq for entry in room.desk.thread(case.number)] == [1, 2, 3]


def test_every_change_is_in_the_desks_log(room: Handoff, case: Case) -> None:
    room.desk.claim(case.number, INES)
    room.desk.reply(case.number, INES, "Hello", "r1")
    room.intake.hear("conv1-1", [Line(2, "customer", "hi", MONDAY)])
    assert [row.what for row in room.desk.log(0)] == [
        "opened",
        "claimed",
        "replied",
        "customer_wrote",
        "summarised",
    ]
    assert [row.what for row in room.desk.log(2, limit=1)] == ["replied"]
    assert room.desk.log_end() == 5


def test_what_was_refused_is_not_in_the_log(room: Handoff, case: Case) -> None:
    with pytest.raises(HandoffError):
        room.desk.reply(case.number, INES, "Hello", "r1")
    assert room.desk.log_end() == 1


def test_a_change_rings_the_desk_and_the_case(room: Handoff, case: Case) -> None:
    bell = room.database.doorbell
    before = {topic: bell.count(topic) for topic in ("desk", "dispatches", "case:1001")}
    room.desk.claim(case.number, INES)
    assert all(bell.count(topic) > count for topic, count in before.items())


def test_the_days_figures_count_from_a_moment(room: Handoff, case: Case, clock: FakeClock) -> None:
    room.desk.claim(case.number, INES)
    room.desk.resolve(case.number, INES, "solved")
    assert room.desk.day(MONDAY) == (1, 1)
    assert room.desk.day(MONDAY + timedelta(seconds=1)) == (0, 0)
