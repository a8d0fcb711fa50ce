"""What an event makes us owe a helpdesk outside, and who has the case then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handoff.bridges import CaseRef
from handoff.bridges.owing import Mirrored, NewItem, is_outside, opening, outside_email, owing
from handoff.case import Case, CaseEvent, CaseStatus, Outcome
from handoff.entry import Entry, EntryKind
from handoff.escalation import Reason
from handoff.floor.rules import Priority
from handoff.verbs.change import Change, Controller
from tests.handoff.conversations import MONDAY

THERE = outside_email("rt", "kim")
CASE = Case(
    number=1001,
    handoff_id="c-1",
    conversation_id="c",
    episode=1,
    status=CaseStatus.OPEN,
    team="support",
    priority=Priority.NORMAL,
    priority_because="",
    skills=(),
    language="en",
    headline="A lamp",
    reason=Reason.ASKED_FOR_PERSON,
    channel="web",
    customer_id="v",
    customer_name=None,
    agent=None,
    agent_name=None,
    opened_at=MONDAY,
    waiting_since=MONDAY,
    first_reply_by=MONDAY + timedelta(hours=1),
    resolve_by=MONDAY + timedelta(days=1),
    claimed_at=None,
    first_replied_at=None,
    resolved_at=None,
    outcome=None,
    unread=1,
    last_seq=4,
    version=7,
)
HELD = replace(CASE, agent="ines@nettly.example", agent_name="Ines")
RESOLVED = replace(CASE, status=CaseStatus.RESOLVED, outcome=Outcome.SOLVED)


def mirrored(controller: Controller = "peer", why: str = "") -> Mirrored:
    return Mirrored("rt", "c-1", 1001, CaseRef("rt", "5", None), controller, 3, why, MONDAY, MONDAY)


def entry(kind: EntryKind, author: str, seq: int = 5, client_id: str | None = None) -> Entry:
    return Entry(seq, kind, author, None, "words", MONDAY, client_id=client_id)


def change(case: Case, what: str = "changed", actor: str = "ines@nettly.example") -> Change:
    return Change(case, what, actor, MONDAY)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (entry("line", "customer"), True),
        (entry("line", "bot"), True),
        (entry("line", "system"), False),
        (entry("reply", "ines@nettly.example"), True),
        (entry("note", "ines@nettly.example"), True),
        (entry("event", "ines@nettly.example"), False),
        (entry("reply", THERE), False),
        (entry("note", THERE), False),
        (entry("note", "system", client_id="peer/txn:7"), False),
    ],
)
def test_what_was_said_here_is_told_and_nothing_that_came_from_there(said: Entry, told: bool) -> None:
    # Whoever replies has the case, which is told as well; that is looked at below.
    owed = owing(mirrored("desk", "away"), CASE, CASE, [said], change(CASE))
    assert owed.items == ((NewItem("post", "c-1.5", 5),) if told else ())


def test_a_case_begins_with_all_that_was_said_before_it_was_handed_over() -> None:
    assert opening(CASE).items == (NewItem("open", "c-1.open", 4),)


def test_how_a_case_ended_is_told_before_it_ends_there() -> None:
    ended = owing(mirrored(), CASE, RESOLVED, [entry("event", "system")], change(RESOLVED, actor="customer"))
    assert [(item.op, item.seq) for item in ended.items] == [("post", 5), ("update", None)]
    assert ended.items[1].payload == {"status": "resolved"}


def test_a_case_that_begins_again_is_open_there_before_anything_is_said_in_it() -> None:
    again = owing(mirrored("desk"), RESOLVED, HELD, [entry("note", "ines@nettly.example")], change(HELD))
    assert [item.op for item in again.items] == ["update", "post"]


def test_what_is_said_in_a_case_that_has_ended_stays_here() -> None:
    assert owing(mirrored(), RESOLVED, RESOLVED, [entry("line", "customer")], change(RESOLVED)).items == ()


def test_only_what_has_changed_is_set_and_nothing_of_what_was_set_there() -> None:
    after = replace(CASE, priority=Priority.URGENT, labels=("lamp",), team="billing", version=8)
    [update] = owing(mirrored(), CASE, after, (), change(after)).items
    assert (update.key, update.payload) == (
        "c-1.v8",
        {"priority": "urgent", "labels": ["lamp"], "team": "billing"},
    )
    assert owing(mirrored(), CASE, after, (), change(after, actor=THERE)).items == ()


def test_a_forgotten_case_is_told_nothing_more() -> None:
    gone = replace(RESOLVED, conversation_id="", handoff_id="forgotten-1001")
    assert owing(mirrored(), CASE, gone, [entry("event", "system")], change(gone)).items == ()


def test_our_own_people_have_what_they_take_and_what_they_answer() -> None:
    taken = owing(mirrored(), CASE, HELD, (), change(HELD, CaseEvent.CLAIMED))
    assert taken.controller == "desk"
    assert taken.items[0].key == "c-1.e4"
    assert "Ines answers" in str(taken.items[0].payload["note"])
    answered = owing(mirrored(), CASE, CASE, [entry("reply", "lead@nettly.example")], change(CASE))
    assert answered.controller == "desk"
    noted = owing(mirrored(), CASE, CASE, [entry("note", "lead@nettly.example")], change(CASE))
    assert noted.controller is None


def test_somebody_there_who_takes_or_answers_it_changes_nothing() -> None:
    theirs = replace(CASE, agent=THERE, agent_name="Kim")
    assert owing(mirrored(), CASE, theirs, (), change(theirs, CaseEvent.CLAIMED, THERE)).controller is None
    assert is_outside(THERE) and not is_outside("ines@nettly.example") and not is_outside(None)


def test_who_puts_a_case_back_gives_it_back_unless_the_house_took_it_over() -> None:
    released = change(CASE, CaseEvent.RELEASED)
    assert owing(mirrored("desk"), HELD, CASE, (), released).controller == "peer"
    assert owing(mirrored("desk", "it was away"), HELD, CASE, (), released).controller is None


def test_what_is_decided_about_control_counts_and_is_told_once() -> None:
    lost = replace(change(CASE), controller="desk", because="it is away")
    owed = owing(mirrored(), CASE, CASE, (), lost)
    assert owed.controller == "desk" and "it is away" in str(owed.items[0].payload["note"])
    assert owing(mirrored("desk"), CASE, CASE, (), lost).items == ()
