"""The agents' unit of work and its whole life in one table. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from handoff.errors import NotAllowedError
from handoff.escalation import Reason
from handoff.floor.rules import Priority


class CaseStatus(StrEnum):
    """Where a case stands; `open` without an agent is Unassigned."""

    OPEN = "open"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class CaseEvent(StrEnum):
    """A fact about a case; it may move it from one status to another."""

    CLAIMED = "claimed"
    ROUTED = "routed"
    ASSIGNED = "assigned"
    HANDED_OVER = "handed_over"
    ESCALATED = "escalated"
    """To a supervisor, with the problem and the steps written down."""
    RELEASED = "released"
    REASSIGNED = "reassigned"
    """Taken from an agent who is silent or gone, to nobody or to another."""
    REPLIED = "replied"
    NOTED = "noted"
    CUSTOMER_WROTE = "customer_wrote"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    FELL_DUE = "fell_due"
    DUE_SOON = "due_soon"
    LATE = "late"
    LABELLED = "labelled"
    FIELDS_SET = "fields_set"
    PRIORITY_SET = "priority_set"
    FOLLOWED = "followed"
    """Somebody takes part from now on, or no longer."""
    FOLLOW_UP_SET = "follow_up_set"
    FOLLOW_UP_DONE = "follow_up_done"
    ABSORBED = "absorbed"
    """Another case was merged into this one."""
    MERGED = "merged"
    """This one was merged into another."""
    RESOLVED = "resolved"
    RETURNED = "returned"
    SPAM = "spam"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    REOPENED = "reopened"
    RATED = "rated"
    """Its customer said how they were helped."""
    CUSTOMER_LEFT = "customer_left"
    """They no longer wait, or have ended the conversation."""
    FORGOTTEN = "forgotten"
    """Its customer asked for that; what is left is that there was a case."""


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


HeldHow = Literal["claimed", "routed", "handed_over"]
"""How an agent came to hold a case: by their own hand, by the routing, or from a colleague."""


# What is said about a case, in whatever status, and leaves it there.
_ASIDE = (
    CaseEvent.NOTED,
    CaseEvent.LABELLED,
    CaseEvent.FIELDS_SET,
    CaseEvent.FOLLOWED,
    CaseEvent.FOLLOW_UP_SET,
    CaseEvent.FOLLOW_UP_DONE,
    CaseEvent.UNBLOCKED,
    CaseEvent.RATED,
)

# What ends a case, in whatever status it was.
_ENDS = (
    CaseEvent.MERGED,
    CaseEvent.RESOLVED,
    CaseEvent.RETURNED,
    CaseEvent.SPAM,
    CaseEvent.BLOCKED,
    CaseEvent.CUSTOMER_LEFT,
    CaseEvent.FORGOTTEN,
)

# Whoever takes a sleeping case up, hands it on or speaks in it has woken it.
_WORK = (
    CaseEvent.CLAIMED,
    CaseEvent.ASSIGNED,
    CaseEvent.HANDED_OVER,
    CaseEvent.ESCALATED,
    CaseEvent.RELEASED,
    CaseEvent.REASSIGNED,
    CaseEvent.REPLIED,
    CaseEvent.CUSTOMER_WROTE,
    CaseEvent.ABSORBED,
)

_OPEN, _SNOOZED, _RESOLVED = CaseStatus.OPEN, CaseStatus.SNOOZED, CaseStatus.RESOLVED

TRANSITIONS: Mapping[CaseStatus, Mapping[CaseEvent, CaseStatus]] = {
    _OPEN: {
        **dict.fromkeys((*_ASIDE, *_WORK), _OPEN),
        **dict.fromkeys(_ENDS, _RESOLVED),
        CaseEvent.ROUTED: _OPEN,
        CaseEvent.DUE_SOON: _OPEN,
        CaseEvent.LATE: _OPEN,
        CaseEvent.PRIORITY_SET: _OPEN,
        CaseEvent.SNOOZED: _SNOOZED,
    },
    _SNOOZED: {
        **dict.fromkeys(_ASIDE, _SNOOZED),
        **dict.fromkeys(_WORK, _OPEN),
        **dict.fromkeys(_ENDS, _RESOLVED),
        CaseEvent.PRIORITY_SET: _SNOOZED,
        CaseEvent.DUE_SOON: _SNOOZED,
        CaseEvent.LATE: _SNOOZED,
        CaseEvent.SNOOZED: _SNOOZED,
        CaseEvent.WOKEN: _OPEN,
        CaseEvent.FELL_DUE: _OPEN,
    },
    _RESOLVED: {
        **dict.fromkeys(_ASIDE, _RESOLVED),
        # A resolved case is nobody's work; whom it came from may still be kept away.
        CaseEvent.BLOCKED: _RESOLVED,
        CaseEvent.FORGOTTEN: _RESOLVED,
        CaseEvent.REOPENED: _OPEN,
    },
}


@dataclass(frozen=True, slots=True)
class Case:
    """One case as the queue shows it.

    `agent` is the e-mail of who holds it, None while unassigned; `waiting_since` is None while the customer
    does not wait for an answer, `first_reply_by` once the first reply is given, at `first_replied_at`;
    `unread` counts the customer's messages since the agent last answered; `last_seq` is the thread's last
    entry; `version` grows with every change. `held_how` and `held_since` tell how the agent came to it, and
    when. `snoozed_until` is None where it sleeps until the customer writes (`wakes_on_reply`); they always
    wake it. `merged_into` is the case that goes on in its stead. `due_warned`: the queue was told that a
    deadline is near. `contact` is the e-mail or phone left for us, `customer_verified` whether the company's
    own server signed who they are.
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
    labels: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    snoozed_until: datetime | None = None
    wakes_on_reply: bool = False
    merged_into: int | None = None
    held_how: HeldHow | None = None
    held_since: datetime | None = None
    due_warned: bool = False
    customer_verified: bool = False
    contact: str | None = None

    @property
    def due_by(self) -> datetime:
        """The deadline that falls due next: the first reply's until it is given, then the resolution's."""
        return self.first_reply_by or self.resolve_by

    @property
    def forgotten(self) -> bool:
        """Whether nothing is left of it but that it was there."""
        return not self.conversation_id

    def after(self, event: CaseEvent) -> Case:
        """The case once `event` has happened, awake unless it sleeps; raises NotAllowedError."""
        if self.forgotten:
            raise NotAllowedError(self.number, "forgotten", event)
        try:
            status = TRANSITIONS[self.status][event]
        except KeyError:
            raise NotAllowedError(self.number, self.status, event) from None
        if status is CaseStatus.SNOOZED:
            return replace(self, status=status)
        return replace(self, status=status, snoozed_until=None, wakes_on_reply=False)

    def held_by(self, agent: str, name: str, how: HeldHow, at: datetime) -> Case:
        """The case in an agent's hands; `claimed_at` stays the first time that anybody took it."""
        return replace(
            self,
            agent=agent,
            agent_name=name,
            held_how=how,
            held_since=at,
            claimed_at=self.claimed_at or at,
        )

    def in_queue(self, at: datetime) -> Case:
        """The case in nobody's hands; its customer waits from when they wrote, else from now."""
        return replace(
            self,
            agent=None,
            agent_name=None,
            held_how=None,
            held_since=None,
            waiting_since=self.waiting_since or at,
        )
