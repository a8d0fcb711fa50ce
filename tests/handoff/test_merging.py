"""Duplicates: one ends, the other goes on for both conversations, each with one holder."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.case import Case, CaseStatus, Outcome
from handoff.errors import MergeError, NotAllowedError, OpenElsewhereError
from handoff.escalation import Line
from handoff.opening import Handoff
from handoff.verbs.agent import Agent
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import MONDAY, escalation

pytestmark = pytest.mark.engines

LATER = MONDAY + timedelta(minutes=5)
SAM = Agent("sam@nettly.example", "Sam", frozenset({"supervisor"}))


@pytest.fixture
def cases(room: Handoff) -> tuple[Case, Case]:
    """A duplicate and the case it duplicates, of one customer who wrote in two windows."""
    duplicate = room.intake.open(escalation("c: human please", conversation="phone", customer="maya"))
    kept = room.intake.open(escalation("c: i need a human", conversation="laptop", customer="maya"))
    return duplicate, kept


def told(room: Handoff) -> list[tuple[str, str, str, str | None]]:
    """All that customers are told, in order: in which conversation, what, of whom, and who holds it then."""
    said: list[tuple[str, str, str, str | None]] = []
    while due := room.dispatches.lease():
        for each in due:
            said.append((each.conversation_id, each.kind, each.author_name, each.holder))
            room.dispatches.done(each.id)
    return said


def test_the_duplicate_ends_with_a_link_and_the_other_says_where_it_came_from(
    room: Handoff, cases: tuple[Case, Case]
) -> None:
    room.desk.claim(1002, INES)
    kept = room.desk.merge(1001, INES, 1002)
    duplicate = room.desk.case(1001)
    assert (kept.number, kept.status, kept.unread) == (1002, CaseStatus.OPEN, 2)
    assert (duplicate.status, duplicate.outcome) == (CaseStatus.RESOLVED, Outcome.DUPLICATE)
    assert duplicate.merged_into == 1002
    assert room.desk.thread(1001)[-1].text == "Ines merged the case into case #1002"
    assert room.desk.thread(1002)[-1].text.startswith("Ines merged case #1001 into this one: ")


@pytest.mark.parametrize(
    ("holds_duplicate", "holds_kept", "holder", "said"),
    [
        (None, None, None, []),
        (None, LEO, LEO, [("phone", "joined", "Leo", "agent")]),
        (INES, None, INES, [("laptop", "joined", "Ines", "agent")]),
        (INES, INES, INES, []),
        (INES, LEO, LEO, [("phone", "transferred", "Leo", "agent")]),
    ],
    ids=["nobody", "the other's", "the duplicate's", "one agent", "two agents"],
)
def test_both_conversations_have_the_one_holder_and_hear_of_it_once(
    room: Handoff,
    cases: tuple[Case, Case],
    holds_duplicate: Agent | None,
    holds_kept: Agent | None,
    holder: Agent | None,
    said: list[tuple[str, str, str, str]],
) -> None:
    for number, agent in ((1001, holds_duplicate), (1002, holds_kept)):
        if agent is not None:
            room.desk.claim(number, agent)
    told(room)
    kept = room.desk.merge(1001, holds_duplicate or INES, 1002)
    assert kept.agent == (holder.email if holder else None)
    assert told(room) == said


def test_what_the_agent_does_is_told_in_both_conversations(room: Handoff, cases: tuple[Case, Case]) -> None:
    room.desk.claim(1002, INES)
    room.desk.merge(1001, INES, 1002)
    told(room)
    room.desk.reply(1002, INES, "Hello Maya", "r1")
    room.desk.assign(1002, INES, LEO)
    room.desk.resolve(1002, LEO, "solved")
    assert sorted(told(room)) == sorted(
        (conversation, kind, name, holder)
        for conversation in ("phone", "laptop")
        for kind, name, holder in (
            ("reply", "Ines", None),
            ("transferred", "Leo", "agent"),
            ("resolved", "Leo", "bot"),
        )
    )


def test_what_the_customer_writes_later_goes_to_the_other_thread_once(
    room: Handoff, cases: tuple[Case, Case]
) -> None:
    room.desk.claim(1002, INES)
    room.desk.merge(1001, INES, 1002)
    room.desk.reply(1002, INES, "Hello", "r1")
    known = Line(1, "customer", "human please", MONDAY)
    line = Line(2, "customer", "and my order?", LATER)
    heard = room.intake.hear("phone-1", [known, line])
    assert (heard.number, heard.unread, heard.waiting_since) == (1002, 1, LATER)
    entry = room.desk.thread(1002)[-1]
    assert (entry.kind, entry.author, entry.text, entry.number) == ("line", "customer", "and my order?", None)
    assert room.intake.hear("phone-1", [known, line]) == heard
    assert "and my order?" not in [each.text for each in room.desk.thread(1001)]


def test_both_conversations_number_their_messages_apart(room: Handoff, cases: tuple[Case, Case]) -> None:
    room.desk.merge(1001, INES, 1002)
    room.intake.hear("phone-1", [Line(2, "customer", "from the phone", LATER)])
    room.intake.hear("laptop-1", [Line(2, "customer", "from the laptop", LATER)])
    texts = [entry.text for entry in room.desk.thread(1002) if entry.kind == "line"]
    assert texts == ["i need a human", "from the phone", "from the laptop"]


def test_an_escalation_in_the_merged_conversation_opens_no_other_case(
    room: Handoff, cases: tuple[Case, Case]
) -> None:
    room.desk.claim(1002, INES)
    room.desk.merge(1001, INES, 1002)
    again = room.intake.open(
        escalation("c: human please", "c: hello?", conversation="phone", customer="maya", episode=2)
    )
    assert again.number == 1002
    assert [entry.text for entry in room.desk.thread(1002)[-2:]] == [
        "hello?",
        "Handed over by the bot again: The customer asked for a person.",
    ]
    assert room.intake.open_case("phone") == again


def test_after_the_end_the_bot_has_both_and_a_new_wish_is_a_new_case(
    room: Handoff, cases: tuple[Case, Case]
) -> None:
    room.desk.claim(1002, INES)
    room.desk.merge(1001, INES, 1002)
    room.desk.resolve(1002, INES, "solved")
    assert room.intake.open_case("phone") is None
    late = room.intake.hear("phone-1", [Line(2, "customer", "thanks", LATER)])
    assert (late.number, late.status) == (1001, CaseStatus.RESOLVED)
    fresh = room.intake.open(
        escalation("c: human please", "c: thanks", "c: a person", conversation="phone", episode=2, since=3)
    )
    assert (fresh.number, fresh.agent) == (1003, None)


def test_a_case_into_which_others_were_merged_takes_them_along(
    room: Handoff, cases: tuple[Case, Case]
) -> None:
    room.intake.open(escalation("c: hi", conversation="mail", customer="maya"))
    room.desk.merge(1001, INES, 1002)
    room.desk.claim(1003, LEO)
    told(room)
    room.desk.merge(1002, INES, 1003)
    assert room.desk.case(1001).merged_into == 1003
    told(room)
    room.desk.reply(1003, LEO, "Hello", "r1")
    assert {conversation for conversation, *_ in told(room)} == {"phone", "laptop", "mail"}


def test_promises_and_followers_move_along(room: Handoff, cases: tuple[Case, Case]) -> None:
    room.desk.follow_up(1001, INES, LATER, "Send the label")
    room.desk.follow(1001, LEO)
    room.desk.merge(1001, INES, 1002)
    assert [each.case for each in room.desk.follow_ups(agent=INES.email)] == [1002]
    assert [each.agent for each in room.desk.followers(1002)] == [LEO.email]


def test_two_customers_are_not_made_one_unless_somebody_knows(room: Handoff) -> None:
    room.intake.open(escalation("c: human please", conversation="a", customer="maya"))
    room.intake.open(escalation("c: human please", conversation="b", customer="arne"))
    with pytest.raises(MergeError, match="two customers"):
        room.desk.merge(1001, INES, 1002)
    assert room.desk.merge(1001, INES, 1002, same_person=True).number == 1002


def test_one_address_is_one_customer(room: Handoff) -> None:
    room.intake.open(escalation("c: hi", conversation="a", customer="v1", address="Maya@x.example"))
    room.intake.open(escalation("c: hi", conversation="b", customer="v2", address="maya@x.example"))
    assert room.desk.merge(1001, INES, 1002).number == 1002


def test_a_case_is_merged_into_an_open_one_that_is_another(room: Handoff, cases: tuple[Case, Case]) -> None:
    with pytest.raises(MergeError, match="itself"):
        room.desk.merge(1001, INES, 1001)
    room.desk.resolve(1002, SAM, "solved")
    with pytest.raises(MergeError, match="resolved"):
        room.desk.merge(1001, INES, 1002)
    with pytest.raises(NotAllowedError):
        room.desk.merge(1002, SAM, 1001)
    assert room.desk.case(1001).status == "open"


def test_a_duplicate_is_not_reopened_while_the_other_goes_on(room: Handoff, cases: tuple[Case, Case]) -> None:
    room.desk.merge(1001, INES, 1002)
    with pytest.raises(OpenElsewhereError, match="#1002"):
        room.desk.reopen(1001, INES)
    room.desk.resolve(1002, SAM, "solved")
    assert room.desk.reopen(1001, INES).merged_into is None


def test_a_reply_that_is_given_up_in_one_conversation_is_seen_where_people_work(
    room: Handoff, cases: tuple[Case, Case]
) -> None:
    room.desk.claim(1002, INES)
    room.desk.merge(1001, INES, 1002)
    told(room)
    room.desk.reply(1002, INES, "Hello", "r1")
    [along] = [each for each in room.dispatches.lease() if each.conversation_id == "phone"]
    room.dispatches.park(along.id, "the phone is off")
    assert room.desk.thread(1002)[-1].text == "Not delivered to the customer: the phone is off"


def test_a_conversation_that_has_gone_on_elsewhere_is_not_told_what_is_done_here(
    room: Handoff, cases: tuple[Case, Case]
) -> None:
    room.desk.claim(1002, INES)
    room.desk.merge(1001, INES, 1002)
    room.desk.resolve(1002, INES, "solved")
    room.intake.open(
        escalation("c: human please", "c: again", conversation="phone", customer="maya", episode=2, since=2)
    )
    told(room)
    room.desk.reopen(1002, INES)
    assert told(room) == [("laptop", "reopened", "Ines", "agent")]
    assert room.intake.open_case("phone") == room.desk.case(1003)
