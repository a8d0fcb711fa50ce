"""The agents' unit of work and its whole life in one table. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from handoff.errors import NotAllowedError
from handoff.escalation import Reason
from handoff.triage import Priority


class CaseStatus(StrEnum):
    """Where a case stands; `open` without an agent is Unassigned."""

    OPEN = "open"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class CaseEvent(StrEnum):
    """A fact about a case; it may move it from one status to another."""

    CLAIMED = "claimed"
    RELEASED = "released"
    REPLIED = "replied"
    NOTED = "noted"
    CUSTOMER_WROTE = "customer_wrote"
    SNOOZED = "snoozed"
    FELL_DUE = "fell_due"
    RESOLVED = "resolved"
    RETURNED = "returned"
    REOPENED = "reopened"


class Outcome(StrEnum):
    """How a case ended, in the words of reports; `returned` is the bot's again."""

    SOLVED = "solved"
    NOT_SOLVED = "not_solved"
    CUSTOMER_LEFT = "customer_left"
    DUPLICATE = "duplicate"
    SPAM = "spam"
    RETURNED = "returned"


OUTCOMES = tuple(outcome for outcome in Outcome if outcome is not Outcome.RETURNED)
"""What an agent may resolve a case with; returning it to the bot is a verb of its own."""


TRANSITIONS: Mapping[CaseStatus, Mapping[CaseEvent, CaseStatus]] = {
    CaseStatus.OPEN: {
        CaseEvent.CLAIMED: CaseStatus.OPEN,
        CaseEvent.RELEASED: CaseStatus.OPEN,
        CaseEvent.REPLIED: CaseStatus.OPEN,
        CaseEvent.NOTED: CaseStatus.OPEN,
        CaseEvent.CUSTOMER_WROTE: CaseStatus.OPEN,
        CaseEvent.SNOOZED: CaseStatus.SNOOZED,
        CaseEvent.RESOLVED: CaseStatus.RESOLVED,
        CaseEvent.RETURNED: CaseStatus.RESOLVED,
    },
    CaseStatus.SNOOZED: {
        # Whoever takes a sleeping case up, or speaks in it, has woken it.
        CaseEvent.CLAIMED: CaseStatus.OPEN,
        CaseEvent.RELEASED: CaseStatus.OPEN,
        CaseEvent.REPLIED: CaseStatus.OPEN,
        CaseEvent.NOTED: CaseStatus.SNOOZED,
        CaseEvent.CUSTOMER_WROTE: CaseStatus.OPEN,
        CaseEvent.SNOOZED: CaseStatus.SNOOZED,
        CaseEvent.FELL_DUE: CaseStatus.OPEN,
        CaseEvent.RESOLVED: CaseStatus.RESOLVED,
        CaseEvent.RETURNED: CaseStatus.RESOLVED,
    },
    CaseStatus.RESOLVED: {
        CaseEvent.NOTED: CaseStatus.RESOLVED,
        CaseEvent.REOPENED: CaseStatus.OPEN,
    },
}


@dataclass(frozen=True, slots=True)
class Case:
    """One case as the queue shows it.

    `agent` is the e-mail of who holds it, None while unassigned; `waiting_since` is None while the customer
    does not wait for an answer, `first_reply_by` once the first reply is given, at `first_replied_at`;
    `unread` counts the customer's messages since the agent last answered; `last_seq` is the thread's last
    entry; `version` grows with every change.
    """

    number: int
    handoff_id: str
    conversation_id: str
    episode: int
    status: CaseStatus
    team: str
    priority: Priority
    priority_because: str
    skills: tuple[str, ...]
    language: str
    headline: str
    reason: Reason
    channel: str
    customer_id: str
    customer_name: str | None
    agent: str | None
    agent_name: str | None
    opened_at: datetime
    waiting_since: datetime | None
    first_reply_by: datetime | None
    resolve_by: datetime
    claimed_at: datetime | None
    first_replied_at: datetime | None
    resolved_at: datetime | None
    outcome: Outcome | None
    unread: int
    last_seq: int
    version: int

    @property
    def due_by(self) -> datetime:
        """The deadline that falls due next: the first reply's until it is given, then the resolution's."""
        return self.first_reply_by or self.resolve_by

    def after(self, event: CaseEvent) -> Case:
        """The case once `event` has happened; raises NotAllowedError where it can't."""
        try:
            return replace(self, status=TRANSITIONS[self.status][event])
        except KeyError:
            raise NotAllowedError(self.number, self.status, event) from None
