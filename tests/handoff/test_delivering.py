"""The case whose customer was not reached: its thread says so, and its agent sees it."""

from __future__ import annotations

import pytest

from handoff.case import CaseStatus
from handoff.opening import Handoff
from handoff.verbs.delivering import Delivered, undelivered
from handoff.wording import entry_in_words
from tests.fakes import MONDAY_MORNING
from tests.handoff.conversations import escalation
from tests.handoff.floors import case


@pytest.mark.parametrize("what", ["late", "arrived", "failed"])
def test_the_thread_says_how_it_fares(what: Delivered) -> None:
    change = undelivered(case(), what, "Hello.", "no such number", "r1", MONDAY_MORNING, by_agent=True)
    assert change is not None
    [entry] = change.entries
    assert (entry.kind, entry.client_id) == ("event", "r1") and "“Hello.”" in entry.text
    assert ("no such number" in entry.text) is (what != "arrived")


def test_a_persons_words_that_never_arrive_count_as_unread_and_wake_the_case() -> None:
    asleep = case(agent="ines@x", status=CaseStatus.SNOOZED, unread=0)
    change = undelivered(asleep, "failed", "Hello.", "gone", "r1", MONDAY_MORNING, by_agent=True)
    assert change is not None
    assert (change.case.status, change.case.unread) == (CaseStatus.OPEN, 1)


@pytest.mark.parametrize(("what", "by_agent"), [("late", True), ("arrived", True), ("failed", False)])
def test_all_else_wakes_nobody(what: Delivered, by_agent: bool) -> None:
    asleep = case(agent="ines@x", status=CaseStatus.SNOOZED, unread=0)
    change = undelivered(asleep, what, "Hello.", "gone", "r1", MONDAY_MORNING, by_agent=by_agent)
    assert change is not None and (change.case.status, change.case.unread) == (CaseStatus.SNOOZED, 0)


def test_a_resolved_case_stays_so() -> None:
    over = case(status=CaseStatus.RESOLVED, unread=0)
    change = undelivered(over, "failed", "Hello.", "gone", "r1", MONDAY_MORNING, by_agent=True)
    assert change is not None and (change.case.status, change.case.unread) == (CaseStatus.RESOLVED, 0)


def test_nothing_is_added_to_what_was_forgotten() -> None:
    gone = case(conversation_id="")
    assert gone.forgotten
    assert undelivered(gone, "failed", "Hi", "x", "r1", MONDAY_MORNING, by_agent=True) is None


def test_the_desk_hears_it_once_in_its_readers_language(room: Handoff) -> None:
    opened = room.intake.open(escalation())
    for _ in range(2):
        room.intake.undelivered(opened.handoff_id, "failed", "Hello.", "gone", "report-1", by_agent=True)
    last, unread = room.desk.thread(opened.number)[-1], room.desk.case(opened.number).unread
    assert len(room.desk.thread(opened.number)) == 3 and unread == opened.unread + 1
    texts = {"Did not reach the customer: “{said}” ({problem})": "Kom ikke fram: «{said}» ({problem})"}
    assert entry_in_words(last, lambda text: texts.get(text, text)).text == "Kom ikke fram: «Hello.» (gone)"
