"""Spam, blocked customers, and cases that begin again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.case import Case, CaseStatus, Outcome
from handoff.errors import (
    EmptyTextError,
    MomentError,
    NotAllowedError,
    NotBlockedError,
    OpenElsewhereError,
)
from handoff.escalation import Line
from handoff.opening import Handoff
from handoff.verbs.agent import Agent
from tests.fakes import FakeClock
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import MONDAY, escalation

pytestmark = pytest.mark.engines

SAM = Agent("sam@nettly.example", "Sam", frozenset({"supervisor"}))


@pytest.fixture
def held(room: Handoff) -> Case:
    room.intake.open(escalation("c: human please", customer="maya"))
    return room.desk.claim(1001, INES)


def told(room: Handoff) -> list[str]:
    """All that customers are told, in order."""
    kinds: list[str] = []
    while due := room.dispatches.lease():
        for each in due:
            kinds.append(each.kind)
            room.dispatches.done(each.id)
    return kinds


def test_spam_ends_and_its_sender_is_told_only_that(room: Handoff, held: Case) -> None:
    ended = room.desk.spam(held.number, INES)
    assert (ended.status, ended.outcome) == (CaseStatus.RESOLVED, Outcome.SPAM)
    assert told(room) == ["joined", "ended"]
    assert room.desk.blocks() == ()


def test_a_case_resolved_as_spam_is_spam(room: Handoff, held: Case) -> None:
    room.desk.resolve(held.number, INES, "spam", "Casino links.")
    assert told(room) == ["joined", "ended"]
    assert [entry.text for entry in room.desk.thread(held.number)[-2:]] == [
        "Casino links.",
        "Ines marked the case as spam",
    ]


def test_anybody_may_throw_out_spam_that_nobody_has(room: Handoff) -> None:
    room.intake.open(escalation("c: win money"))
    assert room.desk.spam(1001, LEO).outcome is Outcome.SPAM


def test_a_blocked_customer_is_listed_with_the_reason(room: Handoff, held: Case) -> None:
    room.desk.block(held.number, INES, "Threats against Leo.")
    [block] = room.desk.blocks()
    assert (block.customer_id, block.because, block.by_name) == ("maya", "Threats against Leo.", "Ines")
    assert (block.case, block.until, block.lifted_at) == (held.number, None, None)
    assert room.desk.block_of(held) == block


def test_all_open_cases_of_a_blocked_customer_end(room: Handoff, held: Case) -> None:
    room.intake.open(escalation("c: and this", conversation="second", customer="maya"))
    room.intake.open(escalation("c: me too", conversation="third", customer="arne"))
    room.desk.block(held.number, INES, "Threats.")
    assert [case.conversation_id for case in room.desk.queue()] == ["third"]
    assert sorted(told(room)) == ["ended", "ended", "joined"]
    assert room.desk.thread(1002)[-1].text == "Ines blocked the customer for case #1001"


def test_a_blocked_customers_escalation_is_nobodys_work(room: Handoff, held: Case) -> None:
    room.desk.block(held.number, INES, "Threats.")
    told(room)
    case = room.intake.open(escalation("c: human!", conversation="again", customer="maya"))
    assert (case.status, case.outcome) == (CaseStatus.RESOLVED, Outcome.SPAM)
    assert room.desk.queue() == ()
    assert told(room) == ["ended"]
    assert room.intake.open(escalation("c: human!", conversation="again", customer="maya")) == case
    assert room.intake.open(escalation("c: hi", conversation="else", customer="arne")).status == "open"


def test_a_customer_who_is_let_in_again_is_heard(room: Handoff, held: Case) -> None:
    room.desk.block(held.number, INES, "Threats.")
    room.desk.unblock(held.number, LEO)
    assert room.desk.blocks() == ()
    assert room.intake.open(escalation("c: sorry", conversation="again", customer="maya")).status == "open"
    with pytest.raises(NotBlockedError):
        room.desk.unblock(held.number, LEO)


def test_a_block_ends_by_itself_where_it_was_for_a_time(room: Handoff, held: Case, clock: FakeClock) -> None:
    room.desk.block(held.number, INES, "To cool down.", MONDAY + timedelta(days=1))
    clock.moves(timedelta(hours=23))
    assert len(room.desk.blocks()) == 1
    clock.moves(timedelta(hours=1))
    assert room.desk.blocks() == ()
    assert room.intake.open(escalation("c: hello", conversation="again", customer="maya")).status == "open"


def test_a_block_that_is_set_anew_is_the_one_that_counts(room: Handoff, held: Case) -> None:
    room.desk.block(held.number, INES, "Threats.")
    room.desk.block(held.number, INES, "For a day.", MONDAY + timedelta(days=1))
    assert [each.because for each in room.desk.blocks()] == ["For a day."]


def test_a_resolved_cases_customer_is_blocked_and_the_case_stays_as_it_was(room: Handoff, held: Case) -> None:
    room.desk.resolve(held.number, INES, "solved")
    room.desk.block(held.number, LEO, "Insults afterwards.")
    assert room.desk.case(held.number).outcome is Outcome.SOLVED
    assert told(room) == ["joined", "resolved"]


def test_a_block_needs_a_reason_and_a_time_to_come(room: Handoff, held: Case) -> None:
    with pytest.raises(EmptyTextError):
        room.desk.block(held.number, INES, " ")
    with pytest.raises(MomentError):
        room.desk.block(held.number, INES, "Threats.", MONDAY)
    assert room.desk.case(held.number) == held


# Beginning again


def test_a_reopened_case_is_theirs_who_reopens_it(room: Handoff, held: Case, clock: FakeClock) -> None:
    room.desk.resolve(held.number, INES, "not_solved")
    clock.moves(timedelta(days=2))
    again = room.desk.reopen(held.number, LEO, "She called.")
    assert (again.status, again.agent, again.outcome, again.resolved_at) == ("open", LEO.email, None, None)
    assert again.resolve_by > clock.now()
    assert again.first_reply_by is not None and again.first_reply_by > clock.now()
    assert (again.handoff_id, again.claimed_at) == (held.handoff_id, held.claimed_at)
    assert told(room) == ["joined", "resolved", "reopened"]
    assert [entry.text for entry in room.desk.thread(held.number)[-2:]] == [
        "She called.",
        "Leo reopened the case",
    ]


def test_a_customer_who_was_answered_is_owed_no_first_reply_again(room: Handoff, held: Case) -> None:
    room.desk.reply(held.number, INES, "Hello", "r1")
    room.desk.resolve(held.number, INES, "solved")
    assert room.desk.reopen(held.number, INES).first_reply_by is None


def test_an_open_case_is_not_reopened(room: Handoff, held: Case) -> None:
    with pytest.raises(NotAllowedError):
        room.desk.reopen(held.number, INES)


def test_a_conversation_that_goes_on_elsewhere_is_named(room: Handoff, held: Case) -> None:
    room.desk.resolve(held.number, INES, "solved")
    room.intake.open(escalation("c: human please", "c: a person again", episode=2, customer="maya"))
    with pytest.raises(OpenElsewhereError, match="case #1002, and nobody holds it yet"):
        room.desk.reopen(held.number, INES)
    room.desk.claim(1002, LEO)
    with pytest.raises(OpenElsewhereError, match="case #1002, and Leo holds it"):
        room.desk.reopen(held.number, INES)


def test_a_reopened_case_hears_its_customer(room: Handoff, held: Case) -> None:
    room.desk.resolve(held.number, INES, "solved")
    room.desk.reopen(held.number, INES)
    heard = room.intake.hear("conv1-1", [Line(2, "customer", "still broken", MONDAY)])
    assert (heard.number, heard.unread) == (held.number, 1)


def test_an_earlier_case_that_is_reopened_hears_its_conversation_under_whichever_name(
    room: Handoff, held: Case
) -> None:
    room.desk.resolve(held.number, INES, "solved")
    room.intake.open(escalation("c: human please", "c: again", episode=2, since=2, customer="maya"))
    room.desk.claim(1002, INES)
    room.desk.resolve(1002, INES, "solved")
    room.desk.reopen(held.number, LEO)
    heard = room.intake.hear("conv1-2", [Line(3, "customer", "still broken", MONDAY)])
    assert (heard.number, heard.agent) == (held.number, LEO.email)
    assert [entry.text for entry in room.desk.thread(held.number)][-1] == "still broken"
