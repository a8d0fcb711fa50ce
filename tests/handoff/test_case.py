from __future__ import annotations

from itertools import product

import pytest

from handoff.case import OUTCOMES, TRANSITIONS, Case, CaseEvent, CaseStatus, Outcome
from handoff.errors import NotAllowedError
from handoff.escalation import Reason
from handoff.triage import Priority
from tests.handoff.conversations import MONDAY

OPEN, SNOOZED, RESOLVED = CaseStatus
E = CaseEvent

ALLOWED = {
    (OPEN, E.CLAIMED): OPEN,
    (OPEN, E.RELEASED): OPEN,
    (OPEN, E.REPLIED): OPEN,
    (OPEN, E.NOTED): OPEN,
    (OPEN, E.CUSTOMER_WROTE): OPEN,
    (OPEN, E.SNOOZED): SNOOZED,
    (OPEN, E.RESOLVED): RESOLVED,
    (OPEN, E.RETURNED): RESOLVED,
    (SNOOZED, E.CLAIMED): OPEN,
    (SNOOZED, E.RELEASED): OPEN,
    (SNOOZED, E.REPLIED): OPEN,
    (SNOOZED, E.NOTED): SNOOZED,
    (SNOOZED, E.CUSTOMER_WROTE): OPEN,
    (SNOOZED, E.SNOOZED): SNOOZED,
    (SNOOZED, E.FELL_DUE): OPEN,
    (SNOOZED, E.RESOLVED): RESOLVED,
    (SNOOZED, E.RETURNED): RESOLVED,
    (RESOLVED, E.NOTED): RESOLVED,
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


def test_the_deadline_is_the_first_reply_until_it_is_given() -> None:
    case = case_in(OPEN)
    assert case.due_by == case.first_reply_by


def test_returning_to_the_bot_is_not_an_outcome_to_choose() -> None:
    assert set(Outcome) - set(OUTCOMES) == {Outcome.RETURNED}
