from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from handoff.case import OUTCOMES, TRANSITIONS, Case, CaseEvent, CaseStatus, Outcome
from handoff.errors import NotAllowedError
from handoff.escalation import Reason
from handoff.floor.triage import Priority
from tests.handoff.conversations import MONDAY

OPEN, SNOOZED, RESOLVED = CaseStatus
E = CaseEvent

ASIDE = (
    E.NOTED,
    E.LABELLED,
    E.FIELDS_SET,
    E.FOLLOWED,
    E.FOLLOW_UP_SET,
    E.FOLLOW_UP_DONE,
    E.UNBLOCKED,
    E.RATED,
)
WORK = (
    E.CLAIMED,
    E.ASSIGNED,
    E.HANDED_OVER,
    E.ESCALATED,
    E.RELEASED,
    E.REASSIGNED,
    E.REPLIED,
    E.CUSTOMER_WROTE,
    E.ABSORBED,
)
ENDS = (E.MERGED, E.RESOLVED, E.RETURNED, E.SPAM, E.BLOCKED, E.CUSTOMER_LEFT, E.FORGOTTEN)

ALLOWED = {
    **{(status, event): status for status in CaseStatus for event in ASIDE},
    **{(status, event): OPEN for status in (OPEN, SNOOZED) for event in WORK},
    **{(status, event): RESOLVED for status in (OPEN, SNOOZED) for event in ENDS},
    **{(s, e): s for s in (OPEN, SNOOZED) for e in (E.PRIORITY_SET, E.DUE_SOON, E.LATE)},
    (OPEN, E.ROUTED): OPEN,
    (OPEN, E.SNOOZED): SNOOZED,
    (SNOOZED, E.SNOOZED): SNOOZED,
    (SNOOZED, E.WOKEN): OPEN,
    (SNOOZED, E.FELL_DUE): OPEN,
    (RESOLVED, E.BLOCKED): RESOLVED,
    (RESOLVED, E.FORGOTTEN): RESOLVED,
    (RESOLVED, E.REOPENED): OPEN,
}


def case_in(status: CaseStatus) -> Case:
    return Case(
        number=1042,
        handoff_id="conv1-1",
        conversation_id="conv1",
        episode=1,
        status=status,
        team="support",
        priority=Priority.NORMAL,
        priority_because="Normal: nothing raises it.",
        skills=("en",),
        language="en",
        headline="A wish",
        reason=Reason.ASKED_FOR_PERSON,
        channel="web",
        customer_id="visitor-1",
        customer_name=None,
        agent=None,
        agent_name=None,
        opened_at=MONDAY,
        waiting_since=MONDAY,
        first_reply_by=MONDAY,
        resolve_by=MONDAY,
        claimed_at=None,
        first_replied_at=None,
        resolved_at=None,
        outcome=None,
        unread=0,
        last_seq=0,
        version=1,
    )


@pytest.mark.parametrize(("status", "event"), tuple(product(CaseStatus, CaseEvent)))
def test_every_event_in_every_status_is_allowed_or_refused(status: CaseStatus, event: CaseEvent) -> None:
    case = case_in(status)
    if (status, event) in ALLOWED:
        assert case.after(event).status is ALLOWED[status, event]
    else:
        with pytest.raises(NotAllowedError, match=f"#1042 is {status}"):
            case.after(event)


def test_every_status_can_be_left() -> None:
    for status in CaseStatus:
        assert set(TRANSITIONS[status].values()) - {status}


def test_an_event_changes_nothing_but_the_status() -> None:
    assert case_in(OPEN).after(E.RESOLVED) == case_in(RESOLVED)


def test_whatever_wakes_a_case_ends_its_sleep() -> None:
    asleep = replace(case_in(SNOOZED), snoozed_until=MONDAY, wakes_on_reply=True)
    for event, status in TRANSITIONS[SNOOZED].items():
        after = asleep.after(event)
        assert (after.snoozed_until is None, after.wakes_on_reply) == (
            status is not SNOOZED,
            status is SNOOZED,
        )


def test_an_agent_who_takes_a_case_holds_it_from_then_on() -> None:
    later = MONDAY + timedelta(hours=1)
    held = case_in(OPEN).held_by("ines@nettly.example", "Ines", "claimed", MONDAY)
    passed = held.held_by("leo@nettly.example", "Leo", "handed_over", later)
    assert (passed.agent, passed.held_how, passed.held_since) == ("leo@nettly.example", "handed_over", later)
    assert passed.claimed_at == MONDAY


def test_a_case_in_nobodys_hands_waits() -> None:
    held = replace(case_in(OPEN), waiting_since=None).held_by("ines@nettly.example", "Ines", "routed", MONDAY)
    back = held.in_queue(MONDAY)
    assert (back.agent, back.agent_name, back.held_how, back.held_since) == (None, None, None, None)
    assert back.waiting_since == MONDAY


def test_the_deadline_is_the_first_reply_until_it_is_given() -> None:
    case = case_in(OPEN)
    assert case.due_by == case.first_reply_by


def test_returning_to_the_bot_is_not_an_outcome_to_choose() -> None:
    assert set(Outcome) - set(OUTCOMES) == {Outcome.RETURNED}
