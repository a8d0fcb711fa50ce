"""Whose a case is: assigned, taken over, handed over, escalated to a lead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from handoff.case import Case
from handoff.errors import (
    CannotHoldError,
    EmptyTextError,
    HandoffError,
    NoLeadError,
    NotAllowedError,
    NoTeamError,
    NotYoursError,
    ReadOnlyError,
    ShapeError,
    TakenError,
)
from handoff.opening import Handoff
from handoff.verbs.agent import Agent
from handoff.verbs.change import Follower
from handoff.verbs.handing import lead_for
from tests.fakes import FakeClock
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import MONDAY, escalation

SAM = Agent("sam@nettly.example", "Sam", frozenset({"supervisor"}))
QUIN = Agent("quin@nettly.example", "Quin", frozenset({"quality_analyst"}))


@pytest.fixture
def case(room: Handoff) -> Case:
    return room.intake.open(escalation("c: human please, my invoice is wrong"))


@pytest.fixture
def held(room: Handoff, case: Case) -> Case:
    return room.desk.claim(case.number, INES)


def told(room: Handoff) -> list[tuple[str, str, str | None]]:
    return [(each.kind, each.author_name, each.holder) for each in room.dispatches.lease()]


def last(room: Handoff, ref: int = 1001) -> str:
    return room.desk.thread(ref)[-1].text


def test_the_holder_gives_a_case_to_a_colleague(room: Handoff, held: Case, clock: FakeClock) -> None:
    clock.moves(timedelta(minutes=4))
    given = room.desk.assign(held.number, INES, LEO)
    assert (given.agent, given.agent_name, given.held_how) == (LEO.email, "Leo", "handed_over")
    assert (given.held_since, given.claimed_at) == (MONDAY + timedelta(minutes=4), MONDAY)
    assert last(room) == "Ines assigned the case to Leo"
    assert room.desk.queue("mine", agent=INES.email) == ()


def test_a_customer_is_told_whom_they_are_transferred_to_after_who_joined(room: Handoff, held: Case) -> None:
    room.desk.assign(held.number, INES, LEO)
    assert told(room) == [("joined", "Ines", "agent"), ("transferred", "Leo", "agent")]


def test_a_supervisor_gives_nobodys_case_to_an_agent_who_joins(room: Handoff, case: Case) -> None:
    given = room.desk.assign(case.number, SAM, LEO)
    assert given.agent == LEO.email
    assert told(room) == [("joined", "Leo", "agent")]


def test_a_supervisor_takes_over_and_who_had_it_goes_on_reading(room: Handoff, held: Case) -> None:
    taken = room.desk.assign(held.number, SAM, SAM)
    assert taken.agent == SAM.email
    assert last(room) == "Sam took the case over from Ines"
    assert room.desk.followers(held.number) == (Follower(INES.email, "Ines"),)


def test_an_agent_takes_nobodys_case_by_assigning_it_to_themselves(room: Handoff, case: Case) -> None:
    assert room.desk.assign(case.number, INES, INES).held_how == "claimed"


def test_assigning_a_case_to_who_has_it_changes_nothing(room: Handoff, held: Case) -> None:
    assert room.desk.assign(held.number, SAM, INES) == held


def test_even_a_supervisor_who_claims_is_told_who_was_faster(room: Handoff, held: Case) -> None:
    with pytest.raises(TakenError, match="Ines"):
        room.desk.claim(held.number, SAM)


@pytest.mark.parametrize("to", [QUIN, Agent("eva@nettly.example", "Eva", frozenset({"editor"}))])
def test_who_only_reads_is_given_nothing(room: Handoff, held: Case, to: Agent) -> None:
    with pytest.raises(CannotHoldError, match=to.name):
        room.desk.assign(held.number, INES, to)
    assert room.desk.case(held.number) == held


def test_a_colleague_gets_a_case_with_a_note(room: Handoff, held: Case) -> None:
    room.desk.hand_over(held.number, INES, "She has sent the invoice.", to_agent=LEO)
    note, event = room.desk.thread(held.number)[-2:]
    assert (note.kind, note.author, note.text) == ("note", INES.email, "She has sent the invoice.")
    assert (event.kind, event.text) == ("event", "Ines handed the case over to Leo")


def test_a_team_gets_a_case_into_its_queue(room: Handoff, held: Case, clock: FakeClock) -> None:
    clock.moves(timedelta(minutes=4))
    queued = room.desk.hand_over(held.number, INES, "A fault after all.", to_team="technical")
    assert (queued.team, queued.agent, queued.held_since) == ("technical", None, None)
    assert set(room.rules().team("technical").skills) <= set(queued.skills)
    assert (queued.waiting_since, queued.first_reply_by) == (held.waiting_since, held.first_reply_by)
    assert told(room)[1:] == [("transferred", room.rules().team("technical").title("en"), "queue")]


def test_handing_nobodys_case_to_its_own_team_changes_nothing(room: Handoff, case: Case) -> None:
    assert room.desk.hand_over(case.number, SAM, to_team=case.team) == case


def test_anybody_sends_on_what_came_to_the_wrong_team(room: Handoff, case: Case) -> None:
    assert room.desk.hand_over(case.number, LEO, to_team="technical").team == "technical"


def test_a_team_that_is_not_there_is_named_with_those_that_are(room: Handoff, held: Case) -> None:
    with pytest.raises(NoTeamError, match="technical"):
        room.desk.hand_over(held.number, INES, to_team="nobody")


def test_a_case_is_handed_to_one_and_not_to_two(room: Handoff, held: Case) -> None:
    with pytest.raises(ShapeError):
        room.desk.hand_over(held.number, INES, to_agent=LEO, to_team="technical")
    with pytest.raises(ShapeError):
        room.desk.hand_over(held.number, INES)


def test_an_escalation_to_a_lead_takes_all_four_steps_at_once(room: Handoff, held: Case) -> None:
    room.dispatches.done(room.dispatches.lease()[0].id)
    end = room.desk.log_end()
    led = room.desk.escalate_to_lead(
        held.number, INES, "The invoice is charged twice.", "Checked both payments.", SAM
    )
    note, event = room.desk.thread(held.number)[-2:]
    assert note.kind == "note"
    assert note.text == "Problem: The invoice is charged twice.\n\nSteps taken: Checked both payments."
    assert (event.text, led.agent) == ("Ines escalated the case to Sam", SAM.email)
    assert [row.what for row in room.desk.log(end)] == ["escalated"]
    assert told(room) == [("transferred", "Sam", "agent")]
    assert room.desk.followers(held.number) == (Follower(INES.email, "Ines"),)
    assert room.desk.note(held.number, INES, "She wrote to me again.").kind == "note"


@pytest.mark.parametrize(("problem", "steps"), [("", "Checked."), ("Twice.", " \n"), ("\0", "Checked.")])
def test_an_escalation_without_its_words_is_refused(
    room: Handoff, held: Case, problem: str, steps: str
) -> None:
    with pytest.raises(EmptyTextError):
        room.desk.escalate_to_lead(held.number, INES, problem, steps, SAM)
    assert room.desk.case(held.number) == held


def test_the_lead_is_somebody_else(held: Case) -> None:
    admin = Agent("ada@nettly.example", "Ada", frozenset({"admin"}))
    assert lead_for(held, INES, [SAM, admin]) == SAM
    assert lead_for(held, SAM, [SAM, admin]) == admin
    with pytest.raises(NoLeadError):
        lead_for(held, SAM, [SAM, LEO])


def test_a_follower_who_gets_the_case_holds_it_and_no_longer_follows(room: Handoff, held: Case) -> None:
    room.desk.follow(held.number, LEO)
    room.desk.assign(held.number, INES, LEO)
    assert room.desk.followers(held.number) == ()


def test_following_twice_is_following_once(room: Handoff, held: Case) -> None:
    once = room.desk.follow(held.number, LEO)
    assert room.desk.follow(held.number, LEO) == once
    room.desk.follow(held.number, LEO, False)
    assert room.desk.followers(held.number) == ()
    assert last(room) == "Leo no longer follows the case"


VERBS: dict[str, Callable[[Handoff, Agent], object]] = {
    "release": lambda room, by: room.desk.release(1001, by),
    "assign": lambda room, by: room.desk.assign(1001, by, LEO),
    "hand over": lambda room, by: room.desk.hand_over(1001, by, to_team="technical"),
    "escalate": lambda room, by: room.desk.escalate_to_lead(1001, by, "It fails.", "Tried twice.", SAM),
    "reply": lambda room, by: room.desk.reply(1001, by, "Hello", f"r-{by.name}"),
    "snooze": lambda room, by: room.desk.snooze(1001, by, until_reply=True),
    "label": lambda room, by: room.desk.label(1001, by, ["vip"]),
    "priority": lambda room, by: room.desk.set_priority(1001, by, "low", "It can wait."),
    "merge": lambda room, by: room.desk.merge(1001, by, 1002, same_person=True),
    "spam": lambda room, by: room.desk.spam(1001, by),
    "block": lambda room, by: room.desk.block(1001, by, "Insults."),
    "resolve": lambda room, by: room.desk.resolve(1001, by, "solved"),
    "return": lambda room, by: room.desk.return_to_bot(1001, by),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_what_a_colleague_holds_is_theirs_and_a_supervisors(
    room: Handoff, held: Case, verb: Callable[[Handoff, Agent], object]
) -> None:
    room.intake.open(escalation("c: human please", conversation="other"))
    thread = room.desk.thread(held.number)
    with pytest.raises(NotYoursError, match="Ines holds it") as refused:
        verb(room, LEO)
    assert refused.value.status == 409
    with pytest.raises(ReadOnlyError) as unread:
        verb(room, QUIN)
    assert unread.value.status == 403
    assert room.desk.thread(held.number) == thread
    verb(room, SAM)
    assert room.desk.thread(held.number) != thread


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_a_resolved_case_is_worked_on_by_nobody(
    room: Handoff, held: Case, verb: Callable[[Handoff, Agent], object]
) -> None:
    room.intake.open(escalation("c: human please", conversation="other"))
    room.desk.resolve(held.number, INES, "solved")
    if verb in (VERBS["label"], VERBS["block"]):  # what is said of it, and of its customer
        verb(room, LEO)
        assert room.desk.case(held.number).status == "resolved"
    else:
        with pytest.raises((NotAllowedError, HandoffError)):
            verb(room, INES)


def test_who_only_reads_may_read(room: Handoff, held: Case) -> None:
    assert room.desk.queue("all", agent=QUIN.email) == (held,)
    with pytest.raises(ReadOnlyError):
        room.desk.note(held.number, QUIN, "Seen.")
    with pytest.raises(ReadOnlyError):
        room.desk.claim(held.number, QUIN)
